/** Softmax over the last axis, and the cross-entropy that takes it. */
import type * as tf from "@tensorflow/tfjs";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** What assembly/softmax.ts exports. */
interface SoftmaxExports {
  softmax(x: number, y: number, labels: number, loss: number, rows: number, length: number): void;
}

/** Along another axis than the last the stock kernel says what is wrong. */
const softmax: SimdKernel<{ logits: tf.TensorInfo }, { dim: number }> = (
  backend,
  { logits },
  { dim },
) => {
  const { shape, dtype } = logits;
  const last = shape.length - 1;
  const size = sizeOf(shape);
  if (dtype !== "float32" || size === 0 || last < 0 || (dim !== -1 && dim !== last)) return null;
  const output = backend.output(shape);
  const [x, y, length] = [backend.address(logits), backend.address(output), shape[last]!];
  wasm<SoftmaxExports>(backend).softmax(x, y, 0, 0, size / length, length);
  return output;
};

/** AtelierSoftmaxCrossEntropy of src/nn: logits and labels [B, N] to loss [B] and softmax [B, N]. */
const crossEntropy: SimdKernel<Record<"logits" | "labels", tf.TensorInfo>> = (
  backend,
  { logits, labels },
) => {
  const [rows, length] = logits.shape as [number, number];
  const loss = backend.output([rows]);
  const output = backend.output(logits.shape);
  if (rows * length === 0) return [loss, output];
  wasm<SoftmaxExports>(backend).softmax(
    ...[backend.address(logits), backend.address(output)] as const,
    ...[backend.address(labels), backend.address(loss), rows, length] as const,
  );
  return [loss, output];
};

/** The kernels of this file. */
export const softmaxKernels: KernelTable = {
  Softmax: softmax,
  AtelierSoftmaxCrossEntropy: crossEntropy,
};
