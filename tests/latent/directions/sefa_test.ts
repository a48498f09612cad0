import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { firstLayerOf, sefaDirections } from "../../../src/latent/directions/sefa.ts";
import { normOf } from "../../../src/latent/latents.ts";
import { golden } from "../golden_latent.ts";

Deno.test("sefaDirections() are those of the authors' code, with their eigenvalues", () => {
  const { weight, latentDim, values, vectors } = golden.sefa;
  const found = sefaDirections({ weight: Float32Array.from(weight), latentDim }, latentDim);
  const total = values.reduce((sum, value) => sum + value, 0);
  assertEquals(found.map(({ name }) => name).slice(0, 2), ["sefa-1", "sefa-2"]);
  found.forEach(({ vector, evidence }, i) => {
    assertAlmostEquals(evidence.eigenvalue!, values[i]!, 1e-6);
    assertAlmostEquals(evidence.share!, values[i]! / total, 1e-6);
    assertAlmostEquals(normOf(vector), 1, 1e-6);
    vector.forEach((x, k) => assertAlmostEquals(x, vectors[i * latentDim + k]!, 1e-5));
  });
});

Deno.test("sefaDirections() ignore units without weights and give at most Z", () => {
  const found = sefaDirections({ weight: Float32Array.of(3, 0, 1, 0, 0, 0), latentDim: 2 }, 9);
  assertEquals(found.map(({ vector }) => Array.from(vector)), [[1, 0], [0, 1]]);
  assertEquals(found.map(({ evidence }) => evidence.eigenvalue), [2, 0]);
});

Deno.test("firstLayerOf() is the first matrix, or is refused", () => {
  const array = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((product, n) => product * n, 1)),
  });
  const weights = new Map([["norm/gamma", array(4)], ["project/kernel", array(4, 6)]]);
  const { weight, latentDim } = firstLayerOf(weights);
  assert(weight === weights.get("project/kernel")!.data);
  assertEquals(latentDim, 4);
  weights.delete("project/kernel");
  const message = "expected a weight [Z, units], got norm/gamma [4]";
  assertThrows(() => firstLayerOf(weights), RangeError, message);
});
