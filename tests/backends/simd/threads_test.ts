import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";
import {
  SimdError,
  startThreads,
  type ThreadOptions,
  type Threads,
} from "../../../src/backends/simd/threads.ts";
import { Rng } from "../../../src/core/rng.ts";
import { between } from "./against_stock.ts";
import type { PoolCheck } from "./pool_check.ts";

const check = ({ kernels }: Threads) => kernels as unknown as PoolCheck;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How threads are started: as web workers, which a browser has too, or Deno's way. */
const WAYS: Readonly<Record<string, Pick<ThreadOptions, "startWorker">>> = {
  "web workers": {},
  "Node's workers": { startWorker: startUnreferencedWorker },
};

/** Runs `body` on threads that are stopped afterwards. */
async function withThreads(
  options: ThreadOptions,
  body: (threads: Threads) => void | Promise<void>,
): Promise<void> {
  const threads = await startThreads(options);
  try {
    // A thread says that it is ready a moment before it waits for work.
    while (threads.kernels.threadCount() < threads.count) await pause(1);
    await body(threads);
  } finally {
    await threads.stop();
  }
}

/** Jobs on so many threads: 100,000 in all, few where there are more threads than most machines have cores. */
const STRESS = [[1, 40_000], [2, 41_000], [3, 18_800], [8, 200]] as const;
const MOST_TASKS = 64;

for (const [count, jobs] of STRESS) {
  Deno.test(`parallelFor runs each task once, in ${jobs} jobs on ${count} threads`, async () => {
    await withThreads({ ...WAYS["Node's workers"], threads: count }, (threads) => {
      const rng = new Rng(count, "jobs");
      const address = threads.heap.allocate(4 * MOST_TASKS);
      const counters = new Int32Array(threads.heap.memory.buffer, address, MOST_TASKS).fill(0);
      const expected = new Int32Array(MOST_TASKS);
      for (let job = 0; job < jobs; job++) {
        const tasks = between(rng, 0, job % 8 === 0 ? MOST_TASKS : 4);
        check(threads).countRuns(address, tasks);
        for (let i = 0; i < tasks; i++) expected[i]!++;
        if (job % 1000 === 0) assertEquals(counters, expected);
      }
      assertEquals(counters, expected);
    });
  });
}

for (const [way, options] of Object.entries(WAYS)) {
  Deno.test(`threads wake up from sleep and all take part: ${way}`, async () => {
    for (const count of [1, 2, 3, 8]) {
      await withThreads({ ...options, threads: count }, async (threads) => {
        for (let i = 0; i < 2; i++) {
          await pause(20); // they watch for some 50 µs, then sleep
          check(threads).meet(count);
        }
      });
    }
  });
}

Deno.test("a kernel that traps is an error that names it", async () => {
  const backend = await registerSimd({ ...WAYS["Node's workers"], threads: 2 });
  await tf.setBackend(SIMD);
  const x = tf.ones([300, 300]);
  backend.threads.kernels.taskFailed();
  assertThrows(
    () => x.transpose(),
    SimdError,
    "The kernel Transpose of the simd backend broke down",
  );
  x.dispose();
});

Deno.test("threads that cannot start are an error, and those that could are stopped", async () => {
  let started = 0;
  let ended = 0;
  const error = await assertRejects(
    () =>
      startThreads({
        threads: 3,
        startWorker: async () => {
          if (started++ > 0) throw new SimdError("no thread left");
          return await Promise.resolve({ terminate: () => ended++ });
        },
      }),
    SimdError,
  );
  assertEquals([error.message, ended], ["no thread left", 1]);
});

Deno.test("a number of threads that is none is an error", async () => {
  for (const threads of [-1, 1.5, NaN]) {
    await assertRejects(() => startThreads({ threads }), RangeError, `start ${threads} threads`);
  }
});

Deno.test("kernels that cannot be read are an error that names the file and says what to do", async () => {
  await assertRejects(
    () => startThreads({ threads: 1, relaxed: false, wasmFolder: new URL("file:///nowhere/") }),
    SimdError,
    "reading its kernels from file:///nowhere/kernels.wasm failed",
  );
});

Deno.test("starting takes no more than a moment", async () => {
  const start = performance.now();
  await withThreads({ ...WAYS["Node's workers"], threads: 2 }, () => {
    const ms = performance.now() - start;
    console.log(`started two threads in ${ms.toFixed(0)} ms`);
    assert(ms < 3000, `${ms} ms`); // 300 ms on an idle machine
  });
});

/** Runs `threads_child.ts`; what it printed, if it ended within seconds. */
async function runChild(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-read"],
      fromFileUrl(new URL("threads_child.ts", import.meta.url)),
      ...args,
    ],
    signal: AbortSignal.timeout(20_000),
  });
  const { code, stdout } = await child.output();
  return { code, lines: new TextDecoder().decode(stdout).trim().split("\n") };
}

Deno.test("a program ends when its threads are stopped, and Node's need not even be", async () => {
  const ends = await Promise.all([
    runChild("worker", "stop"),
    runChild("node", "stop"),
    runChild("node", "leave"),
  ]);
  for (const end of ends) assertEquals(end, { code: 0, lines: ["met"] });
});

Deno.test("a task that traps is an error on any thread, and so is every later job", async () => {
  for (const { lines } of [await runChild("worker", "trap"), await runChild("node", "trap")]) {
    assertEquals(lines, new Array(4).fill("RuntimeError"));
  }
});

Deno.test("a thread whose program cannot be read is an error", async () => {
  const { lines: [line] } = await runChild("worker", "nowhere");
  assert(line!.startsWith("Cannot start a thread of the simd backend: "), line);
});
