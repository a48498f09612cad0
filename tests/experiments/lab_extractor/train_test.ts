import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Rng } from "../../../src/core/rng.ts";
import { decodeSafetensors } from "../../../src/core/safetensors.ts";
import { Lessons } from "../../../src/experiments/lab_extractor/lessons.ts";
import { LabTrainer } from "../../../src/experiments/lab_extractor/trainer.ts";
import { whitening } from "../../../src/experiments/lab_extractor/whiten.ts";
import { useDevice, withoutLeak } from "../../metrics/device.ts";

const SETTINGS = { steps: 12, learningRate: 3e-3 };

/** Losses of steps on one lesson, over and over. */
async function overfit(): Promise<
  { losses: number[]; parameters: Readonly<Record<string, number>> }
> {
  await useDevice("simd");
  const lessons = new Lessons({ seed: 1, batch: 16, from: 0, to: 100, severity: 0, pool: 32 });
  const { value: lesson } = lessons.next();
  return await withoutLeak(async () => {
    const trainer = new LabTrainer(lessons.tasks, new Rng(1), SETTINGS);
    const losses: number[] = [];
    for (let step = 0; step < SETTINGS.steps; step++) {
      losses.push((await trainer.step(lesson)).losses["lesson"]!);
    }
    trainer.dispose();
    return { losses, parameters: trainer.parameters };
  });
}

Deno.test("LabTrainer overfits one lesson, the same way each time", async () => {
  const { losses, parameters } = await overfit();
  assert(
    losses.at(-1)! < 0.6 * losses[0]!,
    `expected less than 0.6 of ${losses[0]}, got ${losses}`,
  );
  assertEquals((await overfit()).losses, losses);
  assertEquals(parameters.extractor, 253_120);
});

Deno.test("whitening() gives features of no correlation and variance 1, the largest first", () => {
  const rng = new Rng(8);
  const [count, raw, dim] = [4000, 5, 3];
  const scales = [3, 10, 1, 0.01, 5]; // of directions, before two are mixed
  const values = new Float32Array(count * raw).map((_, i) => 2 + scales[i % raw]! * rng.normal());
  for (let i = 0; i < count; i++) values[raw * i]! += values[raw * i + 1]!;
  const { kernel, origin } = whitening({ values, count, dim: raw }, dim);
  const projected = Array.from(
    { length: count },
    (_, row) =>
      Array.from({ length: dim }, (_, k) => {
        let sum = 0;
        for (let i = 0; i < raw; i++) {
          sum += (values[row * raw + i]! - origin[i]!) * kernel[i * dim + k]!;
        }
        return sum;
      }),
  );
  for (let a = 0; a < dim; a++) {
    assertAlmostEquals(projected.reduce((sum, row) => sum + row[a]!, 0) / count, 0, 1e-3);
    for (let b = 0; b <= a; b++) {
      const product = projected.reduce((sum, row) => sum + row[a]! * row[b]!, 0) / count;
      assertAlmostEquals(product, a === b ? 1 : 0, 0.01);
    }
  }
  const lengths = Array.from(
    { length: dim },
    (_, k) => Math.hypot(...kernel.filter((_, i) => i % dim === k)),
  );
  assertEquals(lengths, lengths.toSorted((a, b) => a - b)); // a wide direction is scaled down most
});

Deno.test("the weights that come with the lab say how they were made", async () => {
  const { LAB_WEIGHTS } = await import("../../../src/metrics/lab/lab_extractor.ts");
  const { metadata } = decodeSafetensors(Deno.readFileSync(LAB_WEIGHTS), "lab");
  assertEquals(metadata["made"], "deno task train-extractor");
  assertEquals(Object.keys(JSON.parse(metadata["settings"]!)), [
    "seed",
    "steps",
    "batch",
    "learningRate",
  ]);
});
