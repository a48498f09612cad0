/** Kernels that move no number. */
import type * as tf from "@tensorflow/tfjs";
import { type KernelTable, type SimdKernel } from "./kernel.ts";

const identity: SimdKernel<{ x: tf.TensorInfo }> = (backend, { x }) => backend.alias(x, x.shape);

export const identityKernels: KernelTable = { Identity: identity };
