/** The classifier that judges a run's images: a file's, or the one kept for the run's own data. */
import type { ImageDataset, OpenOptions } from "../../data/dataset.ts";
import { openDataset } from "../../data/open.ts";
import {
  keptClassifier,
  type KeptClassifierOptions,
} from "../experiments/attribute_classifier/kept_classifier.ts";
import { ClassifierSettings } from "../experiments/attribute_classifier/settings.ts";
import { type ImageConfig, isImageConfig } from "../experiments/image_data.ts";
import { experiments } from "../experiments/registry.ts";
import type { Generator } from "../latent/generator.ts";
import {
  type AttributeClassifier,
  openClassifier,
} from "../metrics/classifier/attribute_classifier.ts";
import type { StoredRun } from "../runs/stored_run.ts";

/** How a run's classifier is found, followed and stopped. */
export interface RunClassifierOptions
  extends Omit<KeptClassifierOptions, "settings">, Pick<OpenOptions, "threads" | "onProgress"> {
  /** A classifier's file; null for the one of the run's own data. */
  readonly file: string | null;
}

/** The run's recorded settings. Throws a RangeError where its images are not those of one dataset. */
function imageConfigOf(run: StoredRun): ImageConfig {
  const { experiment, config: recorded } = run.record();
  const known = Object.values(experiments).find(({ name }) => name === experiment);
  const config = known?.parseConfig(recorded);
  if (config !== undefined && isImageConfig(config)) return config;
  throw new RangeError(
    `Cannot train a classifier for run ${run.id}: expected a run on square images, got one of ` +
      `"${experiment}"`,
  );
}

/** The run's dataset, with its attributes. Throws a RangeError that says how to give it some. */
async function openLabelled(
  run: StoredRun,
  config: ImageConfig,
  options: RunClassifierOptions,
): Promise<ImageDataset> {
  const { data, attributes, size, channels, seed } = config;
  const dataset = await openDataset(data, {
    ...{ size, seed, cacheDir: options.cacheDir, threads: options.threads },
    ...(channels === null ? {} : { channels }),
    ...(attributes === null ? {} : { attributesFile: attributes }),
    signal: options.signal,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    ...(options.onNotice ? { onNotice: options.onNotice } : {}),
  });
  if (dataset.info.attributes.length > 0) return dataset;
  dataset[Symbol.dispose]();
  throw new RangeError(
    `Cannot train a classifier for run ${run.id}: its data, "${data}", has no attributes. Train one ` +
      `with a table of them, "deno task train-classifier --data ${data} --size ${size} --attributes ` +
      `FILE", and pass its path with --classifier`,
  );
}

/**
 * Opens the classifier for a run's images, training it first where none is kept for the run's data. null
 * where the signal stopped that. The caller disposes of it. Throws a RangeError for a classifier of
 * other images than the generator draws, and for data without attributes.
 */
export async function openRunClassifier(
  run: StoredRun,
  generator: Pick<Generator, "size" | "channels">,
  options: RunClassifierOptions,
): Promise<AttributeClassifier | null> {
  if (options.file !== null) {
    return fitting(await openClassifier(options.file), options.file, generator);
  }
  const config = imageConfigOf(run);
  using dataset = await openLabelled(run, config, options);
  const settings = ClassifierSettings.parse({ size: config.size, seed: config.seed });
  const kept = await keptClassifier(dataset, { ...options, settings });
  return kept === null ? null : fitting(kept.classifier, kept.path, generator);
}

/** The classifier, or, where it was trained on images of another shape, a RangeError. */
function fitting(
  classifier: AttributeClassifier,
  path: string,
  { size, channels }: Pick<Generator, "size" | "channels">,
): AttributeClassifier {
  if (classifier.size === size && classifier.channels === channels) return classifier;
  const { dataset } = classifier.origin;
  const trained = `${classifier.size}×${classifier.size}×${classifier.channels}`;
  classifier[Symbol.dispose]();
  throw new RangeError(
    `Cannot judge images of ${size}×${size}×${channels} by "${path}": it was trained on "${dataset}" ` +
      `at ${trained}. Train one with "deno task train-classifier --data ${dataset} --size ${size}` +
      (classifier.channels === channels ? '"' : ` --channels ${channels}"`),
  );
}
