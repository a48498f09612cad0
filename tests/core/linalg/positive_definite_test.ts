import { assertAlmostEquals, assertThrows } from "@std/assert";
import { solvePositiveDefinite } from "../../../src/core/linalg/positive_definite.ts";
import { Rng } from "../../../src/core/rng.ts";

/** B·Bᵀ + shift·I of a random B, [n, n]. */
function gram(n: number, shift: number): Float64Array {
  const b = new Rng(n).fillNormal(new Float32Array(n * n));
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) product[i * n + j]! += b[i * n + k]! * b[j * n + k]!;
    }
    product[i * n + i]! += shift;
  }
  return product;
}

Deno.test("solvePositiveDefinite() finds what was multiplied in, also where ill-conditioned", () => {
  for (const [n, shift, tolerance] of [[1, 0, 1e-12], [7, 1, 1e-10], [40, 1e-6, 1e-6]] as const) {
    const matrix = gram(n, shift);
    const x = Float64Array.from({ length: n }, (_, i) => Math.sin(i + 1));
    const b = x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * n + j]! * value, 0));
    solvePositiveDefinite(matrix, b).forEach((value, i) =>
      assertAlmostEquals(value, x[i]!, tolerance)
    );
  }
});

Deno.test("solvePositiveDefinite() refuses what is not positive definite, or of another size", () => {
  const singular = Float64Array.of(1, 1, 1, 1);
  assertThrows(
    () => solvePositiveDefinite(singular, Float64Array.of(1, 2)),
    RangeError,
    "its matrix is not positive definite, pivot 2 of 2 is 0",
  );
  assertThrows(
    () => solvePositiveDefinite(singular, Float64Array.of(1)),
    RangeError,
    "expected 1×1 coefficients for 1 equations, got 4",
  );
});
