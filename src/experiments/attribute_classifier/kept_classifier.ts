/** Classifiers that are kept: one file for each dataset, label table and settings, trained on demand. */
import { dirname, join } from "@std/path";
import type { ImageDataset } from "../../../data/dataset.ts";
import { sha256Hex, writeWhole } from "../../core/fs.ts";
import { writeError } from "../../core/write_error.ts";
import {
  type AttributeClassifier,
  openClassifier,
} from "../../metrics/classifier/attribute_classifier.ts";
import type { ClassifierSettings } from "./settings.ts";
import { mirrors, trainClassifier, type TrainingWatch } from "./train_classifier.ts";

/** To be raised with every change that makes other classifiers of equal data and settings. */
const RECIPE = 1;

/** `utkface64` of `folder:pictures/utkface64`, for the eye; the digest tells files apart. */
function slugOf(name: string): string {
  const last = name.split(/[\\/:]/).findLast((part) => part !== "") ?? "";
  return last.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 32) ||
    "data";
}

/** Where the classifier of this dataset, its labels and these settings is kept. */
export async function classifierPath(
  dataset: ImageDataset,
  settings: ClassifierSettings,
  cacheDir: string,
): Promise<string> {
  const labels = await Promise.all(
    dataset.attributes().map(async ({ values, ...about }) => {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      return [about, await sha256Hex(bytes)];
    }),
  );
  const { name, fingerprint, size, channels } = dataset.info;
  const resolved = { ...settings, mirror: mirrors(settings, dataset), size, channels };
  const key = JSON.stringify([RECIPE, fingerprint, labels, resolved]);
  const digest = await sha256Hex(new TextEncoder().encode(key));
  const file = `${slugOf(name)}-${size}px-${digest.slice(0, 12)}.safetensors`;
  return join(cacheDir, "classifiers", file);
}

/** Puts a classifier's bytes at `path`, whole, making its folder where missing. */
export function writeClassifier(path: string, bytes: Uint8Array<ArrayBuffer>): void {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    writeWhole(path, bytes);
  } catch (error) {
    throw writeError("write the classifier", path, "pass another --cache", error);
  }
}

/** How to train one where none is kept. */
export interface KeptClassifierOptions extends TrainingWatch {
  readonly settings: ClassifierSettings;
  readonly cacheDir: string;
  /** Told where training is about to begin, as it takes minutes. */
  readonly onTraining?: (path: string) => void;
}

/**
 * Opens the classifier that is kept for a dataset, training it first where there is none. null where the
 * signal stopped that; nothing half-written stays. The caller disposes of it; the dataset is borrowed.
 */
export async function keptClassifier(
  dataset: ImageDataset,
  options: KeptClassifierOptions,
): Promise<{ readonly classifier: AttributeClassifier; readonly path: string } | null> {
  const path = await classifierPath(dataset, options.settings, options.cacheDir);
  if (!isFile(path)) {
    options.onTraining?.(path);
    const bytes = await trainClassifier(dataset, options.settings, options);
    if (bytes === null) return null;
    writeClassifier(path, bytes);
  }
  return { classifier: await openClassifier(path), path };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
