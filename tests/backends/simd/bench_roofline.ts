/**
 * How near the simd backend comes to what the processor can do: `deno task bench-simd [THREADS]`.
 *
 * Prints JSON lines: the time to start, the multiply-add peak of a loop on registers only, matrix
 * products and memory-bound ops at one thread and at all, each with its share of the bound. Medians.
 */
import * as tf from "@tensorflow/tfjs";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";

const ROUNDS = 15;

/** Median milliseconds of `ROUNDS` calls, after three that warm up. */
function medianMs(body: () => void): number {
  for (let i = 0; i < 3; i++) body();
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    body();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

async function open(threads: number) {
  const start = performance.now();
  const backend = await registerSimd({ threads, startWorker: startUnreferencedWorker });
  await tf.setBackend(SIMD);
  return { backend, startMs: performance.now() - start };
}

/** GFLOP/s of C = A·B, all of side `n`. */
function productSpeed(n: number): number {
  const [a, b] = [tf.ones([n, n]), tf.ones([n, n])] as [tf.Tensor2D, tf.Tensor2D];
  const ms = medianMs(() => tf.matMul(a, b).dispose());
  tf.dispose([a, b]);
  return 2 * n ** 3 / ms / 1e6;
}

/** GB/s of reading two large tensors and writing a third. */
function sumSpeed(): number {
  const size = 1 << 24;
  const [a, b] = [tf.ones([size]), tf.ones([size])] as [tf.Tensor, tf.Tensor];
  const ms = medianMs(() => tf.add(a, b).dispose());
  tf.dispose([a, b]);
  return 3 * 4 * size / ms / 1e6;
}

/** GFLOP/s of multiply-adds on registers. */
function peak(kernels: { fmaPeak(rounds: number, factor: number, term: number): number }): number {
  const rounds = 1_000_000;
  return rounds * 80 / medianMs(() => void kernels.fmaPeak(rounds, 0.999, 0.001)) / 1e6;
}

const all = Number(Deno.args[0] ?? navigator.hardwareConcurrency);
const sizes = [128, 256, 512, 1024, 2048];
const alone: Record<string, number> = {};
for (const threads of new Set([1, all])) {
  const { backend, startMs } = await open(threads);
  const bound = peak(backend.threads.kernels);
  console.log(
    JSON.stringify({ threads, startMs: rounded(startMs), fmaPeakGflops: rounded(bound) }),
  );
  for (const n of sizes) {
    const gflops = productSpeed(n);
    const key = `matMul ${n}³`;
    const figures = { threads, op: key, gflops: rounded(gflops) };
    const share = rounded(gflops / bound / threads);
    const speedup = rounded(gflops / (alone[key] ??= gflops));
    console.log(JSON.stringify({ ...figures, shareOfPeak: share, timesOneThread: speedup }));
  }
  const gbps = sumSpeed();
  const speedup = rounded(gbps / (alone["add"] ??= gbps));
  const figures = { threads, op: "add 2²⁴", gigabytesPerSecond: rounded(gbps) };
  console.log(JSON.stringify({ ...figures, timesOneThread: speedup }));
}
