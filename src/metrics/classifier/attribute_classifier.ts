/** A trained attribute classifier: images in, probabilities and values out, and features for metrics. */
import * as tf from "@tensorflow/tfjs";
import { answerLayout, type Columns } from "../../core/attributes.ts";
import { sha256Hex } from "../../core/fs.ts";
import type { ImageBatch } from "../../core/images.ts";
import type { NamedArrays } from "../../core/named_arrays.ts";
import type { Extracted, FeatureExtractor, FeatureMatrix } from "../extractor.ts";
import { readAnswers } from "./answers.ts";
import {
  type ClassifierFile,
  type ClassifierOrigin,
  decodeClassifier,
  type HeldOutAnswers,
} from "./classifier_file.ts";
import { fitImages } from "./fit_images.ts";
import { type ClassifiedAttribute, LEAST_BALANCED_ACCURACY } from "./telling.ts";

/** Images classified at once. */
const AT_ONCE = 64;

/** What a classifier says of N images. */
export interface Predictions {
  /**
   * [N, K], by the columns of `attributes`: the probability that the image has a binary attribute (of
   * a choice's options these add up to 1), and numbers in their own units.
   */
  readonly answers: FeatureMatrix;
  /** What the network's last layer answers from, [N, D]. */
  readonly features: FeatureMatrix;
}

/** Owns its network: disposing frees every variable. */
export class AttributeClassifier implements FeatureExtractor {
  readonly name = "classifier";
  /** SHA-256 of the file. */
  readonly fingerprint: string;
  readonly dim: number;
  /** Side of the images it was trained on, in pixels. */
  readonly size: number;
  readonly channels: number;
  /** By the columns of its answers. */
  readonly attributes: readonly ClassifiedAttribute[];
  readonly origin: ClassifierOrigin;
  readonly heldOut: HeldOutAnswers;
  readonly #model: tf.LayersModel;
  /** The choice whose options are the classes of `extract`; null where there is none. */
  readonly #classes: Columns | null;

  private constructor(model: tf.LayersModel, file: ClassifierFile, fingerprint: string) {
    this.#model = model;
    this.fingerprint = fingerprint;
    this.size = file.size;
    this.channels = file.channels;
    this.attributes = file.attributes;
    this.origin = file.origin;
    this.heldOut = file.heldOut;
    this.dim = model.outputs[0]!.shape[1]!;
    this.#classes = classesOf(file.attributes);
  }

  /**
   * The classifier of a file's bytes, `source` being its path, on the open device. Throws a
   * SafetensorsError for a damaged file and a RangeError for one that holds no classifier.
   */
  static async from(bytes: Uint8Array<ArrayBuffer>, source: string): Promise<AttributeClassifier> {
    const file = decodeClassifier(bytes, source);
    const model = await tf.models.modelFromJSON({ modelTopology: JSON.parse(file.topology) });
    try {
      loadWeights(model, file.weights);
      assertFits(model, file);
      return new AttributeClassifier(model, file, await sha256Hex(bytes));
    } catch (error) {
      model.dispose();
      const why = error instanceof Error ? error.message : String(error);
      throw new RangeError(`Cannot classify with "${source}": ${why}`, { cause: error });
    }
  }

  /** The column of an attribute's answers, or null for a name that it does not know. */
  columnOf(name: string): number | null {
    const column = this.attributes.findIndex((attribute) => attribute.name === name);
    return column < 0 ? null : column;
  }

  /**
   * Classifies images, [B, H, H, C] in [-1, 1]. Borrows them. Throws a RangeError for images of another
   * size or other channels than those it was trained on: what it says of those, nothing has measured.
   */
  async predict(images: ImageBatch): Promise<Predictions> {
    const { size, channels, dim: D } = this;
    if (images.size !== size || images.channels !== channels) {
      throw new RangeError(
        `Cannot classify images of ${shapeText(images)}: this classifier was trained on ` +
          `"${this.origin.dataset}" at ${shapeText(this)}. Train one with --size ${images.size}` +
          (images.channels === channels ? "" : ` --channels ${images.channels}`),
      );
    }
    const [N, K] = [images.count, this.attributes.length];
    const features = new Float32Array(N * D);
    const answers = new Float32Array(N * K);
    for (let from = 0; from < N; from += AT_ONCE) {
      const some = Math.min(AT_ONCE, N - from);
      const outputs = this.#apply(images, from, some);
      try {
        features.set(await outputs[0].data<"float32">(), from * D);
        answers.set(await outputs[1].data<"float32">(), from * K);
      } finally {
        tf.dispose(outputs);
      }
    }
    readAnswers(answers, this.attributes);
    return {
      answers: { values: answers, count: N, dim: K },
      features: { values: features, count: N, dim: D },
    };
  }

  /**
   * The features of images of any size, brought to the classifier's by bicubic resizing, grey ones
   * repeated over its channels and colour ones turned to luma where it wants grey. The probabilities
   * are those of the choice with the most options (of class folders, say) among the choices that the
   * classifier can tell on average; null where there is none: binary attributes are no distribution.
   */
  async extract(images: ImageBatch): Promise<Extracted> {
    const { answers, features } = await this.predict(fitImages(images, this));
    const classes = this.#classes;
    if (classes === null) return { features, probabilities: null };
    const { from, count } = classes;
    const values = new Float32Array(answers.count * count);
    for (let i = 0; i < answers.count; i++) {
      const row = i * answers.dim + from;
      values.set(answers.values.subarray(row, row + count), i * count);
    }
    return { features, probabilities: { values, count: answers.count, dim: count } };
  }

  [Symbol.dispose](): void {
    this.#model.dispose();
  }

  #apply(images: ImageBatch, from: number, count: number): [tf.Tensor2D, tf.Tensor2D] {
    const length = this.size * this.size * this.channels;
    return tf.tidy(() => {
      const pixels = images.pixels.slice(from * length, (from + count) * length);
      const x = tf.tensor4d(pixels, [count, this.size, this.size, this.channels]);
      return this.#model.predict(x, { batchSize: count }) as [tf.Tensor2D, tf.Tensor2D];
    });
  }
}

/** Opens the file at `path`. The caller disposes of the classifier. */
export async function openClassifier(path: string): Promise<AttributeClassifier> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RangeError(
      `Cannot open the classifier "${path}": there is no such file. Make one with ` +
        `"deno task train-classifier --data DATASET --size PIXELS"`,
      { cause: error },
    );
  }
  return await AttributeClassifier.from(bytes, path);
}

/** `64×64×3`. */
const shapeText = ({ size, channels }: { size: number; channels: number }) =>
  `${size}×${size}×${channels}`;

function loadWeights(model: tf.LayersModel, weights: NamedArrays): void {
  tf.tidy(() => {
    const tensors: tf.NamedTensorMap = {};
    for (const [name, { shape, data }] of weights) {
      if (!data.every(Number.isFinite)) throw new RangeError(`"${name}" is not finite`);
      tensors[name] = tf.tensor(data.slice(), [...shape]); // a view would keep the whole file
    }
    model.loadWeights(tensors); // strict: throws where a weight is missing or one too many
  });
}

/** Throws unless the network takes and gives what the description says. */
function assertFits(model: tf.LayersModel, { size, channels, attributes }: ClassifierFile): void {
  const expected = `[B, ${size}, ${size}, ${channels}] to [B, D] and [B, ${attributes.length}]`;
  const shown = (tensors: readonly tf.SymbolicTensor[]) =>
    tensors.map(({ shape }) => `[${["B", ...shape.slice(1)].join(", ")}]`).join(" and ");
  const [features, answers] = model.outputs;
  const input = model.inputs[0]!.shape.slice(1).join();
  const right = model.inputs.length === 1 && model.outputs.length === 2 &&
    input === [size, size, channels].join() &&
    features!.shape.length === 2 && answers!.shape[1] === attributes.length;
  if (right) return;
  throw new RangeError(
    `expected a network from ${expected}, got one from ${shown(model.inputs)} to ` +
      shown(model.outputs),
  );
}

/** The choice of most options among those told well enough on average; the first of equally many. */
function classesOf(attributes: readonly ClassifiedAttribute[]): Columns | null {
  const told = answerLayout(attributes).choices.filter(({ from, count }) => {
    const scores = attributes.slice(from, from + count).map(({ heldOut }) =>
      heldOut?.kind === "binary" ? heldOut.balancedAccuracy : 0.5
    );
    return scores.reduce((sum, score) => sum + score, 0) / count >= LEAST_BALANCED_ACCURACY;
  });
  return told.toSorted((a, b) => b.count - a.count)[0] ?? null;
}
