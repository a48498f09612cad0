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
  /** Side of the tiles, in pixels, a multiple of 8 times every stride, such that memory stays in bounds. */
  readonly tile: number;
  /** A map for each stride, of pictures [B, H, W, 3] in [-1, 1]. Borrows them; the caller owns the maps. */
  maps(pictures: tf.Tensor4D): tf.Tensor4D[];
}

/** What the paper's code adds to lengths before it divides by them. */
const EPSILON = 1e-10;

/** Side of the windows whose textures are compared, in places; tiles have whole ones. */
const WINDOW = 8;

/** How different two pictures look: lower is more alike, 0 is equal. */
export interface PictureDistances {
  /** Place by place. */
  readonly perceptual: number;
  /**
   * Window by window: features are averaged over 8 × 8 places first, so that it counts which textures are there,
   * and not where each hair lies. Fine grain in the wrong place is nearer than none; place by place it
   * is farther.
   */
  readonly texture: number;
}

/** The names of distances by this extractor: `perceptual-lab`, `texture-lab`. */
export function perceptualNames(extractor: string): { perceptual: string; texture: string } {
  return { perceptual: `perceptual-${extractor}`, texture: `texture-${extractor}` };
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

/** The places of a map that count, of one of its pictures: [1, h, w, C]. */
function placesOf(
  map: tf.Tensor4D,
  rows: Span,
  columns: Span,
  stride: number,
  stack: FeatureStack,
) {
  const range = ({ start, end, from }: Span): [number, number] => {
    const count = placesOn(end, stride, stack) - start / stride;
    return [(start - from) / stride, count];
  };
  const [top, height] = range(rows);
  const [left, width] = range(columns);
  return (i: number) => map.slice<tf.Tensor4D>([i, top, left, 0], [1, height, width, -1]);
}

/** Sums over windows, those at the far edges of what there is; their length will not matter. */
function windowed(map: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = map.shape;
  const missing = (side: number) => roundUp(side, WINDOW) - side;
  const whole = map.pad([[0, 0], [0, missing(height)], [0, missing(width)], [0, 0]]);
  return tf.avgPool(whole as tf.Tensor4D, WINDOW, WINDOW, "valid");
}

/** Squared distances of two maps' directions, summed along rows, [h]. */
const rowSums = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D =>
  directions(a).sub(directions(b)).square().sum([0, 2, 3]);

/** Sums over places and windows of every layer. */
interface Sums {
  readonly perceptual: Float64Array;
  readonly texture: Float64Array;
}

/** Adds what one tile gives. */
async function addTile(
  sums: Sums,
  pair: readonly Raster[],
  [rows, columns]: readonly [Span, Span],
  stack: FeatureStack,
): Promise<void> {
  const layers = tf.tidy(() =>
    stack.maps(partOf(pair, rows, columns)).map((map, i) => {
      const places = placesOf(map, rows, columns, stack.strides[i]!, stack);
      const [a, b] = [places(0), places(1)];
      return { perceptual: rowSums(a, b), texture: rowSums(windowed(a), windowed(b)) };
    })
  );
  try {
    for (const [i, { perceptual, texture }] of layers.entries()) {
      for (const value of await perceptual.data()) sums.perceptual[i]! += value;
      for (const value of await texture.data()) sums.texture[i]! += value;
    }
  } finally {
    tf.dispose(layers.flatMap(({ perceptual, texture }) => [perceptual, texture]));
  }
}

/**
 * The distances of two pictures, 0 for equal ones: each layer's features are brought to length 1 at every place
 * or window, their squared differences averaged, and the layers' added up. Symmetric. Pictures are seen
 * at their own size, of any height and width, tile by tile: tiles see their neighbours, so that the cut
 * changes nothing. Borrows the pictures. Throws a RangeError for different shapes, and for pictures too
 * small to have a place in the deepest layer.
 */
export async function pictureDistances(
  stack: FeatureStack,
  a: Raster,
  b: Raster,
): Promise<PictureDistances> {
  assertSameShape(a, b);
  const { width, height } = a;
  const least = leastSideSeen(stack);
  if (Math.min(width, height) < least) {
    throw new RangeError(
      `Cannot measure ${
        perceptualNames(stack.name).perceptual
      } on ${width}×${height} pixels: expected ` +
        `${least}×${least} or more`,
    );
  }
  const layers = stack.strides.length;
  const sums: Sums = {
    perceptual: new Float64Array(layers),
    texture: new Float64Array(layers),
  };
  for (const rows of spansOf(height, stack)) {
    for (const columns of spansOf(width, stack)) {
      await addTile(sums, [a, b], [rows, columns], stack);
    }
  }
  const distance = (sum: Float64Array, window: number) => {
    const count = (side: number, stride: number) =>
      Math.ceil(placesOn(side, stride, stack) / window);
    return stack.strides.reduce(
      (total, stride, i) => total + sum[i]! / (count(height, stride) * count(width, stride)),
      0,
    );
  };
  return { perceptual: distance(sums.perceptual, 1), texture: distance(sums.texture, WINDOW) };
}
