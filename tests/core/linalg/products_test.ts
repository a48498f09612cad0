import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  addGramUpper,
  mirrorUpper,
  timesTransposed,
  transposed,
} from "../../../src/core/linalg/products.ts";

const formula = (length: number, phase: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin(1.7 * i + phase));

// Around the panels' 4 rows and 256 columns.
for (const [m, n, inner] of [[1, 1, 1], [5, 3, 7], [4, 8, 256], [9, 6, 300]] as const) {
  Deno.test(`timesTransposed() of [${m}, ${inner}] and [${n}, ${inner}] sums products of rows`, () => {
    const [a, b] = [formula(m * inner, 0.3), formula(n * inner, 2)];
    timesTransposed(a, m, b, n).forEach((value, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[i * inner + k]! * b[j * inner + k]!;
      assertAlmostEquals(value, sum, 1e-12);
    });
  });

  Deno.test(`addGramUpper() of [${m}, ${inner}] adds what timesTransposed() gives`, () => {
    const a = formula(m * inner, 1);
    const out = new Float64Array(m * m).fill(1);
    addGramUpper(a, m, inner, out);
    mirrorUpper(out, m);
    const expected = timesTransposed(a, m, a, m);
    out.forEach((value, at) => assertAlmostEquals(value, expected[at]! + 1, 1e-12));
  });
}

Deno.test("transposed() turns rows to columns, and back", () => {
  const matrix = formula(17 * 35, 0);
  const turned = transposed(matrix, 17, 35);
  assertEquals(turned[3 * 17 + 2], matrix[2 * 35 + 3]);
  assertEquals(transposed(turned, 35, 17), matrix);
});

Deno.test("timesTransposed() refuses rows of different lengths", () => {
  assertThrows(
    () => timesTransposed(new Float64Array(6), 2, new Float64Array(8), 2),
    RangeError,
    "got 6 values in 2 rows and 8 in 2",
  );
});
