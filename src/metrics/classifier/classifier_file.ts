/** A classifier in one safetensors file: network, attributes, and the evidence of what it can tell. */
import { z } from "zod";
import { answerLayout } from "../../core/attributes.ts";
import type { NamedArray, NamedArrays } from "../../core/named_arrays.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsArray,
  SafetensorsError,
} from "../../core/safetensors.ts";
import type { ClassifiedAttribute } from "./telling.ts";

/** Labels of held-out images and what the network says of them: figures come from these. */
export interface HeldOutAnswers {
  readonly count: number;
  /** [N, K] in each attribute's own unit; NaN where unknown. */
  readonly labels: Float32Array<ArrayBuffer>;
  /** [N, K]: probabilities and, in their own units, numbers. */
  readonly answers: Float32Array<ArrayBuffer>;
}

/** What a classifier was trained on. */
export interface ClassifierOrigin {
  /** The dataset as given on the command line. */
  readonly dataset: string;
  readonly fingerprint: string;
  /** Images that were trained on, and updates. */
  readonly images: number;
  readonly steps: number;
}

/** All that a file holds. */
export interface ClassifierFile {
  readonly size: number;
  readonly channels: number;
  /** In answer order. */
  readonly attributes: readonly ClassifiedAttribute[];
  readonly origin: ClassifierOrigin;
  /** TensorFlow.js `modelTopology`, as JSON text. */
  readonly topology: string;
  /** By the names that the topology's layers give them. */
  readonly weights: NamedArrays;
  readonly heldOut: HeldOutAnswers;
}

const FORMAT = "atelier-attribute-classifier";
const WEIGHTS = "classifier/";

const number = z.number();
const HeldOutScores = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("binary"),
    images: z.int().min(1),
    accuracy: number,
    balancedAccuracy: number,
    auc: number,
  }),
  z.strictObject({
    kind: z.literal("continuous"),
    images: z.int().min(1),
    r2: number,
    meanAbsoluteError: number,
  }),
]);
const Description = z.strictObject({
  version: z.literal(1),
  size: z.int().min(1),
  channels: z.int().min(1),
  origin: z.strictObject({
    dataset: z.string(),
    fingerprint: z.string(),
    images: z.int().min(1),
    steps: z.int().min(0),
  }),
  attributes: z.array(z.strictObject({
    name: z.string().min(1),
    kind: z.enum(["binary", "continuous"]),
    choice: z.string().nullable(),
    of: z.string().nullable(),
    identity: z.boolean(),
    mean: number,
    deviation: number.positive(),
    heldOut: HeldOutScores.nullable(),
  })).min(1),
});

/** The file's bytes: the same classifier gives the same ones. No time or place goes in. */
export function encodeClassifier(file: ClassifierFile): Uint8Array<ArrayBuffer> {
  const { size, channels, attributes, origin, heldOut } = file;
  const description: z.input<typeof Description> = {
    version: 1,
    size,
    channels,
    origin,
    attributes: [...attributes],
  };
  const shape = [heldOut.count, attributes.length];
  const array = (array: NamedArray): SafetensorsArray => ({ dtype: "F32", ...array });
  return encodeSafetensors({
    metadata: {
      format: FORMAT,
      description: JSON.stringify(Description.parse(description)),
      topology: file.topology,
    },
    arrays: new Map([
      ...Array.from(
        file.weights,
        ([name, weight]) => [WEIGHTS + name, array(weight)] as const,
      ),
      ["held_out/labels", array({ shape, data: heldOut.labels })],
      ["held_out/answers", array({ shape, data: heldOut.answers })],
    ]),
  });
}

/**
 * The description in a classifier's metadata. Throws a SafetensorsError for text that is no JSON, and a
 * RangeError, which says how to make the classifier anew, for one of another form: an older lab's, say.
 */
function parseDescription(text: string, source: string): z.output<typeof Description> {
  let description: unknown;
  try {
    description = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SafetensorsError(`Cannot read the classifier "${source}": ${error.message}`, {
      cause: error,
    });
  }
  const parsed = Description.safeParse(description);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const place = path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join(
    "",
  );
  throw new RangeError(
    `Cannot classify with "${source}": expected the form that this version of the lab writes, got ` +
      `another one's (${place.replace(/^\./, "") || "description"}: ${message}). Delete it, and ` +
      `"deno task train-classifier" makes it anew`,
    { cause: parsed.error },
  );
}

/**
 * Reads a file's bytes, `source` being its path. Throws a SafetensorsError for what is damaged, and a
 * RangeError for a sound file that holds no classifier, or one in another version's form.
 */
export function decodeClassifier(bytes: Uint8Array<ArrayBuffer>, source: string): ClassifierFile {
  const { metadata, arrays } = decodeSafetensors(bytes, source);
  const { format, description, topology } = metadata;
  if (format !== FORMAT || description === undefined || topology === undefined) {
    throw new RangeError(
      `Cannot classify with "${source}": expected a file of "deno task train-classifier", got a ` +
        `safetensors file with ${Object.keys(metadata).join(", ") || "nothing"} in its metadata`,
    );
  }
  const { version: _, ...described } = parseDescription(description, source);
  answerLayout(described.attributes); // throws where the columns are out of order
  const f32 = (name: string): NamedArray => {
    const { shape, data } = arrays.get(name) ?? {};
    if (shape !== undefined && data instanceof Float32Array) return { shape, data };
    throw new SafetensorsError(`Cannot read the classifier "${source}": it lacks F32 "${name}"`);
  };
  const K = described.attributes.length;
  const rows = (name: string): NamedArray => {
    const array = f32(name);
    if (array.shape.length === 2 && array.shape[1] === K) return array;
    throw new SafetensorsError(
      `Cannot read the classifier "${source}": expected "${name}" of shape [N, ${K}], got ` +
        `[${array.shape.join(", ")}]`,
    );
  };
  const [labels, answers] = [rows("held_out/labels"), rows("held_out/answers")];
  const weights = new Map<string, NamedArray>();
  for (const name of arrays.keys()) {
    if (name.startsWith(WEIGHTS)) weights.set(name.slice(WEIGHTS.length), f32(name));
  }
  const heldOut = { count: labels.shape[0] ?? 0, labels: labels.data, answers: answers.data };
  return { ...described, topology, weights, heldOut };
}
