/** Puts kernels of ours in the place of stock ones, which stay at hand for what ours do not cover. */
import * as tf from "@tensorflow/tfjs";

/** How many calls ours have left to stock kernels: a profile looks at it before and after each. */
export const fallbacks = { count: 0 };

const installed = new WeakSet<tf.KernelFunc>();

/**
 * From now on `replacement` computes `kernelName` on a backend; where it returns null the stock kernel
 * does. Once ours is there, further calls change nothing.
 */
export function replaceKernel(
  kernelName: string,
  backendName: string,
  replacement: (params: Parameters<tf.KernelFunc>[0]) => tf.TensorInfo | tf.TensorInfo[] | null,
): void {
  const stock = tf.getKernel(kernelName, backendName);
  if (installed.has(stock.kernelFunc)) return;
  const kernelFunc: tf.KernelFunc = (params) => {
    const result = replacement(params);
    if (result !== null) return result;
    fallbacks.count++;
    return stock.kernelFunc(params);
  };
  installed.add(kernelFunc);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ ...stock, kernelFunc });
}
