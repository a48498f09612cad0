/** Batches of square images: what experiments on image datasets train on. */
import { ImageBatches } from "../../data/batches.ts";
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
  { openDataset, ...options }: DataOptions,
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
      [Symbol.dispose]: () => dataset[Symbol.dispose](),
    };
  } catch (error) {
    dataset[Symbol.dispose]();
    throw error;
  }
}
