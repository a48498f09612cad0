/** Registers the backend `simd` and its kernels with TensorFlow.js. */
import * as tf from "@tensorflow/tfjs";
import { keepReference, REFERENCE } from "../reference.ts";
import { replaceKernel } from "../replace_kernel.ts";
import { SimdBackend } from "./backend.ts";
import { kernelTables } from "./kernels/index.ts";
import { SimdError, startThreads, type ThreadOptions } from "./threads.ts";

/** The backend's name. */
export const SIMD = "simd";

/** Settings of the backend. */
export interface SimdOptions extends ThreadOptions {
  /** Computes convolutions directly, without Winograd's transforms, which err some ten times more. */
  readonly exactConv?: boolean;
}

/**
 * Starts threads and registers the backend on them; an earlier one, and its tensors, go. Every op
 * works: what has no kernel of ours runs on the stock cpu kernel. Throws SimdError where it cannot start.
 */
export async function registerSimd(options: SimdOptions): Promise<SimdBackend> {
  const threads = await startThreads(options);
  if (tf.findBackendFactory(SIMD)) tf.removeBackend(SIMD);
  const backend = new SimdBackend(threads, options);
  tf.registerBackend(SIMD, () => backend);
  registerKernels();
  return backend;
}

function registerKernels(): void {
  keepReference();
  if (!tf.getKernel("Identity", SIMD)) tf.copyRegisteredKernels(REFERENCE, SIMD);
  for (const table of kernelTables) {
    for (const [kernelName, kernel] of Object.entries(table)) {
      const run = ({ inputs, attrs, backend }: Parameters<tf.KernelFunc>[0]) => {
        const simd = backend as SimdBackend;
        try {
          return simd.attempt(() => kernel(simd, inputs, attrs));
        } catch (error) {
          throw named(error, kernelName, simd);
        }
      };
      if (tf.getKernel(kernelName, SIMD)) replaceKernel(kernelName, SIMD, run);
      else {
        // Ours alone: it covers whatever src/nn hands it.
        const kernelFunc = run as tf.KernelFunc;
        tf.registerKernel({ kernelName, backendName: SIMD, kernelFunc });
      }
    }
  }
}

/** A trap as an error that says where; other errors as they are. Tasks of the job may still run: no other starts. */
function named(error: unknown, kernelName: string, { threads }: SimdBackend): unknown {
  if (!(error instanceof WebAssembly.RuntimeError)) return error;
  threads.kernels.taskFailed();
  return new SimdError(
    `The kernel ${kernelName} of the simd backend broke down (${error.message}), and the backend ` +
      'with it. This is a bug, please report it; "--backend cpu" does without',
    { cause: error },
  );
}
