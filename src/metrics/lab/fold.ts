/** Turns the network in training into the one that is saved. */
import type { NamedArray, NamedArrays } from "../../core/named_arrays.ts";
import { LAB_DIM, LAB_EPSILON, LAB_RAW_DIM, normOf } from "./network.ts";

/** A linear map of normalized features: [LAB_RAW_DIM, LAB_DIM] row-major, and what it is to give 0 for. */
export interface Projection {
  readonly kernel: Float64Array;
  /** [LAB_RAW_DIM]. */
  readonly origin: Float64Array;
}

type Find = (name: string) => Float32Array;

/** What batch normalization in inference multiplies by and adds, a channel each. */
function affineOf(norm: string, find: Find, scaled: boolean) {
  const [mean, variance] = [find(`${norm}/moving_mean`), find(`${norm}/moving_variance`)];
  const gamma = scaled ? find(`${norm}/gamma`) : variance.map(() => 1);
  const beta = scaled ? find(`${norm}/beta`) : variance.map(() => 0);
  const scale = Float64Array.from(variance, (v, i) => gamma[i]! / Math.sqrt(v + LAB_EPSILON));
  return { scale, offset: scale.map((s, i) => beta[i]! - mean[i]! * s) };
}

/** The last layer: the projection of features that are not normalized any more. */
function lastLayer({ kernel, origin }: Projection, find: Find): [string, NamedArray][] {
  const { scale, offset } = affineOf("raw_norm", find, false);
  const weights = new Float32Array(kernel.length);
  const bias = new Float64Array(LAB_DIM);
  for (let i = 0; i < LAB_RAW_DIM; i++) {
    for (let k = 0; k < LAB_DIM; k++) {
      const at = i * LAB_DIM + k;
      weights[at] = kernel[at]! * scale[i]!;
      bias[k]! += kernel[at]! * (offset[i]! - origin[i]!);
    }
  }
  return [
    ["features/kernel", { shape: [LAB_RAW_DIM, LAB_DIM], data: weights }],
    ["features/bias", { shape: [LAB_DIM], data: Float32Array.from(bias) }],
  ];
}

/**
 * The arrays of the network as saved, of those in training: batch normalization goes into the weights and
 * biases of the convolutions before it, and the last into the projection. Throws a RangeError where an array
 * is missing.
 */
export function foldNorms(trained: NamedArrays, projection: Projection): NamedArrays {
  const find = (name: string): Float32Array => {
    const array = trained.get(name);
    if (array) return array.data;
    throw new RangeError(`Cannot fold a network: expected "${name}" among its weights`);
  };
  const folded = new Map<string, NamedArray>();
  for (const [name, { shape, data }] of trained) {
    const [layer, weight] = name.split("/") as [string, string];
    if (layer.endsWith("_norm")) continue;
    if (weight !== "kernel" || !trained.has(`${normOf(layer)}/gamma`)) {
      folded.set(name, { shape, data });
      continue;
    }
    const { scale, offset } = affineOf(normOf(layer), find, true);
    const width = scale.length; // output channels come last
    folded.set(name, { shape, data: data.map((w, i) => w * scale[i % width]!) });
    folded.set(`${layer}/bias`, { shape: [width], data: Float32Array.from(offset) });
  }
  return new Map([...folded, ...lastLayer(projection, find)]);
}
