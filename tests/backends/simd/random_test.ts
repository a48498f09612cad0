import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { REFERENCE } from "../../../src/backends/reference.ts";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import { randomNormal, type RandomSeed, randomUniform } from "../../../src/nn/random.ts";
import { KNOWN } from "../../nn/known_philox.ts";
import { between, CASES, openGuardedSimd } from "./against_stock.ts";

interface PhiloxExports {
  /** The four words of a counter, over the counter itself. */
  philoxBlock(counter: number, key0: number, key1: number): void;
}

Deno.test("Philox4x32-10 gives the known answers of Random123", async () => {
  const { threads: { heap, kernels } } = await openGuardedSimd();
  const address = heap.allocate(16);
  const words = new Uint32Array(heap.memory.buffer, address, 4);
  for (const { counter, key, words: expected } of KNOWN) {
    words.set(counter);
    (kernels as unknown as PhiloxExports).philoxBlock(address, key[0], key[1]);
    assertEquals([...words], [...expected]);
  }
  heap.free(address);
});

async function draw(
  backend: typeof SIMD | typeof REFERENCE,
  make: typeof randomNormal,
  shape: number[],
  seed: RandomSeed,
): Promise<Float32Array> {
  await tf.setBackend(backend);
  const tensor = make(shape, seed);
  const values = await tensor.data() as Float32Array;
  assertEquals([tensor.shape, tensor.dtype], [shape, "float32"]);
  tensor.dispose();
  return values;
}

function shapeOf(rng: Rng, i: number): number[] {
  if (i % 50 === 49) return [between(rng, 8000, 40_000)]; // several tasks
  return Array.from({ length: between(rng, 0, 3) }, () => between(rng, 0, 9));
}

for (const relaxed of [true, false]) {
  const build = relaxed ? "" : ", plain build";
  Deno.test(`AtelierRandom draws what src/nn composes${build}`, async () => {
    const { threads: { heap } } = await openGuardedSimd({ relaxed });
    const rng = new Rng(1, "shapes");
    for (let i = 0; i < (relaxed ? CASES : 50); i++) {
      const shape = shapeOf(rng, i);
      const seed = [rng.nextUint32(), rng.nextUint32()] as const;
      const uniform = await draw(SIMD, randomUniform, shape, seed);
      assertEquals(uniform, await draw(REFERENCE, randomUniform, shape, seed));
      const normal = await draw(SIMD, randomNormal, shape, seed);
      const expected = await draw(REFERENCE, randomNormal, shape, seed);
      const apart = normal.findIndex((x, k) => !(Math.abs(x - expected[k]!) <= 1e-6));
      assert(apart === -1, `element ${apart}: ${normal[apart]}, not ${expected[apart]}`);
      heap.checkGuards();
    }
  });
}

Deno.test("AtelierRandom draws the same bits on 1, 2 and 3 threads, and longer draws begin alike", async () => {
  const seed = [1, 2] as const;
  let first: Float32Array | undefined;
  for (const threads of [1, 2, 3]) {
    await registerSimd({ threads, startWorker: startUnreferencedWorker });
    const long = await draw(SIMD, randomNormal, [100_003], seed);
    assertEquals(long, first ??= long);
    const short = await draw(SIMD, randomNormal, [20_002], seed);
    assertEquals(short, long.subarray(0, 20_002));
  }
});
