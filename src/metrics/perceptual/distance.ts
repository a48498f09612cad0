/**
 * How different two pictures look, by what a network's layers make of them. Zhang et al. (2018),
 * https://arxiv.org/abs/1801.03924, equation 1, with weights of 1 ("uncalibrated"): no person's judgement
 * has scaled the channels, so figures compare with those of the same extractor alone.
 */
import * as tf from "@tensorflow/tfjs";
import type { Raster } from "../../core/images.ts";
import { assertSameShape } from "../fidelity/protocol.ts";

/** Layers of a network that run on pictures of any size. Owns the network. */
export interface FeatureStack extends Disposable {
  /** `lab`, `vgg19`: stands in the figure's name. */
  readonly name: string;
  /** Pixels between neighbouring places of each map, shallow ones first; powers of two. */
  readonly strides: readonly number[];
  /** How far a place sees at most, in pixels; a multiple of every stride. */
  readonly reach: number;
  /** Pictures reach the network with sides of multiples of this, mirrored beyond their last row and column. */
  readonly multiple: number;
  /** Side of the tiles, in pixels, a multiple of every stride, such that memory stays in bounds. */
  readonly tile: number;
  /** A map for each stride, of pictures [B, H, W, 3] in [-1, 1]. Borrows them; the caller owns the maps. */
  maps(pictures: tf.Tensor4D): tf.Tensor4D[];
}

/** What the paper's code adds to lengths before it divides by them. */
const EPSILON = 1e-10;

/** The name of a distance by this extractor: lower is more alike. */
export function perceptualName(extractor: string): string {
  return `perceptual-${extractor}`;
}

/** Part of a side: the pixels `start` … `end` − 1 whose places count, seen from `from` to `to` − 1. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

const roundUp = (value: number, multiple: number) => Math.ceil(value / multiple) * multiple;

/** Cuts a side into tiles and what they see of their neighbours. */
function spansOf(side: number, { tile, reach, multiple }: FeatureStack): Span[] {
  const whole = roundUp(side, multiple);
  return Array.from({ length: Math.ceil(side / tile) }, (_, i) => {
    const [start, end] = [i * tile, Math.min(side, (i + 1) * tile)];
    return {
      start,
      end,
      from: Math.max(0, start - reach),
      to: Math.min(whole, roundUp(end, multiple) + reach),
    };
  });
}

/** How many places of a map lie on a side's first pixels. */
const placesOn = (side: number, stride: number, { multiple }: FeatureStack) =>
  Math.floor(roundUp(side, Math.min(stride, multiple)) / stride);

/** The shortest side of pictures that have a place in every layer. */
export function leastSideSeen({ strides, multiple }: FeatureStack): number {
  return Math.max(1, ...strides.filter((stride) => stride > multiple));
}

/** Where a coordinate lies that may be beyond the edge, which is a mirror. */
function mirrored(at: number, side: number): number {
  const inside = at % (2 * side);
  return inside < side ? inside : 2 * side - 1 - inside;
}

/** Part of two pictures of one shape, [2, h, w, 3] in [-1, 1]. The caller owns it. */
function partOf(pictures: readonly Raster[], rows: Span, columns: Span): tf.Tensor4D {
  const [height, width] = [rows.to - rows.from, columns.to - columns.from];
  const values = new Float32Array(pictures.length * height * width * 3);
  let to = 0;
  for (const picture of pictures) {
    const { pixels, channels } = picture;
    for (let y = rows.from; y < rows.to; y++) {
      const row = mirrored(y, picture.height) * picture.width;
      for (let x = columns.from; x < columns.to; x++) {
        const from = (row + mirrored(x, picture.width)) * channels;
        for (let c = 0; c < 3; c++) values[to++] = pixels[from + c % channels]! / 127.5 - 1;
      }
    }
  }
  return tf.tensor4d(values, [pictures.length, height, width, 3]);
}

/** Features of every place brought to length 1. */
const directions = (map: tf.Tensor4D): tf.Tensor4D =>
  map.div(map.square().sum(3, true).sqrt().add(EPSILON));

/** Squared distances of two pictures' features, summed along the rows of places that count, [rows]. */
function rowSums(map: tf.Tensor4D, rows: Span, columns: Span, stride: number, stack: FeatureStack) {
  const range = ({ start, end, from }: Span): [number, number] => {
    const count = placesOn(end, stride, stack) - start / stride;
    return [(start - from) / stride, count];
  };
  const [top, height] = range(rows);
  const [left, width] = range(columns);
  const one = (i: number) => directions(map.slice([i, top, left, 0], [1, height, width, -1]));
  return one(0).sub(one(1)).square().sum([0, 2, 3]) as tf.Tensor1D;
}

/** Adds what one tile gives to the sums of all layers. */
async function addTile(
  sums: Float64Array,
  pair: readonly Raster[],
  [rows, columns]: readonly [Span, Span],
  stack: FeatureStack,
): Promise<void> {
  const layers = tf.tidy(() =>
    stack.maps(partOf(pair, rows, columns)).map((map, i) =>
      rowSums(map, rows, columns, stack.strides[i]!, stack)
    )
  );
  try {
    for (const [i, layer] of layers.entries()) {
      for (const value of await layer.data()) sums[i]! += value;
    }
  } finally {
    tf.dispose(layers);
  }
}

/**
 * The distance of two pictures, 0 for equal ones: each layer's features are brought to length 1 at every place,
 * their squared differences averaged over places, and the layers' added up. Symmetric. Pictures are seen
 * at their own size, of any height and width, tile by tile: tiles see their neighbours, so that the cut
 * changes nothing. Borrows the pictures. Throws a RangeError for different shapes, and for pictures too
 * small to have a place in the deepest layer.
 */
export async function perceptualDistance(
  stack: FeatureStack,
  a: Raster,
  b: Raster,
): Promise<number> {
  assertSameShape(a, b);
  const { width, height } = a;
  const least = leastSideSeen(stack);
  if (Math.min(width, height) < least) {
    throw new RangeError(
      `Cannot measure ${perceptualName(stack.name)} on ${width}×${height} pixels: expected ` +
        `${least}×${least} or more`,
    );
  }
  const sums = new Float64Array(stack.strides.length);
  for (const rows of spansOf(height, stack)) {
    for (const columns of spansOf(width, stack)) {
      await addTile(sums, [a, b], [rows, columns], stack);
    }
  }
  return stack.strides.reduce(
    (sum, stride, i) =>
      sum + sums[i]! / (placesOn(height, stride, stack) * placesOn(width, stride, stack)),
    0,
  );
}
