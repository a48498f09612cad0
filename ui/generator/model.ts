/**
 * The door by which TensorFlow.js and the lab's networks and backends come into the browser. Only what
 * `worker.ts` is bundled with may pass it: the page itself stays light.
 */
import * as tf from "@tensorflow/tfjs";

export { tf };
export { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
export { adapterName, isSoftwareAdapter, isSoftwareName } from "../../src/backends/adapter.ts";
export { greetInSilence, keepReference, REFERENCE } from "../../src/backends/reference.ts";
export { registerSimd, SIMD } from "../../src/backends/simd/register.ts";
export { missingForSimd } from "../../src/backends/simd/support.ts";
export { webWorkers } from "../../src/backends/simd/threads.ts";
export { installWebGpuKernels } from "../../src/backends/webgpu/install.ts";
export { toByte } from "../../src/core/images.ts";
export { Kept } from "../../src/core/kept.ts";
export type { NamedArray, NamedArrays } from "../../src/core/named_arrays.ts";
export { Generator } from "../../src/latent/generator.ts";
