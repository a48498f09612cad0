import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { timesTransposed } from "../../../src/core/linalg/products.ts";
import { pivotedFactor } from "../../../src/metrics/linalg/factor.ts";
import { singularValues } from "../../../src/metrics/linalg/singular_values.ts";
import { reflectedDiagonal } from "../golden_features.ts";

const spectra: Readonly<Record<string, readonly number[]>> = {
  "condition 1e12": Array.from({ length: 40 }, (_, i) => 10 ** (-12 * i / 39)),
  "rank 5 of 30": Array.from({ length: 30 }, (_, i) => (i < 5 ? 5 - i : 0)),
  "one row": [3],
};

for (const [name, values] of Object.entries(spectra)) {
  Deno.test(`pivotedFactor() of ${name}: L·Lᵀ is the matrix`, () => {
    const n = values.length;
    const matrix = reflectedDiagonal(values);
    const { values: factor, rank } = pivotedFactor(matrix, n);
    assertEquals(factor.length, n * rank);
    const product = timesTransposed(factor, n, factor, n);
    const scale = Math.max(...values);
    product.forEach((value, i) => assertAlmostEquals(value, matrix[i]!, 1e-14 * n * scale));
    const real = values.filter((value) => value > 0).length;
    assert(rank >= Math.min(real, 5) && rank <= n, `rank ${rank}`);
  });
}

Deno.test("pivotedFactor() of zeros has no column", () => {
  assertEquals(pivotedFactor(new Float64Array(16), 4).rank, 0);
});

Deno.test("singularValues() of a product of reflections are its diagonal, to roundings of the largest", () => {
  const values = Array.from({ length: 50 }, (_, i) => 10 ** (-14 * i / 49));
  const found = singularValues(reflectedDiagonal(values), 50, 50);
  found.forEach((value, i) => assertAlmostEquals(value, values[i]!, 5e-15));
});

Deno.test("singularValues() of rank 30 in 150 rows and columns: the others are 0", () => {
  const values = Array.from({ length: 150 }, (_, i) => i < 30 ? 30 - i : 0);
  const found = singularValues(reflectedDiagonal(values), 150, 150);
  found.forEach((value, i) => assertAlmostEquals(value, values[i]!, 1e-12));
});

Deno.test("singularValues() of wide, tall and empty matrices are the transpose's", () => {
  const wide = Float64Array.from({ length: 21 }, (_, i) => Math.sin(1.7 * i));
  const tall = Float64Array.from(
    { length: 21 },
    (_, at) => wide[(at % 3) * 7 + Math.floor(at / 3)]!,
  );
  const [a, b] = [singularValues(wide, 3, 7), singularValues(tall, 7, 3)];
  assertEquals([a.length, b.length], [3, 3]);
  a.forEach((value, i) => assertAlmostEquals(value, b[i]!, 1e-14));
  const squares = wide.reduce((sum, value) => sum + value * value, 0);
  assertAlmostEquals(a.reduce((sum, value) => sum + value * value, 0), squares, 1e-13);
  assertEquals([...singularValues(new Float64Array(0), 0, 4)], []);
  assertEquals([...singularValues(new Float64Array(6), 2, 3)], [0, 0]);
});
