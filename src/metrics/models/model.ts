/** What the metrics need of someone else's network, whatever format it came in. */
import type * as tf from "@tensorflow/tfjs";

/** An input or output. A length is null where any will do; the shape where the format does not tell. */
export interface Port {
  readonly name: string;
  readonly shape: readonly (number | null)[] | null;
}

/** Numbers that a network gave, row-major. */
export interface ModelOutput {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** A network that was loaded, with one input. */
export interface Model extends Disposable {
  /** `tfjs`, `onnx`. */
  readonly format: string;
  readonly input: Port;
  readonly outputs: readonly Port[];
  /** Places inside it that `run` can read out, too, from the first to the last; those that are told. */
  readonly inner: readonly Port[];
  /**
   * Computes the outputs of those names, in their order. Borrows the input, of the shape that the
   * network takes. Throws a RangeError for a name that it does not know.
   */
  run(input: tf.Tensor4D, names: readonly string[]): Promise<readonly ModelOutput[]>;
}

/** A model and the bytes of all its files, for its fingerprint. */
export interface LoadedModel {
  readonly model: Model;
  readonly bytes: readonly Uint8Array<ArrayBuffer>[];
}

/** `[B, 299, 299, 3]`, as messages write a shape. */
export const shapeText = (shape: readonly (number | null)[] | null): string =>
  shape === null ? "[of any shape]" : `[${shape.map((n) => n ?? "any").join(", ")}]`;

/** `features [any, 2048], logits [any, 1000]`. */
export const portsText = (ports: readonly Port[]): string =>
  ports.map(({ name, shape }) => `${name} ${shapeText(shape)}`).join(", ") || "none";

/** Throws a RangeError for a network that takes more than pictures. */
export function onlyInput(inputs: readonly Port[], place: string): Port {
  if (inputs.length === 1) return inputs[0]!;
  throw new RangeError(
    `Cannot use the model "${place}": expected one input, for pictures, got ${portsText(inputs)}`,
  );
}

/** The error for what went wrong in a library on opening the model at `place`. */
export function cannotOpen(place: string, error: unknown): RangeError {
  const why = error instanceof Error ? error.message : String(error);
  return new RangeError(`Cannot open the model "${place}": ${why}`, { cause: error });
}
