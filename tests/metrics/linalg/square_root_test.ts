import { assert, assertThrows } from "@std/assert";
import { timesTransposed } from "../../../src/core/linalg/products.ts";
import { squareRoot } from "../../../src/metrics/linalg/square_root.ts";
import { golden, reflectedDiagonal } from "../golden_features.ts";

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

for (const { name, values, root } of golden.roots) {
  Deno.test(`squareRoot() of a matrix ${name} is mpmath's to 1e-6, and its square the matrix`, () => {
    const matrix = reflectedDiagonal(values);
    const n = values.length;
    const ours = squareRoot(matrix, n);
    const error = largest(ours.map((value, i) => value - root[i]!)) / largest(root);
    assert(error < 1e-6, `off by ${error} of the largest entry`);
    const square = timesTransposed(ours, n, ours, n); // S = Sᵀ
    const residual = largest(square.map((value, i) => value - matrix[i]!)) / largest(matrix);
    assert(residual < 1e-14, `S·S is off by ${residual}`);
  });
}

Deno.test("squareRoot() of 150 dimensions, condition 1e12 and rank 40, squares to the matrix", () => {
  for (const decades of [12, 300]) {
    const n = 150;
    const values = Array.from({ length: n }, (_, i) => 10 ** (-decades * i / (n - 1)));
    const matrix = reflectedDiagonal(values.map((value) => (value < 1e-80 ? 0 : value)));
    const root = squareRoot(matrix, n);
    const square = timesTransposed(root, n, root, n);
    const residual = largest(square.map((value, i) => value - matrix[i]!)) / largest(matrix);
    assert(residual < 1e-13, `S·S is off by ${residual}`);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) assert(root[i * n + j] === root[j * n + i], "S is symmetric");
    }
  }
});

Deno.test("squareRoot() refuses what is no covariance", () => {
  const indefinite = reflectedDiagonal([2, 1, -0.5]);
  assertThrows(() => squareRoot(indefinite, 3), RangeError, "expected a covariance");
  assertThrows(
    () => squareRoot(reflectedDiagonal([-1, -2]), 2),
    RangeError,
    "which has none below 0",
  );
  assertThrows(() => squareRoot(new Float64Array([1, NaN, NaN, 1]), 2), RangeError, "got NaN");
});
