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
