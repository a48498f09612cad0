/** Orthogonal weights. Saxe et al. (2014), https://arxiv.org/abs/1312.6120 */
import type { Rng } from "../core/rng.ts";

/**
 * A random matrix of `rows` × `columns` whose rows are orthogonal and of length 1, by Gram and Schmidt;
 * so multiplying by it keeps lengths. Throws a RangeError where there are more rows than columns.
 */
export function orthogonalRows(
  rows: number,
  columns: number,
  rng: Rng,
): Float32Array<ArrayBuffer> {
  if (rows > columns) {
    throw new RangeError(
      `Cannot make ${rows} orthogonal rows of ${columns} columns: expected as many columns or more`,
    );
  }
  const done: Float64Array[] = [];
  while (done.length < rows) {
    const row = Float64Array.from({ length: columns }, () => rng.normal());
    for (const other of [...done, ...done]) { // twice: the first pass leaves rounding errors
      const overlap = dot(row, other);
      for (let i = 0; i < columns; i++) row[i]! -= overlap * other[i]!;
    }
    const length = Math.sqrt(dot(row, row));
    if (length > 1e-6) done.push(row.map((x) => x / length));
  }
  const matrix = new Float32Array(rows * columns);
  for (const [i, row] of done.entries()) matrix.set(row, i * columns);
  return matrix;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
