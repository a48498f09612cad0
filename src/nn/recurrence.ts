/** What LSTM and GRU share: their weights, and a plain walk over time for backends without kernels. */
import * as tf from "@tensorflow/tfjs";
import type { KernelAttributes } from "./kernel_names.ts";
import { runKernel } from "./kernels.ts";

/** Weights of a recurrent network in Keras' layout, the gates beside each other in the last axis. */
export interface RecurrentWeights {
  /** Of the inputs: [D, gates·U]. */
  readonly kernel: tf.Tensor2D;
  /** Of the state: [U, gates·U]. */
  readonly recurrentKernel: tf.Tensor2D;
  /** [gates·U], or what the network says. */
  readonly bias: tf.Tensor;
}

const named = (names: readonly string[], tensors: readonly unknown[]) =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor]));

/**
 * h by a kernel that the backend has, its gradient by the kernel's own. `outputs` names what the kernel
 * returns, h first, all of which the gradient takes.
 */
export function fusedSequence<Name extends "AtelierLstm" | "AtelierGru">(
  name: Name,
  outputs: readonly string[],
  x: tf.Tensor3D,
  { kernel, recurrentKernel, bias }: RecurrentWeights,
  attributes: KernelAttributes[Name] & KernelAttributes[`${Name}Gradient`],
): tf.Tensor3D {
  const op = tf.customGrad((...args) => {
    const inputs = named(["x", "kernel", "recurrentKernel", "bias"], args);
    const results = runKernel(name, inputs, attributes);
    const save = args.at(-1) as tf.GradSaveFunc;
    save([inputs["x"]!, inputs["kernel"]!, inputs["recurrentKernel"]!, ...results]);
    return {
      value: results[0]!,
      gradFunc: (dh, saved) => {
        const known = named(["x", "kernel", "recurrentKernel", ...outputs], saved);
        return runKernel(`${name}Gradient`, { ...known, dh }, attributes);
      },
    };
  });
  return op(x, kernel, recurrentKernel, bias) as tf.Tensor3D;
}

/** x·kernel + bias of all steps at once, [B, width] for each of T steps; x is [B, T, D]. */
export function projectSteps(
  x: tf.Tensor3D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D,
): tf.Tensor2D[] {
  const [batch, steps, depth] = x.shape;
  const width = kernel.shape[1];
  const flat = x.reshape<tf.Tensor2D>([batch * steps, depth]);
  const projected = tf.matMul(flat, kernel).add(bias).reshape([batch, steps, width]);
  // Unstacked, because its gradient is one stack; that of T slices is T tensors of the whole size.
  return tf.unstack(projected, 1) as tf.Tensor2D[];
}

/**
 * Takes `step` over the inputs, the last one first where `reverse`. It maps the state and a step's
 * input to the next state, whose first tensor, [B, U], is the output. Returns all outputs, each at its
 * input's place, [B, T, U].
 */
export function walk<State extends [h: tf.Tensor2D, ...tf.Tensor2D[]]>(
  inputs: readonly tf.Tensor2D[],
  reverse: boolean,
  start: State,
  step: (state: State, input: tf.Tensor2D) => State,
): tf.Tensor3D {
  let state = start;
  const outputs: tf.Tensor2D[] = [];
  for (const input of reverse ? inputs.toReversed() : inputs) {
    state = step(state, input);
    outputs.push(state[0]);
  }
  return tf.stack(reverse ? outputs.reverse() : outputs, 1) as tf.Tensor3D;
}

/** Throws a RangeError where weights do not fit each other or x. `gates` is how many there are. */
export function assertWeightsFit(
  what: string,
  x: tf.Tensor3D,
  { kernel, recurrentKernel, bias }: RecurrentWeights,
  gates: number,
  biasShape: (width: number) => number[],
): void {
  const units = recurrentKernel.shape[0];
  const expected = {
    kernel: [x.shape[2], gates * units],
    recurrentKernel: [units, gates * units],
    bias: biasShape(gates * units),
  };
  for (const [name, weight] of Object.entries({ kernel, recurrentKernel, bias })) {
    const shape = expected[name as keyof typeof expected];
    if (tf.util.arraysEqual(weight.shape, shape)) continue;
    throw new RangeError(
      `Cannot compute ${what} of [${x.shape.join(", ")}] with ${units} units: expected a ${name} ` +
        `of [${shape.join(", ")}], got [${weight.shape.join(", ")}]`,
    );
  }
}
