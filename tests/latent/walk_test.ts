import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../../src/core/rng.ts";
import { angleBetween } from "../../src/latent/interpolation.ts";
import { latentsIn, latentsOfSeeds, normOf, stackLatents } from "../../src/latent/latents.ts";
import { noiseLoop, smoothLoop, splineLoop } from "../../src/latent/walk.ts";
import { golden } from "./golden_latent.ts";

const Z = 100;

/** Angles from each frame of a loop to the next, the last to the first among them. */
function turns(frames: readonly Float32Array[]): number[] {
  return frames.map((z, i) => angleBetween(z, frames[(i + 1) % frames.length]!));
}

for (const { stops, count, frames, unit } of golden.splineLoop) {
  Deno.test(`splineLoop() through ${count} stops has SciPy's periodic spline's directions`, () => {
    const loop = splineLoop({ values: Float32Array.from(stops), count }, frames);
    for (const [i, z] of latentsIn(loop).entries()) {
      z.forEach((value, k) => assertAlmostEquals(value / normOf(z), unit[i * z.length + k]!, 2e-6));
    }
  });
}

for (const { noise, frames, sigma, smooth } of golden.smoothLoop) {
  Deno.test(`smoothLoop() of ${frames} frames, sigma ${sigma}, is SciPy's wrapped filter`, () => {
    const { values } = smoothLoop({ values: Float32Array.from(noise), count: frames }, sigma);
    values.forEach((value, i) => assertAlmostEquals(value, smooth[i]!, 2e-6));
  });
}

Deno.test("splineLoop() passes its stops exactly, closes without a jump, and keeps latents typical", () => {
  const stops = latentsOfSeeds([1, 5, 9, 12], Z);
  const frames = latentsIn(splineLoop(stops, 80));
  assertEquals([0, 20, 40, 60].map((i) => frames[i]), latentsIn(stops));
  const lengths = frames.map(normOf);
  const ends = latentsIn(stops).map(normOf);
  assert(Math.min(...lengths) >= Math.min(...ends) - 1e-4, `got ${Math.min(...lengths)}`);
  assert(Math.max(...lengths) <= Math.max(...ends) + 1e-4, `got ${Math.max(...lengths)}`);
  const steps = turns(frames);
  assert(steps.at(-1)! < 2 * steps[0]!, "the last frame leads to the first as others lead on");
});

Deno.test("splineLoop() turns without a kink where a chain of arcs has one", () => {
  const frames = latentsIn(splineLoop(latentsOfSeeds([1, 5, 9], Z), 600));
  // The second difference of a smooth path falls with the square of the step; a kink's with the step.
  const bends = frames.map((z, i) => {
    const [before, after] = [frames.at(i - 1)!, frames[(i + 1) % frames.length]!];
    return normOf(z.map((value, k) => before[k]! + after[k]! - 2 * value));
  });
  const step = normOf(frames[1]!.map((value, k) => value - frames[0]![k]!));
  assert(Math.max(...bends) < 0.1 * step, `largest bend ${Math.max(...bends)} of step ${step}`);
});

Deno.test("splineLoop() through opposite stops stays of their length", () => {
  const z = latentsOfSeeds([1], Z).values;
  const loop = splineLoop(stackLatents([z, z.map((value) => -value)]), 8);
  for (const point of latentsIn(loop)) assertAlmostEquals(normOf(point), normOf(z), 1e-3);
  assertThrows(() => splineLoop(latentsOfSeeds([1], Z), 8), RangeError, "got 1");
});

Deno.test("noiseLoop() begins at its start, closes smoothly and follows its seed", () => {
  const start = latentsOfSeeds([3], Z).values;
  const loop = noiseLoop(start, { frames: 120, sigma: 12, seed: 1 });
  const frames = latentsIn(loop);
  assertEquals(frames[0], start);
  const steps = turns(frames);
  assert(
    Math.max(...steps) < 3 * Math.min(...steps),
    `${Math.min(...steps)} ${Math.max(...steps)}`,
  );
  assert(angleBetween(start, frames[60]!) > 1, "half way round it is somewhere else");
  assertEquals(noiseLoop(start, { frames: 120, sigma: 12, seed: 1 }), loop);
  assert(noiseLoop(start, { frames: 120, sigma: 12, seed: 2 }).values[Z] !== loop.values[Z]);
});

Deno.test("noiseLoop() from N(0, I) stays of N(0, I) in every frame, round and round", () => {
  const [frames, dim] = [10, 20_000];
  const start = new Rng(4).fillNormal(new Float32Array(dim));
  for (const sigma of [0.8, 3, 40]) {
    for (const z of latentsIn(noiseLoop(start, { frames, sigma, seed: 2 }))) {
      const mean = z.reduce((sum, value) => sum + value, 0) / dim;
      assertAlmostEquals(mean, 0, 0.03);
      assertAlmostEquals(normOf(z) ** 2 / dim, 1, 0.04);
    }
  }
});

Deno.test("smoothLoop() refuses a sigma that is not positive", () => {
  const noise = latentsOfSeeds([1, 2], 3);
  assertThrows(() => smoothLoop(noise, 0), RangeError, "got 0 frames");
});
