/** What the wasm module exports. Kernels live in the files named here. */
export { batchNorm, batchNormInference, batchNormScratch } from "./batch_norm";
export { batchNormGradient, batchNormGradientScratch } from "./batch_norm_gradient";
export { fmaPeak } from "./fma";
export { setScratch, stopWorkers, threadCount, workerFailed, workerLoop } from "./pool";
