/**
 * What a program does on the simd backend's threads: `threads_child.ts worker|node COMMAND`. In a process of
 * its own, so that a test sees whether it ends, and Deno's words about broken threads go nowhere.
 */
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { startThreads, type Threads, webWorkers } from "../../../src/backends/simd/threads.ts";
import type { PoolCheck } from "./pool_check.ts";

const [kind, command] = Deno.args;

async function start(count: number): Promise<Threads & { readonly check: PoolCheck }> {
  const startWorker = kind === "node" ? { startWorker: startUnreferencedWorker } : {};
  const threads = await startThreads({ threads: count, ...startWorker });
  while (threads.kernels.threadCount() < count) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return { ...threads, check: threads.kernels as unknown as PoolCheck };
}

/** What kind of error a call throws. */
function errorOf(call: () => void): string {
  try {
    call();
    return "none";
  } catch (error) {
    return (error as Error).name;
  }
}

if (command === "trap") {
  for (const self of [true, false]) {
    const { check, kernels, stop } = await start(2);
    console.log(errorOf(() => check.trapInTask(self)));
    kernels.taskFailed(); // as register.ts tells it
    console.log(errorOf(() => check.countRuns(0, 2)));
    await stop();
  }
} else if (command === "nowhere") {
  const startWorker = webWorkers(new URL("file:///nowhere.ts"));
  await startThreads({ threads: 2, startWorker }).catch(({ message }) => console.log(message));
} else {
  const { check, stop } = await start(3);
  check.meet(3);
  console.log("met");
  if (command === "stop") await stop();
}
