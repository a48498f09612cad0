/**
 * What a page's worker does with the simd backend: bundled, and started by browser_test.ts. Trains, and posts
 * the losses or what went wrong.
 */
import * as tf from "@tensorflow/tfjs";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";
import { webWorkers } from "../../../src/backends/simd/threads.ts";
import { train } from "./tiny_training.ts";

/** What the worker posts. */
export type Report =
  | {
    readonly type: "trained";
    readonly losses: number[];
    readonly threads: number;
    readonly relaxed: boolean;
    readonly startMs: number;
  }
  | { readonly type: "failed"; readonly message: string };

async function run(): Promise<Report> {
  const start = performance.now();
  const { threads } = await registerSimd({
    threads: 2,
    startWorker: webWorkers(new URL("/thread.js", location.href)),
    wasmFolder: new URL("/wasm/", location.href),
  });
  const startMs = performance.now() - start;
  await tf.setBackend(SIMD);
  const losses: number[] = [];
  await train(5, async (loss) => void losses.push((await loss.data())[0]!));
  const { relaxed, kernels } = threads;
  return { type: "trained", losses, threads: kernels.threadCount(), relaxed, startMs };
}

const scope = self as unknown as { postMessage(report: Report): void };
run().then(
  (report) => scope.postMessage(report),
  (error) => scope.postMessage({ type: "failed", message: String(error) }),
);
