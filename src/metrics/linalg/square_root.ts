/** Square roots of covariances, in float64. */
import { symmetricEigen } from "../../core/linalg/symmetric_eigen.ts";
import { addGramUpper, mirrorUpper, transposed } from "../../core/linalg/products.ts";

/**
 * The square root S = Sᵀ ≥ 0 of a symmetric positive semidefinite matrix, [n, n] row-major: S·S = A.
 * Eigenvalues that rounding made negative count as 0. Throws a RangeError where one is more negative
 * than rounding explains, and for what `symmetricEigen` refuses.
 */
export function squareRoot(matrix: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const { values, vectors } = symmetricEigen(matrix, n);
  const [most, least] = [values[0]!, values[n - 1]!];
  if (least < -1e-10 * Math.max(most, 0)) {
    throw new RangeError(
      `Cannot take the square root of a matrix with eigenvalue ${least}, the largest being ${most}: ` +
        "expected a covariance, which has none below 0",
    );
  }
  for (let i = 0; i < n; i++) {
    const fourth = Math.sqrt(Math.sqrt(Math.max(0, values[i]!)));
    for (let j = 0; j < n; j++) vectors[i * n + j]! *= fourth;
  }
  const root = new Float64Array(n * n);
  addGramUpper(transposed(vectors, n, n), n, n, root);
  mirrorUpper(root, n);
  return root;
}
