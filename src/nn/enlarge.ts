/** Puts pictures of any size through a network that enlarges them, tile by tile. */
import * as tf from "@tensorflow/tfjs";
import { type Raster, toByte } from "../core/images.ts";
import { nextTurn } from "../core/next_turn.ts";
import { unitPixels } from "../core/pairs.ts";

/** How a picture is cut. Sides are those of the small picture, in pixels. */
export interface TileOptions {
  /** Side of what a tile adds to the result. */
  readonly tile: number;
  /** How much of its neighbours a tile sees besides; see `receptiveRadius`. */
  readonly overlap: number;
  readonly signal?: AbortSignal;
  /** Called after each tile, with the count of those done and of all. */
  readonly onTile?: (done: number, total: number) => void;
}

/** A rectangle of a picture, in pixels. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a picture that a box covers. */
export function cut(picture: Raster, { left, top, width, height }: Box): Raster {
  const { pixels, channels } = picture;
  const out = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * channels;
    out.set(pixels.subarray(from, from + width * channels), y * width * channels);
  }
  return { pixels: out, width, height, channels };
}

/** Puts a picture into a larger one. */
function paste(part: Raster, into: Raster, left: number, top: number): void {
  const { pixels, width, height, channels } = part;
  for (let y = 0; y < height; y++) {
    const row = pixels.subarray(y * width * channels, (y + 1) * width * channels);
    into.pixels.set(row, ((top + y) * into.width + left) * channels);
  }
}

/** A range and as much around it as there is, up to `overlap`. */
function widened(start: number, length: number, overlap: number, limit: number) {
  const from = Math.max(0, start - overlap);
  return { from, length: Math.min(limit, start + length + overlap) - from };
}

/**
 * What a network, [B, H, W, 3] to [B, s·H, s·W, 3] in [-1, 1], makes of a picture in one piece, in 8 bits.
 * Borrows both. Throws a RangeError for a picture that is not in colour.
 */
export async function enlarge(model: tf.LayersModel, low: Raster): Promise<Raster> {
  const { width, height, channels } = low;
  if (channels !== 3) {
    throw new RangeError(`Cannot enlarge a picture of ${channels} channels: expected 3`);
  }
  const high = tf.tidy(() => {
    const input = tf.tensor4d(unitPixels(low), [1, height, width, 3]);
    return model.predict(input) as tf.Tensor4D; // [1, s·H, s·W, 3]
  });
  try {
    const [, tall, wide] = high.shape;
    const values = await high.data();
    const pixels = new Uint8Array(values.length);
    for (let i = 0; i < values.length; i++) pixels[i] = toByte(values[i]!);
    return { pixels, width: wide, height: tall, channels: 3 };
  } finally {
    high.dispose();
  }
}

/**
 * The same in bands, from top to bottom, each as wide as the whole and of at most `tile` small rows: no
 * more than a band is held at a time. With an overlap of the network's receptive radius the bands
 * together are `enlarge`'s picture, but for rounding. Throws the signal's reason when it is aborted.
 */
export async function* enlargeBands(
  model: tf.LayersModel,
  scale: number,
  low: Raster,
  { tile, overlap, signal, onTile }: TileOptions,
): AsyncGenerator<Raster> {
  const { width, height } = low;
  const [across, down] = [Math.ceil(width / tile), Math.ceil(height / tile)];
  for (let row = 0; row < down; row++) {
    const top = row * tile;
    const rows = Math.min(tile, height - top);
    const y = widened(top, rows, overlap, height);
    const bandWidth = scale * width;
    const band: Raster = {
      pixels: new Uint8Array(bandWidth * scale * rows * 3),
      width: bandWidth,
      height: scale * rows,
      channels: 3,
    };
    for (let column = 0; column < across; column++) {
      await nextTurn(); // or an abort would not be heard
      signal?.throwIfAborted();
      const left = column * tile;
      const columns = Math.min(tile, width - left);
      const x = widened(left, columns, overlap, width);
      const seen = cut(low, { left: x.from, top: y.from, width: x.length, height: y.length });
      const kept = cut(await enlarge(model, seen), {
        left: scale * (left - x.from),
        top: scale * (top - y.from),
        width: scale * columns,
        height: scale * rows,
      });
      paste(kept, band, scale * left, 0);
      onTile?.(row * across + column + 1, across * down);
    }
    yield band;
  }
}

/** Bands from top to bottom as the one picture of this shape that they make. */
export async function joined(
  bands: AsyncIterable<Raster>,
  { width, height, channels }: Omit<Raster, "pixels">,
): Promise<Raster> {
  const pixels = new Uint8Array(width * height * channels);
  let filled = 0;
  for await (const band of bands) {
    pixels.set(band.pixels, filled);
    filled += band.pixels.length;
  }
  return { pixels, width, height, channels };
}

/** Settings of layers that matter here. */
interface LayerConfig {
  readonly kernelSize?: number | readonly number[];
  readonly dilationRate?: number | readonly number[];
  readonly strides?: number | readonly number[];
  readonly scale?: number;
}

const first = (value: number | readonly number[] | undefined, otherwise: number): number =>
  typeof value === "number" ? value : value?.[0] ?? otherwise;

/** How many times as large as its input a network is after a layer, being `scale` times before it. */
function scaleAfter(layer: tf.layers.Layer, model: tf.LayersModel, scale: number): number {
  const config = layer.getConfig() as LayerConfig;
  switch (layer.getClassName()) {
    case "BicubicUpscale":
      // A skip beside the network enlarges nothing of what the network goes on with.
      return model.layers.indexOf(layer) === 1 ? scale * (config.scale ?? 1) : scale;
    case "PixelShuffle":
      return scale * (config.scale ?? 1);
    case "Conv2DTranspose":
      return scale * first(config.strides, 1);
    default:
      return scale;
  }
}

/** Numbers that an enlarging network's widest layer gives for each pixel of its input. */
export function widestLayer(model: tf.LayersModel): number {
  let [scale, widest] = [1, 0];
  for (const layer of model.layers) {
    scale = scaleAfter(layer, model, scale);
    const [channels] = (layer.outputShape as tf.Shape).slice(-1);
    widest = Math.max(widest, channels! * scale ** 2);
  }
  return widest;
}

/**
 * How far an output of an enlarging network can see, in pixels of its input: the reach of all its
 * convolutions together, those after an enlargement counting by that much less. A bound: of parallel
 * branches both are counted.
 */
export function receptiveRadius(model: tf.LayersModel): number {
  let scale = 1;
  let radius = 0;
  for (const layer of model.layers) {
    const config = layer.getConfig() as LayerConfig;
    const kind = layer.getClassName();
    if (kind === "BicubicUpscale") radius += 2;
    else if (kind === "Conv2DTranspose") {
      radius += Math.ceil(first(config.kernelSize, 1) / first(config.strides, 1)) / scale;
    } else if (config.kernelSize !== undefined) {
      const reach = Math.floor(first(config.kernelSize, 1) / 2) * first(config.dilationRate, 1);
      radius += reach / scale;
    }
    scale = scaleAfter(layer, model, scale);
  }
  return Math.ceil(radius);
}

/** Side of a tile, in pixels of the small picture: a few hundred MiB at 64 feature maps, enlarged. */
export const TILE = 128;
/** The same for slim networks: what tiles see of their neighbours is computed again, so fewer cost less. */
const SLIM_TILE = 256;
/** Numbers a pixel up to which a network is slim: no layer of many maps is at the large size. */
const SLIM = 128;

/** The tiles that suit an enlarging network, which overlap as far as it sees. */
export function tilesOf(model: tf.LayersModel): Pick<TileOptions, "tile" | "overlap"> {
  const tile = widestLayer(model) <= SLIM ? SLIM_TILE : TILE;
  return { tile, overlap: receptiveRadius(model) };
}
