/** From what a person types to something that enlarges pictures: a run's network, a file's, or bicubic. */
import * as tf from "@tensorflow/tfjs";
import { resizeRaster } from "../../data/pairs/decode.ts";
import type { Raster } from "../core/images.ts";
import type { NamedArrays } from "../core/named_arrays.ts";
import { nextTurn } from "../core/next_turn.ts";
import "../nn/bicubic_upscale.ts"; // registers the layers that these networks are saved with
import "../nn/pixel_shuffle.ts";
import { cut, enlargeBands, TILE, type TileOptions, tilesOf } from "../nn/enlarge.ts";
import { decodeGenerator, type GeneratorWeights, weightsOf } from "./checkpoint_format.ts";
import { resolveCheckpoint } from "./open_generator.ts";
import type { RunStore } from "./store.ts";
import { StorageError } from "./storage_error.ts";

/** How the work is cut and watched; tile and overlap are the enlarger's own unless given. */
export type BandOptions = Partial<TileOptions>;

/** Makes pictures larger. */
export interface Enlarger extends Disposable {
  /** `bicubic`, `RUN@STEP`, or a file's path. */
  readonly name: string;
  readonly scale: number;
  /** Trainable parameters; 0 for bicubic. */
  readonly parameters: number;
  /** The enlarged picture in bands as wide as itself, from top to bottom. Borrows the picture. */
  bands(low: Raster, options?: BandOptions): AsyncGenerator<Raster>;
}

/** How far bicubic enlargement sees. */
const BICUBIC_REACH = 2;

/** MATLAB's bicubic, by bands. */
function bicubicEnlarger(scale: number): Enlarger {
  return {
    name: "bicubic",
    scale,
    parameters: 0,
    async *bands(low, { tile = TILE, signal, onTile } = {}) {
      const total = Math.ceil(low.height / tile);
      for (let row = 0; row < total; row++) {
        await nextTurn(); // so that a stop is heard
        signal?.throwIfAborted();
        const [top, end] = [row * tile, Math.min(low.height, (row + 1) * tile)];
        const [from, to] = [
          Math.max(0, top - BICUBIC_REACH),
          Math.min(low.height, end + BICUBIC_REACH),
        ];
        const seen = cut(low, { left: 0, top: from, width: low.width, height: to - from });
        const larger = resizeRaster(seen, scale);
        yield cut(larger, {
          left: 0,
          top: scale * (top - from),
          width: larger.width,
          height: scale * (end - top),
        });
        onTile?.(row + 1, total);
      }
    },
    [Symbol.dispose]() {},
  };
}

/** A network's outputs are so many times as large as its inputs. Throws a RangeError for other ones. */
function scaleOf(model: tf.LayersModel, name: string): number {
  const [input, output] = [model.inputs[0]?.shape, model.outputs[0]?.shape];
  const whole = (shape?: (number | null)[]) => shape?.length === 4 && shape[3] === 3;
  if (!whole(input) || !whole(output) || input![1] !== null) {
    const shown = (shape?: (number | null)[]) => `[${shape?.map((n) => n ?? "B").join(", ")}]`;
    throw new RangeError(
      `Cannot enlarge pictures with ${name}: expected a network of [B, H, W, 3] to larger pictures, got ` +
        `one of ${shown(input)} to ${shown(output)}. Networks to enlarge are trained by train-sr`,
    );
  }
  return tf.tidy(() => (model.predict(tf.zeros([1, 8, 8, 3])) as tf.Tensor4D).shape[1] / 8);
}

/** Builds the network of a topology with these weights. */
async function networkOf(topology: string, weights: NamedArrays, name: string) {
  const model = await tf.models.modelFromJSON({ modelTopology: JSON.parse(topology) });
  try {
    tf.tidy(() => {
      const tensors: tf.NamedTensorMap = {};
      for (const [key, { shape, data }] of weights) {
        const ruined = data.find((value) => !Number.isFinite(value));
        if (ruined !== undefined) {
          throw new RangeError(
            `Cannot enlarge pictures with ${name}: expected finite weights, got ${ruined} in "${key}"`,
          );
        }
        tensors[key] = tf.tensor(data.slice(), [...shape]);
      }
      model.loadWeights(tensors);
    });
    return { model, scale: scaleOf(model, name) };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** A network's bands, the overlap as wide as the network sees. */
function networkEnlarger(name: string, model: tf.LayersModel, scale: number): Enlarger {
  const tiles = tilesOf(model);
  return {
    name,
    scale,
    parameters: model.trainableWeights.reduce(
      (sum, { shape }) => sum + shape.reduce<number>((size, side) => size * side!, 1),
      0,
    ),
    bands: (low, options = {}) => enlargeBands(model, scale, low, { ...tiles, ...options }),
    [Symbol.dispose]: () => model.dispose(),
  };
}

/** What opening an enlarger takes. */
export interface EnlargerRequest {
  /** `bicubic`, `RUN`, `RUN@STEP`, or a `.safetensors` file as checkpoints have it. */
  readonly model: string;
  /** The scale asked for; null takes the network's own, and 4 for bicubic. */
  readonly scale: number | null;
  readonly weights?: GeneratorWeights;
}

/**
 * Opens an enlarger on the open device. The caller disposes of it. Throws a StorageError for what is
 * not there or damaged, and a RangeError for a network that does not enlarge, or by another scale.
 */
export async function openEnlarger(
  store: RunStore,
  { model: text, scale: asked, weights: which = "ema" }: EnlargerRequest,
): Promise<Enlarger> {
  if (text === "bicubic") return bicubicEnlarger(asked ?? 4);
  const { name, topology, weights } = /\.safetensors$/i.test(text)
    ? { name: text, ...readFile(text) }
    : await readRun(store, text);
  const { model, scale } = await networkOf(
    topology,
    weightsOf({ step: 0, sha256: "", topology, weights }, which),
    name,
  );
  if (asked !== null && asked !== scale) {
    model.dispose();
    throw new RangeError(
      `Cannot enlarge ${asked} times with ${name}: it was trained to enlarge ${scale} times. ` +
        `Pass --scale ${scale}, or another --model`,
    );
  }
  return networkEnlarger(name, model, scale);
}

function readFile(path: string) {
  try {
    return decodeGenerator(Deno.readFileSync(path), path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new StorageError(`Cannot open the network "${path}": there is no such file`);
  }
}

async function readRun(store: RunStore, text: string) {
  const { run: id, step } = resolveCheckpoint(store, text);
  using run = store.open(id);
  const { topology, weights } = await run.readGenerator(step);
  return { name: `${id}@${step}`, topology, weights };
}
