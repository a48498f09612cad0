/** Where the time of kernels goes: by kernel and by the shapes of their inputs. */
import * as tf from "@tensorflow/tfjs";
import { REFERENCE } from "./reference.ts";
import { fallbacks } from "./replace_kernel.ts";

/**
 * Whose code ran: the backend's own, or the stock cpu kernel, because there is no other or because ours
 * does not cover the case.
 */
export type KernelOrigin = "ours" | "stock" | "left to stock";

/** The calls of one kernel with inputs of the same shapes. */
export interface KernelTime {
  readonly kernel: string;
  /** `[8,24,24,3] [9,9,3,32]`; of long lists the beginning and the number. */
  readonly shapes: string;
  readonly origin: KernelOrigin;
  readonly calls: number;
  /** In all calls, without kernels that it ran in its turn. */
  readonly ms: number;
}

/** What was measured. */
export interface KernelProfile {
  /** From the first call to the last, and all between them. */
  readonly wallMs: number;
  /** The longest first. */
  readonly kernels: readonly KernelTime[];
}

/** Shapes of more inputs than this are cut: an optimizer's kernel takes those of all variables. */
const SHOWN_INPUTS = 4;

function shapesOf(inputs: tf.NamedTensorInfoMap): string {
  const shapes = Object.values(inputs)
    .filter((input) => input !== undefined && input !== null)
    .map(({ shape }) => `[${shape.join(",")}]`);
  if (shapes.length <= SHOWN_INPUTS) return shapes.join(" ");
  return `${shapes.slice(0, SHOWN_INPUTS).join(" ")} … ${shapes.length} in all`;
}

/** Adds up calls by kernel, shapes and origin. */
class Stopwatch {
  readonly entries = new Map<string, { -readonly [Key in keyof KernelTime]: KernelTime[Key] }>();
  /** Time in kernels that those under way have run, one entry each: an op's kernel may run others. */
  readonly #inner: number[] = [];

  time<T>(config: tf.KernelConfig, inputs: tf.NamedTensorInfoMap, run: () => T): T {
    const { kernelName: kernel, kernelFunc } = config;
    const stock = tf.getKernel(kernel, REFERENCE)?.kernelFunc === kernelFunc;
    const shapes = shapesOf(inputs);
    const before = fallbacks.count;
    this.#inner.push(0);
    const start = performance.now();
    const result = run();
    const elapsed = performance.now() - start;
    const inner = this.#inner.pop()!;
    if (this.#inner.length > 0) this.#inner[this.#inner.length - 1]! += elapsed;
    const left = fallbacks.count > before;
    const origin = stock ? "stock" : left ? "left to stock" : "ours";
    this.#add({ kernel, shapes, origin, calls: 1, ms: elapsed - inner });
    return result;
  }

  #add(call: KernelTime): void {
    const key = `${call.kernel} ${call.shapes} ${call.origin}`;
    const entry = this.entries.get(key);
    if (entry === undefined) this.entries.set(key, { ...call });
    else {
      entry.calls += 1;
      entry.ms += call.ms;
    }
  }
}

/**
 * Times the kernels that `run` runs on the backend in use, whose kernels are wrapped for as long as that
 * takes. Meant for backends that compute where they are called; WebGPU only queues there, so that its
 * times would be those of queueing.
 */
export async function profileKernels(run: () => Promise<void>): Promise<KernelProfile> {
  const stopwatch = new Stopwatch();
  const configs = tf.getKernelsForBackend(tf.getBackend());
  for (const config of configs) {
    replace({
      ...config,
      kernelFunc: (params) =>
        stopwatch.time(config, params.inputs, () => config.kernelFunc(params)),
    });
  }
  try {
    const start = performance.now();
    await run();
    const wallMs = performance.now() - start;
    const kernels = [...stopwatch.entries.values()].sort((a, b) => b.ms - a.ms);
    return { wallMs, kernels };
  } finally {
    for (const config of configs) replace(config);
  }
}

function replace(config: tf.KernelConfig): void {
  tf.unregisterKernel(config.kernelName, config.backendName);
  tf.registerKernel(config);
}
