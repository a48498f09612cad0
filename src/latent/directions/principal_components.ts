/**
 * Leading principal components of many wide rows, on the device, without ever forming their covariance:
 * subspace iteration from a random start (Halko et al., 2011, §5, https://arxiv.org/abs/0909.4061).
 */
import * as tf from "@tensorflow/tfjs";
import { symmetricEigen } from "../../core/linalg/symmetric_eigen.ts";
import { Rng } from "../../core/rng.ts";
import type { Vector } from "../latents.ts";

/** Principal components of N rows. */
export interface PrincipalComponents {
  /** Variance along each, [k], falling. */
  readonly variances: Float64Array;
  /** Of all components, wanted or not. */
  readonly totalVariance: number;
  /** Where each row lies along each, [N, k] row-major. */
  readonly coordinates: Float32Array;
}

/** Vectors iterated beside the wanted ones, so that those settle fast. */
const EXTRA = 10;
/** Rounds of iteration at most: each brings components nearer, and few are far off after five. */
const MOST_ROUNDS = 20;
/** Settled: no wanted variance moved by more than this share of the largest. */
const SETTLED = 1e-6;

/** A block of vectors as the columns of a matrix, [length, width] row-major. */
interface Block {
  readonly values: Vector;
  readonly length: number;
  readonly width: number;
}

/** Makes columns orthonormal (Gram and Schmidt, twice over); one that vanishes becomes zero. */
function orthonormalize({ values, length, width }: Block): void {
  const overlap = (j: number, k: number) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += values[i * width + j]! * values[i * width + k]!;
    return sum;
  };
  for (let k = 0; k < width; k++) {
    const before = overlap(k, k);
    for (let j = 0; j < 2 * k; j++) {
      const share = overlap(j % k, k);
      for (let i = 0; i < length; i++) values[i * width + k]! -= share * values[i * width + j % k]!;
    }
    const rest = overlap(k, k);
    const scale = rest > 1e-12 * before ? 1 / Math.sqrt(rest) : 0;
    for (let i = 0; i < length; i++) values[i * width + k]! *= scale;
  }
}

/** Bᵀ B / rows of a block. */
function covarianceOf({ values, length, width }: Block): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(width * width);
  for (let i = 0; i < length; i++) {
    for (let j = 0; j < width; j++) {
      const value = values[i * width + j]!;
      for (let k = 0; k <= j; k++) sums[j * width + k]! += value * values[i * width + k]!;
    }
  }
  for (let j = 0; j < width; j++) {
    for (let k = 0; k <= j; k++) sums[j * width + k]! /= length;
    for (let k = 0; k < j; k++) sums[k * width + j] = sums[j * width + k]!;
  }
  return sums;
}

/** Columns of `block` mixed by the first `count` rows of `mix`, [width, width]: [length, count]. */
function mixColumns({ values, length, width }: Block, mix: Float64Array, count: number): Vector {
  const out = new Float32Array(length * count);
  for (let i = 0; i < length; i++) {
    for (let k = 0; k < count; k++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += values[i * width + j]! * mix[k * width + j]!;
      out[i * count + k] = sum;
    }
  }
  return out;
}

/** Rows with their mean to be subtracted: borrowed chunks [n, D], and the mean [1, D], owned. */
interface Rows {
  readonly chunks: readonly tf.Tensor2D[];
  readonly mean: tf.Tensor2D;
  readonly count: number;
}

/** One round: (X q) and Xᵀ (X q) of the centred rows X, read back. */
async function multiply(
  { chunks, mean, count }: Rows,
  q: Block,
): Promise<[along: Block, next: Block]> {
  const [along, next] = tf.tidy(() => {
    const block = tf.tensor2d(q.values, [q.length, q.width]);
    const parts = chunks.map((chunk) =>
      tf.tidy((): [tf.Tensor2D, tf.Tensor2D] => {
        const centred = chunk.sub<tf.Tensor2D>(mean);
        const here = tf.matMul<tf.Tensor2D>(centred, block); // [n, width]
        return [here, tf.matMul<tf.Tensor2D>(centred, here, true)]; // [D, width]
      })
    );
    return [tf.concat2d(parts.map(([here]) => here), 0), tf.addN(parts.map(([, sum]) => sum))];
  });
  try {
    const values = async (tensor: tf.Tensor) => new Float32Array(await tensor.data<"float32">());
    return [
      { values: await values(along), length: count, width: q.width },
      { values: await values(next), length: q.length, width: q.width },
    ];
  } finally {
    tf.dispose([along, next]);
  }
}

/** Variances of all columns together, about their mean. */
async function totalVarianceOf({ chunks, mean, count }: Rows): Promise<number> {
  const total = tf.tidy(() => tf.addN(chunks.map((chunk) => chunk.sub(mean).square().sum())));
  try {
    return (await total.data())[0]! / count;
  } finally {
    total.dispose();
  }
}

/**
 * The `count` leading principal components of rows that are spread over chunks [n, D], which are
 * borrowed. Throws a RangeError for rows that are all alike.
 */
export async function principalComponents(
  chunks: readonly tf.Tensor2D[],
  count: number,
): Promise<PrincipalComponents> {
  const rows = chunks.reduce((sum, { shape: [n] }) => sum + n, 0);
  const D = chunks[0]!.shape[1];
  const mean = tf.tidy(() =>
    tf.addN(chunks.map((chunk) => chunk.sum(0, true))).div<tf.Tensor2D>(rows)
  );
  try {
    const data = { chunks, mean, count: rows };
    const totalVariance = await totalVarianceOf(data);
    if (!(totalVariance > 0)) {
      throw new RangeError(
        `Cannot find principal components: expected rows that differ, got variance ${totalVariance}`,
      );
    }
    const width = Math.min(count + EXTRA, D, rows - 1);
    const values = new Rng(D, "subspace").fillNormal(new Float32Array(D * width));
    const found = await iterate(data, { values, length: D, width }, Math.min(count, width));
    return { ...found, totalVariance };
  } finally {
    mean.dispose();
  }
}

/** Rounds of iteration from a block of random vectors until the wanted variances settle. */
async function iterate(
  rows: Rows,
  start: Block,
  count: number,
): Promise<Omit<PrincipalComponents, "totalVariance">> {
  let block = start;
  let last: Float64Array | null = null;
  for (let round = 1;; round++) {
    orthonormalize(block);
    const [along, next] = await multiply(rows, block);
    // Rayleigh and Ritz: the best components within the block's span.
    const { values, vectors } = symmetricEigen(covarianceOf(along), block.width);
    const variances = values.slice(0, count);
    const moved = Math.max(...variances.map((value, k) => Math.abs(value - (last?.[k] ?? 0))));
    if (moved <= SETTLED * values[0]! || round === MOST_ROUNDS) {
      return { variances, coordinates: mixColumns(along, vectors, count) };
    }
    last = variances;
    block = next;
  }
}
