import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { symmetricEigen } from "../../../src/core/linalg/symmetric_eigen.ts";
import { timesTransposed } from "../../../src/core/linalg/products.ts";
import { Rng } from "../../../src/core/rng.ts";

/** B Bᵀ of normal numbers, scaled row by row: condition numbers up to `spread` squared. */
function covariance(n: number, spread: number): Float64Array {
  const rng = new Rng(n, "covariance");
  const b = Float64Array.from(
    { length: n * n },
    (_, i) => rng.normal() * spread ** (Math.floor(i / n) / n),
  );
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let k = 0; k < n; k++) sum += b[i * n + k]! * b[j * n + k]!;
    return sum;
  });
}

/** The largest |A v − λ v|, and the largest |vᵢ·vⱼ − δᵢⱼ|. */
function errors(a: ArrayLike<number>, n: number): { residual: number; orthogonality: number } {
  const { values, vectors } = symmetricEigen(a, n);
  let [residual, orthogonality] = [0, 0];
  for (let k = 0; k < n; k++) {
    const v = vectors.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) {
      let [product, overlap] = [0, 0];
      for (let j = 0; j < n; j++) {
        product += a[i * n + j]! * v[j]!;
        overlap += vectors[i * n + j]! * v[j]!;
      }
      residual = Math.max(residual, Math.abs(product - values[k]! * v[i]!));
      orthogonality = Math.max(orthogonality, Math.abs(overlap - (i === k ? 1 : 0)));
    }
  }
  return { residual, orthogonality };
}

for (
  const [n, spread] of [[1, 1], [2, 1], [3, 1], [10, 1], [64, 1], [64, 1e4], [120, 1e-5], [
    301,
    1,
  ]] as const
) {
  Deno.test(`symmetricEigen() of ${n}×${n}, spread ${spread}: A v = λ v, orthonormal, falling`, () => {
    const a = covariance(n, spread);
    const { values } = symmetricEigen(a, n);
    const { residual, orthogonality } = errors(a, n);
    assert(residual <= 1e-13 * n * values[0]!, `residual ${residual} of ${values[0]}`);
    assert(orthogonality <= 1e-13 * n, `got ${orthogonality}`);
    assert(values.every((value, i) => i === 0 || value <= values[i - 1]!));
  });
}

Deno.test("symmetricEigen() knows the eigenvalues of the second difference matrix", () => {
  const n = 30;
  const a = Float64Array.from({ length: n * n }, (_, at) => {
    const apart = Math.abs(Math.floor(at / n) - at % n);
    return apart === 0 ? 2 : apart === 1 ? -1 : 0;
  });
  const { values } = symmetricEigen(a, n);
  values.forEach((value, i) =>
    assertAlmostEquals(value, 2 - 2 * Math.cos((n - i) * Math.PI / (n + 1)), 1e-13)
  );
});

Deno.test("symmetricEigen() takes repeated and zero eigenvalues", () => {
  const diagonal = [3, 0, 3, 0, 0, 1];
  const n = diagonal.length;
  const a = Float64Array.from(
    { length: n * n },
    (_, at) => at % (n + 1) === 0 ? diagonal[at / (n + 1)]! : 0,
  );
  assertEquals([...symmetricEigen(a, n).values], [3, 3, 1, 0, 0, 0]);
  assertEquals([...symmetricEigen(new Float64Array(n * n), n).values], [0, 0, 0, 0, 0, 0]);
  const ones = new Float64Array(n * n).fill(1); // rank 1
  const { values, vectors } = symmetricEigen(ones, n);
  assertAlmostEquals(values[0]!, n, 1e-13);
  vectors.subarray(0, n).forEach((x) => assertAlmostEquals(x, 1 / Math.sqrt(n), 1e-13));
  assert(errors(ones, n).orthogonality < 1e-14);
});

for (
  const [name, decades] of [["equal scales", 0], ["scales that rise", 8], ["and fall", -8]] as const
) {
  Deno.test(`symmetricEigen() of rank 60 in 300 dimensions, ${name}, converges`, () => {
    const [n, rank] = [300, 60];
    const rng = new Rng(1);
    const rows = Float64Array.from(
      { length: n * rank },
      (_, at) => rng.normal() * 10 ** (decades * Math.floor(at / rank) / n),
    );
    const a = timesTransposed(rows, n, rows, n);
    const { values } = symmetricEigen(a, n);
    const { residual, orthogonality } = errors(a, n);
    assert(residual <= 1e-13 * values[0]!, `residual ${residual} of ${values[0]}`);
    assert(orthogonality <= 1e-12, `got ${orthogonality}`);
    assert(values.subarray(rank).every((value) => Math.abs(value) <= 1e-13 * values[0]!));
  });
}

Deno.test("symmetricEigen() takes very large and very small numbers", () => {
  for (const scale of [1e150, 1e-150]) {
    const a = covariance(8, 1);
    const plain = symmetricEigen(a, 8).values;
    symmetricEigen(a.map((x) => x * scale), 8).values
      .forEach((value, i) => assertAlmostEquals(value / scale, plain[i]!, 1e-12 * plain[0]!));
  }
});

Deno.test("symmetricEigen() refuses what is not square, finite and symmetric", () => {
  assertThrows(() => symmetricEigen([1, 2, 3], 2), RangeError, "expected 2×2 numbers, got 3");
  assertThrows(() => symmetricEigen([1, NaN, NaN, 1], 2), RangeError, "got NaN");
  assertThrows(
    () => symmetricEigen([1, 2, 3, 1], 2),
    RangeError,
    "got 3 at [1, 0] and 2 at [0, 1]",
  );
});
