/** What a thread of the simd backend does, however it was started. */
import type { KernelExports } from "./exports.ts";
import type { WorkerStart } from "./threads.ts";

/** Instantiates the kernels on the shared memory, calls `ready`, and works until told to stop. */
export function takePart({ module, memory, scratch }: WorkerStart, ready: () => void): void {
  const imports = { env: { memory, abort: () => {} } };
  const kernels = new WebAssembly.Instance(module, imports).exports as unknown as KernelExports;
  ready();
  try {
    kernels.workerLoop(scratch);
  } catch (error) {
    kernels.taskFailed();
    throw error;
  }
}
