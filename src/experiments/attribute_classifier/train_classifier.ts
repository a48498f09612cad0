/** Trains an attribute classifier on a dataset with labels: the one loop, from images to a file. */
import type { ImageDataset } from "../../../data/dataset.ts";
import { buildAttributeClassifier } from "../../../models/attribute_classifier.ts";
import { answerLayout } from "../../core/attributes.ts";
import type { Snapshot } from "../../core/named_arrays.ts";
import { nextTurn } from "../../core/next_turn.ts";
import { Rng } from "../../core/rng.ts";
import { AttributeClassifier } from "../../metrics/classifier/attribute_classifier.ts";
import { type ClassifierFile, encodeClassifier } from "../../metrics/classifier/classifier_file.ts";
import { AttributeTrainer, CLASSIFIER_PREFIX } from "../../training/attribute_trainer.ts";
import { train } from "../../training/loop.ts";
import { LabelledBatches, readImages } from "./labelled_batches.ts";
import { type LabelledAttribute, learnableAttributes, type Split, splitImages } from "./labels.ts";
import { answerHeldOut, scoreColumn } from "./score_held_out.ts";
import type { ClassifierSettings } from "./settings.ts";

/**
 * Images that the moving average takes its batch-norm statistics from, drawn from all: the first ones of
 * a folder may be alike. With the first of UTKFace, whose names begin with the age, ages read 14 years
 * high.
 */
const CALIBRATION_IMAGES = 512;

/** What a caller may follow and stop. */
export interface TrainingWatch {
  readonly signal: AbortSignal;
  readonly onStep?: (step: number, loss: number, totalSteps: number) => void;
  readonly onNotice?: (message: string) => void;
}

/** At most `count` of the indices, drawn at random. */
const some = (indices: Uint32Array, count: number, seed: number): Uint32Array =>
  new Rng(seed, "calibration").permutation(indices.length).subarray(0, count)
    .map((place) => indices[place]!);

/** Whether pictures are mirrored: as asked, else those of folders, in which left and right are alike. */
export const mirrors = ({ mirror }: ClassifierSettings, dataset: ImageDataset): boolean =>
  mirror ?? dataset.info.name.startsWith("folder:");

function buildTrainer(
  dataset: ImageDataset,
  settings: ClassifierSettings,
  attributes: readonly LabelledAttribute[],
  { training }: Split,
): AttributeTrainer {
  const { size, channels } = dataset;
  const rng = new Rng(settings.seed, "classifier weights");
  const network = { ...settings, size, channels, answers: attributes.length };
  return new AttributeTrainer({
    classifier: buildAttributeClassifier(network, rng),
    average: buildAttributeClassifier(network, rng), // its own draws are overwritten
  }, {
    ...settings,
    totalSteps: settings.steps,
    layout: answerLayout(attributes),
    calibration: readImages(dataset, some(training, CALIBRATION_IMAGES, settings.seed)),
  });
}

/** The trained network's weights and topology; null where the signal stopped it before. */
async function learn(
  dataset: ImageDataset,
  settings: ClassifierSettings,
  attributes: readonly LabelledAttribute[],
  split: Split,
  watch: TrainingWatch,
): Promise<Snapshot | null> {
  const { batch, seed, steps } = settings;
  const mirror = mirrors(settings, dataset);
  const images = split.training;
  const batches = new LabelledBatches(dataset, { images, attributes, batch, seed, mirror });
  const trainer = buildTrainer(dataset, settings, attributes, split);
  let snapshot: Snapshot | null = null;
  try {
    const cadences = { sampleEverySteps: 0, checkpointEverySteps: 0 };
    const { signal } = watch;
    const options = { startStep: 0, totalSteps: steps, batchSize: batch, signal, ...cadences };
    for await (const event of train(trainer, batches, options)) {
      if (event.type === "step") {
        watch.onStep?.(event.step, event.losses["attributes"]!, steps);
        await nextTurn(); // so that a stop is heard
      }
      if (event.type === "warning") watch.onNotice?.(event.message);
      if (event.type === "checkpoint") snapshot = event.snapshot;
    }
  } finally {
    trainer.dispose();
  }
  return watch.signal.aborted ? null : snapshot;
}

/**
 * Trains a classifier of all attributes of `dataset` that can be learnt and scores it on the images that
 * are held out. Returns its file's bytes, or null where the signal stopped it. Equal data and settings
 * give equal bytes on one device and thread count. Borrows the dataset. Throws a RangeError for a
 * dataset without attributes to learn or with too few images.
 */
export async function trainClassifier(
  dataset: ImageDataset,
  settings: ClassifierSettings,
  watch: TrainingWatch,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const split = splitImages(dataset.length);
  const attributes = learnableAttributes(dataset, split, watch.onNotice);
  if (watch.signal.aborted) return null;
  const snapshot = await learn(dataset, settings, attributes, split, watch);
  if (snapshot === null) return null;
  const weights = new Map(
    [...snapshot.generator].filter(([name]) => name.startsWith(CLASSIFIER_PREFIX))
      .map(([name, array]) => [name.slice(CLASSIFIER_PREFIX.length), array]),
  );
  const { name, fingerprint } = dataset.info;
  const origin = { dataset: name, fingerprint, images: split.training.length };
  const unscored: ClassifierFile = {
    size: dataset.size,
    channels: dataset.channels,
    attributes: attributes.map(({ labels: _, ...attribute }) => ({ ...attribute, heldOut: null })),
    origin: { ...origin, steps: settings.steps },
    topology: snapshot.topology,
    weights,
    heldOut: { count: 0, labels: new Float32Array(0), answers: new Float32Array(0) },
  };
  return encodeClassifier(await scored(unscored, dataset, attributes, split));
}

/** The same classifier with its answers on the held-out images and the figures from them. */
async function scored(
  file: ClassifierFile,
  dataset: ImageDataset,
  labelled: readonly LabelledAttribute[],
  { heldOut: images }: Split,
): Promise<ClassifierFile> {
  using classifier = await AttributeClassifier.from(encodeClassifier(file), file.origin.dataset);
  const heldOut = await answerHeldOut(classifier, dataset, images, labelled);
  const attributes = file.attributes.map((attribute, k) => ({
    ...attribute,
    heldOut: scoreColumn(heldOut, labelled, k),
  }));
  return { ...file, attributes, heldOut };
}
