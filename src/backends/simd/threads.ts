/** Compiles the kernels, opens the shared memory and starts the threads. No runtime's own interface is used. */
import { BUILD_FILES } from "./build_files.ts";
import { Heap, type HeapOptions } from "./heap.ts";
import type { KernelExports } from "./exports.ts";
import { hasRelaxedSimd, missingForSimd } from "./support.ts";

/** The simd backend cannot start. The message says what is missing and what to do instead. */
export class SimdError extends Error {
  override readonly name = "SimdError";
}

/** What a thread is sent to take part. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the thread's scratch memory. */
  readonly scratch: number;
}

/** What is kept of a thread. */
export interface WorkerHandle {
  terminate(): void;
}

/** Starts a thread; resolves when it is about to wait for work. */
export type StartWorker = (start: WorkerStart) => Promise<WorkerHandle>;

/** Settings of the threads and their memory. */
export interface ThreadOptions extends Partial<HeapOptions> {
  /** Threads in all, the caller's included; 0 takes one for each core. */
  readonly threads: number;
  /** Whether fused multiply-adds may be used. Where not told, if the processor and runtime have them. */
  readonly relaxed?: boolean;
  /** How threads are started: as web workers of `worker.ts` unless told. */
  readonly startWorker?: StartWorker;
  /** Folder of the compiled kernels, ending in "/": for bundles, which are not beside `wasm/`. */
  readonly wasmFolder?: URL;
}

/** Kernels, their memory and the threads that run them. */
export interface Threads {
  readonly kernels: KernelExports;
  readonly heap: Heap;
  /** Threads in all, the caller's included. */
  readonly count: number;
  /** Which build runs. */
  readonly relaxed: boolean;
  /** Ends the worker threads; resolves when they have been told to. */
  stop(): Promise<void>;
}

/** First byte behind what the module itself keeps: control words, arguments, constants. */
const HEAP_START = 2 * 65_536;
/** As `SCRATCH_BYTES` of assembly/pool.ts. */
const SCRATCH_BYTES = 1 << 19;
/** Where the compiled kernels and the threads' program are, as long as nothing bundles this. */
const WASM_FOLDER = new URL("./wasm/", import.meta.url);
const WORKER = new URL("./worker.ts", import.meta.url);
/** As both builds declare their memory, in pages. */
const [INITIAL_PAGES, MAXIMUM_PAGES] = [32, 65_536];

/** Throws SimdError where shared memory or SIMD is missing, or the kernels cannot be read. */
export async function startThreads(
  { threads, relaxed, startWorker, wasmFolder, ...heapOptions }: ThreadOptions,
): Promise<Threads> {
  if (!Number.isInteger(threads) || threads < 0) {
    throw new RangeError(
      `Cannot start ${threads} threads: expected a whole number, or 0 for one a core`,
    );
  }
  const missing = missingForSimd();
  if (missing !== null) throw new SimdError(`Cannot start the simd backend: ${missing}`);
  const count = threads === 0 ? navigator.hardwareConcurrency : threads;
  const fused = relaxed ?? hasRelaxedSimd();
  const module = await compile(fused, wasmFolder ?? WASM_FOLDER);
  const memory = openMemory();
  const heap = new Heap(memory, { start: HEAP_START, ...heapOptions });
  const instance = await WebAssembly.instantiate(module, {
    env: { memory, abort: unexpectedAbort },
  });
  const kernels = instance.exports as unknown as KernelExports;
  kernels.setScratch(heap.allocate(SCRATCH_BYTES));
  const start = startWorker ?? webWorkers(WORKER);
  const starts = Array.from(
    { length: count - 1 },
    () => start({ module, memory, scratch: heap.allocate(SCRATCH_BYTES) }),
  );
  const stop = async () => {
    kernels.stopWorkers();
    for (const worker of await Promise.allSettled(starts)) {
      if (worker.status === "fulfilled") worker.value.terminate();
    }
  };
  try {
    await Promise.all(starts);
  } catch (error) {
    await stop(); // those that did start
    throw error;
  }
  return { kernels, heap, count, relaxed: fused, stop };
}

/** Kernels assert nothing, so that nothing aborts. */
function unexpectedAbort(): never {
  throw new SimdError("A kernel of the simd backend aborted: this is a bug, please report it");
}

async function compile(relaxed: boolean, folder: URL): Promise<WebAssembly.Module> {
  const url = new URL(relaxed ? BUILD_FILES.relaxed : BUILD_FILES.plain, folder);
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new SimdError(
      `Cannot start the simd backend: reading its kernels from ${url} failed (${error}). ` +
        'Run "deno task build-simd" where the file is missing, or use "--backend cpu"',
      { cause: error },
    );
  }
}

function openMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAXIMUM_PAGES, shared: true });
  } catch (error) {
    throw new SimdError(
      `Cannot start the simd backend: no shared memory can be had (${error}). In a browser the page ` +
        "must be cross-origin isolated (COOP and COEP headers)",
      { cause: error },
    );
  }
}

/** Threads as web workers, of the program at `url`: `worker.ts`, or what a bundler made of it. */
export const webWorkers = (url: URL): StartWorker => (start) => {
  const worker = new Worker(url, { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve(worker);
    worker.onerror = (event) => {
      event.preventDefault();
      const why = event.message || `its program ${url} cannot be read`; // browsers do not tell
      reject(new SimdError(`Cannot start a thread of the simd backend: ${why}`));
    };
    worker.postMessage(start);
  });
};
