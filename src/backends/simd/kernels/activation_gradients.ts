/** Gradients of activations, in one pass over what the activation took or returned. */
import type * as tf from "@tensorflow/tfjs";
import { BinaryOp } from "../assembly/op_codes.ts";
import type { SimdBackend } from "../backend.ts";
import type { BinaryExports } from "./binary.ts";
import { sameShape } from "./broadcast.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** By the names of src/nn/kernel_names.ts. */
const operations: Readonly<Record<string, BinaryOp>> = {
  elu: BinaryOp.EluGradient,
  leakyrelu: BinaryOp.LeakyReluGradient,
  relu: BinaryOp.ReluGradient,
  relu6: BinaryOp.Relu6Gradient,
  sigmoid: BinaryOp.SigmoidGradient,
  softplus: BinaryOp.SoftplusGradient,
  tanh: BinaryOp.TanhGradient,
};

function run(
  backend: SimdBackend,
  op: BinaryOp,
  value: tf.TensorInfo,
  dy: tf.TensorInfo,
  alpha: number,
): tf.TensorInfo {
  const source = backend.address(value);
  const slope = backend.address(dy);
  const dx = backend.output(value.shape);
  const target = backend.address(dx);
  wasm<BinaryExports>(backend).binary(op, 0, source, slope, target, sizeOf(value.shape), alpha);
  return dx;
}

/** AtelierActivationGradient of src/nn. */
const activationGradient: SimdKernel<
  Record<"value" | "dy", tf.TensorInfo>,
  { activation: string; alpha: number }
> = (backend, { value, dy }, { activation, alpha }) => {
  const op = operations[activation];
  if (op === undefined) {
    throw new RangeError(
      `Cannot compute the gradient of activation "${activation}": expected one of ` +
        Object.keys(operations).join(", "),
    );
  }
  return run(backend, op, value, dy, alpha);
};

const eluGrad: SimdKernel<Record<"y" | "dy", tf.TensorInfo>> = (backend, { y, dy }) =>
  y.dtype === "float32" && dy.dtype === "float32" && sameShape(y.shape, dy.shape)
    ? run(backend, BinaryOp.EluGradient, y, dy, 0)
    : null;

/** The kernels of this file. */
export const activationGradientKernels: KernelTable = {
  AtelierActivationGradient: activationGradient,
  EluGrad: eluGrad,
};
