import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Rng } from "../../src/core/rng.ts";
import { frechetStandardError } from "../../src/evaluation/frechet_error.ts";
import type { FeatureMatrix } from "../../src/metrics/extractor.ts";
import { frechetDistance } from "../../src/metrics/frechet.ts";
import { gaussianOf } from "../../src/metrics/gaussian.ts";

function normal(seed: number, count: number, dim: number, shift = 0): FeatureMatrix {
  const values = new Rng(seed).fillNormal(new Float32Array(count * dim));
  return { values: values.map((value, i) => value * (1 + i % dim) + shift), count, dim };
}

const measured = (features: FeatureMatrix) => ({ features, gaussian: gaussianOf(features) });

/** Kott (2001), by the definition: every part's own Gaussian, from its rows. */
function byDefinition(a: FeatureMatrix, b: FeatureMatrix): number {
  const variance = (set: FeatureMatrix, other: FeatureMatrix) => {
    const distances = Array.from({ length: 10 }, (_, i) => {
      const [from, to] = [Math.floor(i * set.count / 10), Math.floor((i + 1) * set.count / 10)];
      const rows = [
        ...set.values.subarray(0, from * set.dim),
        ...set.values.subarray(to * set.dim),
      ];
      const part = { values: new Float32Array(rows), count: rows.length / set.dim, dim: set.dim };
      return frechetDistance(gaussianOf(part), gaussianOf(other));
    });
    const mean = distances.reduce((sum, each) => sum + each) / 10;
    return 0.9 * distances.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  };
  return Math.sqrt(variance(a, b) + variance(b, a));
}

Deno.test("frechetStandardError() is the jackknife's, by its definition", () => {
  const [a, b] = [normal(1, 203, 4), normal(2, 167, 4, 0.5)];
  const error = frechetStandardError(measured(a), measured(b));
  assertAlmostEquals(error!, byDefinition(a, b), 1e-9);
});

Deno.test("frechetStandardError() tells how distances of other samples scatter", () => {
  const pairs = Array.from({ length: 30 }, (_, i) => {
    const [a, b] = [measured(normal(2 * i, 400, 3)), measured(normal(2 * i + 1, 400, 3, 1))];
    return {
      distance: frechetDistance(a.gaussian, b.gaussian),
      error: frechetStandardError(a, b)!,
    };
  });
  const mean = (values: number[]) => values.reduce((sum, each) => sum + each) / values.length;
  const distances = pairs.map(({ distance }) => distance);
  const centre = mean(distances);
  const scatter = Math.sqrt(mean(distances.map((each) => (each - centre) ** 2)));
  const told = mean(pairs.map(({ error }) => error));
  assert(told > 0.6 * scatter && told < 1.7 * scatter, `told ${told}, scatter ${scatter}`);
});

Deno.test("frechetStandardError() is null where it cannot be had", () => {
  assertEquals(
    frechetStandardError(measured(normal(1, 19, 2)), measured(normal(2, 99, 2))),
    null,
  );
  const wide = { features: normal(1, 20, 513), gaussian: gaussianOf(normal(1, 20, 1)) };
  assertEquals(frechetStandardError(wide, wide), null);
});
