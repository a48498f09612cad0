/**
 * Directions by the first layer's weights alone. Shen & Zhou (2021), "Closed-Form Factorization of
 * Latent Semantics in GANs", https://arxiv.org/abs/2007.06600. Typed arrays only: the page uses this
 * file, too.
 */
import { symmetricEigen } from "../../core/linalg/symmetric_eigen.ts";
import type { NamedArrays } from "../../core/named_arrays.ts";
import { type Direction, unit } from "./direction.ts";

/** A generator's first layer: z [Z] to z·weight [units]. */
export interface FirstLayer {
  /** [Z, units] row-major, as TensorFlow.js keeps a dense layer's kernel. */
  readonly weight: Float32Array;
  readonly latentDim: number;
}

/** How far directions of N(0, I) are moved along at most: three standard deviations. */
export const SIGMA_RANGE = 3;

/**
 * The first layer of a generator's weights, by the names its layers give them, in the network's order:
 * the first matrix. Throws a RangeError where there is none.
 */
export function firstLayerOf(weights: NamedArrays): FirstLayer {
  for (const { shape, data } of weights.values()) {
    if (shape.length === 2) return { weight: data, latentDim: shape[0]! };
  }
  throw new RangeError(
    `Cannot find this generator's first layer: expected a weight [Z, units], got ${
      Array.from(weights, ([name, { shape }]) => `${name} [${shape.join(", ")}]`).join("; ") ||
      "none"
    }`,
  );
}

/** A Aᵀ of a weight [Z, units] whose columns are put to length 1; columns of zeros count nothing. */
function gramOfUnits({ weight, latentDim: Z }: FirstLayer): Float64Array<ArrayBuffer> {
  const units = weight.length / Z;
  const scale = new Float64Array(units); // 1 / |column|²
  weight.forEach((value, at) => scale[at % units]! += value * value);
  scale.forEach((sum, unit) => scale[unit] = sum > 0 ? 1 / sum : 0);
  const gram = new Float64Array(Z * Z);
  for (let i = 0; i < Z; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) {
        sum += weight[i * units + unit]! * weight[j * units + unit]! * scale[unit]!;
      }
      gram[i * Z + j] = gram[j * Z + i] = sum;
    }
  }
  return gram;
}

/**
 * The `count` directions along which the first layer's output moves most, `sefa-1` first: eigenvectors
 * of the layer's Gram matrix (eq. 5). Its units are put to length 1, as the authors' code does; here
 * batch norm follows and would undo their lengths anyway. Evidence: `eigenvalue`, and its `share` of
 * all of them; 1/Z each would mean that no direction stands out.
 */
export function sefaDirections(layer: FirstLayer, count: number): Direction[] {
  const { latentDim: Z } = layer;
  const { values, vectors } = symmetricEigen(gramOfUnits(layer), Z);
  const total = values.reduce((sum, value) => sum + value, 0);
  return Array.from({ length: Math.min(count, Z) }, (_, i) => ({
    name: `sefa-${i + 1}`,
    kind: "sefa",
    vector: unit(vectors.subarray(i * Z, (i + 1) * Z)),
    evidence: { eigenvalue: values[i]!, share: values[i]! / total },
    range: SIGMA_RANGE,
  }));
}
