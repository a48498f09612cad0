/**
 * Matrix products by a transposed right operand, where stock kernels get them wrong.
 *
 * For long sums and small outputs TensorFlow.js splits the sums among workgroups. That program reads `b`
 * four values at a time without asking whether `b` is transposed, and so along the wrong direction:
 * https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-backend-webgpu/src/matmul_splitK_webgpu.ts.
 * The gradient of a dense layer's input is such a product where the layer has many units.
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** Terms of a sum from which on the stock kernel may split it. */
const SPLIT_FROM = 2000;

type Inputs = tf.NamedTensorInfoMap;

/** Whether the stock kernel may come to the wrong program: whether it does hangs on the device, too. */
function isWrong({ a, b }: Inputs, { transposeB }: tf.NamedAttrMap): boolean {
  const [columns, inner] = b!.shape.slice(-2);
  const isBatch = [a!, b!].some(({ shape }) => shape.slice(0, -2).some((count) => count !== 1));
  return transposeB === true && !isBatch && inner! >= SPLIT_FROM && columns! % 4 === 0;
}

/** Kernels by name, as their backend has them registered. */
const kernelOf = (name: string): tf.KernelFunc => tf.getKernel(name, "webgpu").kernelFunc;

/**
 * What `kernelName`, BatchMatMul or _FusedMatMul, gives of `b` turned beforehand; null where there is no
 * need. The caller owns the result.
 */
export function turnedProduct(
  kernelName: string,
  backend: WebGPUBackend,
  inputs: Inputs,
  attrs: tf.NamedAttrMap,
): tf.TensorInfo | null {
  if (!isWrong(inputs, attrs)) return null;
  const b = inputs["b"]!;
  const perm = b.shape.map((_, axis) => axis);
  perm.push(...perm.splice(-2).toReversed());
  const turned = kernelOf("Transpose")({ inputs: { x: b }, backend, attrs: { perm } });
  const product = kernelOf(kernelName)({
    inputs: { ...inputs, b: turned as tf.TensorInfo },
    backend,
    attrs: { ...attrs, transposeB: false },
  });
  backend.disposeData((turned as tf.TensorInfo).dataId);
  return product as tf.TensorInfo;
}
