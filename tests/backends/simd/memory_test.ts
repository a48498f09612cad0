import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";
import { train } from "./tiny_training.ts";

Deno.test("1,000 steps leave no tensor and no byte behind, and move no high-water mark", async () => {
  const backend = await registerSimd({ threads: 2, startWorker: startUnreferencedWorker });
  await tf.setBackend(SIMD);
  const kept = () => {
    const { numTensors, numDataBuffers } = tf.memory();
    return { numTensors, numDataBuffers, ids: backend.numDataIds(), bytes: backend.memory().used };
  };
  const before = kept();
  let early: unknown;
  const losses: number[] = [];
  await train(1000, async (loss, step) => {
    losses.push((await loss.data())[0]!);
    const now = { ...kept(), ...backend.memory() };
    if (step === 5) early = now;
    if (step > 5) assertEquals(now, early, `after step ${step}`);
  });
  assertEquals(kept(), before);
  assert(losses.at(-1)! < losses[0]! / 10, `the loss went from ${losses[0]} to ${losses.at(-1)}`);
});

const BLOCK = 2 ** 20;

/** The losses of a few steps, with so many bytes of the heap taken first. */
async function lossesBeyond(bytes: number): Promise<number[]> {
  const { threads: { heap } } = await registerSimd({
    ...{ threads: 2, startWorker: startUnreferencedWorker },
  });
  await tf.setBackend(SIMD);
  // Nobody touches these blocks, so that they cost no memory.
  for (let taken = 0; taken < bytes; taken += BLOCK) heap.allocate(BLOCK);
  const losses: number[] = [];
  await train(3, async (loss) => void losses.push((await loss.data())[0]!));
  return losses;
}

Deno.test("tensors may lie anywhere in 4 GiB: beyond where addresses have a sign, and at the end", async () => {
  const expected = await lossesBeyond(0);
  for (const bytes of [2 ** 31 - 2 ** 21, 2 ** 31, 2 ** 32 - 2 ** 23]) {
    assertEquals(await lossesBeyond(bytes), expected, `beyond ${bytes} bytes`);
  }
});
