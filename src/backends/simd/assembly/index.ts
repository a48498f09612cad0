/** What the wasm module exports. Kernels live in the files named here. */
export { batchNorm, batchNormInference, batchNormScratch } from "./batch_norm";
export { batchNormGradient, batchNormGradientScratch } from "./batch_norm_gradient";
export { binary, binaryRows } from "./binary";
export { copyAxis, copyRun, fillFloats, fillIntegers } from "./copy";
export { depthwise } from "./depthwise";
export { depthwiseFilter } from "./depthwise_filter";
export { fmaPeak } from "./fma";
export { gatherRows, indexOutside, segmentParts, segmentSum } from "./gather";
export { gemmBatch } from "./gemm/batch";
export { gemm, gemmWorkspace } from "./gemm/gemm";
export { adam, lerp, rmsProp, sgd } from "./optimizers";
export { setScratch, stopWorkers, threadCount, workerFailed, workerLoop } from "./pool";
export { lstm, lstmScratch } from "./recurrent/lstm";
export { lstmGradient, lstmGradientScratch } from "./recurrent/lstm_gradient";
export { repeatEach, sumEach } from "./repeat";
export { select1, select4 } from "./select";
export { unary } from "./unary";
