/** What the wasm module exports. Kernels live in the files named here. */
export { fmaPeak } from "./fma";
export { setScratch, stopWorkers, threadCount, workerFailed, workerLoop } from "./pool";
