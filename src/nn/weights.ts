/** A network's variables under names that last, and their way to and from arrays. */
import * as tf from "@tensorflow/tfjs";
import type { NamedArray, NamedArrays } from "../core/named_arrays.ts";

/** A variable and the name that files give it: `up1/kernel`. */
export interface NamedVariable {
  readonly name: string;
  readonly variable: tf.Variable;
}

/**
 * `originalName` is the layer's and the weight's own; `name` would end in a count of the models that
 * this process has built. What a LayerVariable reads is its variable, though its type says Tensor.
 */
const named = (weights: readonly tf.LayerVariable[]): NamedVariable[] =>
  weights.map((w) => ({ name: w.originalName, variable: w.read() as tf.Variable }));

/** What an optimizer moves. */
export const trainable = (model: tf.LayersModel): NamedVariable[] => named(model.trainableWeights);

/** What no optimizer moves: batch norm's moving means and variances. */
export const statistics = (model: tf.LayersModel): NamedVariable[] =>
  named(model.nonTrainableWeights);

/** All of a network's variables, in the order of its `weights`. */
export const everything = (model: tf.LayersModel): NamedVariable[] => named(model.weights);

/** How many numbers the optimizer moves. */
export const countTrainable = (model: tf.LayersModel): number =>
  trainable(model).reduce((sum, { variable }) => sum + variable.size, 0);

/** The same variables under `prefix/…`. */
export const under = (prefix: string, variables: readonly NamedVariable[]): NamedVariable[] =>
  variables.map(({ name, variable }) => ({ name: `${prefix}/${name}`, variable }));

/** Reads variables back from the device, all at once, in order. */
export async function readArrays(variables: readonly NamedVariable[]): Promise<NamedArrays> {
  const entries = await Promise.all(
    variables.map(async ({ name, variable }): Promise<[string, NamedArray]> => {
      const { shape } = variable;
      return [name, { shape, data: await variable.data() as Float32Array<ArrayBuffer> }];
    }),
  );
  return new Map(entries);
}

/**
 * Sets each variable to the array of its name. Nothing is set unless all can be: throws a RangeError
 * for a name that `arrays` lacks or a shape that differs. Arrays of other names are left alone.
 */
export function writeArrays(variables: readonly NamedVariable[], arrays: NamedArrays): void {
  const found = variables.map(({ name, variable }) => {
    const array = arrays.get(name);
    if (array === undefined) {
      throw new RangeError(
        `Cannot restore "${name}": the snapshot lacks it. Was it made with the same settings?`,
      );
    }
    if (!tf.util.arraysEqual([...array.shape], variable.shape)) {
      throw new RangeError(
        `Cannot restore "${name}": expected shape [${variable.shape.join(", ")}], ` +
          `got [${array.shape.join(", ")}]. Was the snapshot made with the same settings?`,
      );
    }
    return array;
  });
  tf.tidy(() => {
    for (const [i, { variable }] of variables.entries()) {
      const data = found[i]!.data.slice(); // a view would keep the whole file that it was read from
      variable.assign(tf.tensor(data, variable.shape, "float32"));
    }
  });
}
