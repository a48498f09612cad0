/** Batches of square images: what experiments on image datasets train on. */
import { ImageBatches } from "../../data/batches.ts";
import type { ImageDataset } from "../../data/dataset.ts";
import { meanPairDistance } from "../core/diversity.ts";
import type { ImageBatch } from "../core/images.ts";
import type { DataOptions, RunConfig, TrainingData } from "./experiment.ts";

/** The settings that say which images, and how they are prepared. */
export interface ImageConfig extends RunConfig {
  readonly attributes: string | null;
  readonly mirror: boolean;
  /** Side of the images, in pixels. */
  readonly size: number;
  /** null takes the dataset's own. */
  readonly channels: 1 | 3 | null;
}

/** Whether an experiment's settings are those of one on square images of a dataset. */
export function isImageConfig(config: RunConfig): config is ImageConfig {
  return "size" in config && "mirror" in config;
}

/** Opens the dataset of the settings, with batches drawn from it. The caller disposes of it. */
export async function openImages(
  config: ImageConfig,
  { openDataset, startStep: _, ...options }: DataOptions,
): Promise<TrainingData<ImageBatch>> {
  const dataset = await openDataset(config.data, {
    ...options,
    size: config.size,
    ...(config.channels === null ? {} : { channels: config.channels }),
    seed: config.seed,
    ...(config.attributes === null ? {} : { attributesFile: config.attributes }),
  });
  try {
    return {
      info: dataset.info,
      batches: new ImageBatches(dataset, config),
      pairDistance: pairDistanceOf(dataset),
      [Symbol.dispose]: () => dataset[Symbol.dispose](),
    };
  } catch (error) {
    dataset[Symbol.dispose]();
    throw error;
  }
}

/** Pictures that a mean is taken over: those of another choice move it by 3 %. */
const COMPARED = 128;

/**
 * `meanPairDistance` of pictures spread evenly over the dataset, as folders come sorted by class. Reads by
 * index: the order that batches come in is not touched.
 */
export function pairDistanceOf(dataset: ImageDataset): number {
  const { length, size, channels } = dataset;
  const count = Math.min(COMPARED, length);
  const imageLength = size * size * channels;
  const pixels = new Float32Array(count * imageLength);
  const image = new Float32Array(imageLength);
  for (let i = 0; i < count; i++) {
    dataset.read(Math.floor(i * length / count), image);
    pixels.set(image, i * imageLength);
  }
  return meanPairDistance({ pixels, count, size, channels });
}
