/**
 * Bicubic enlargement as a layer: `resizeBicubic` of core/bicubic.ts by a whole factor, as a network's
 * first guess. It learns nothing.
 */
import * as tf from "@tensorflow/tfjs";
import { bicubicMatrix } from "../core/bicubic.ts";

/** Settings of the layer. */
export interface BicubicUpscaleOptions {
  readonly name?: string;
  /** By how much both sides grow: a whole number from 1. */
  readonly scale: number;
}

/**
 * [B, H, W, C] to [B, s·H, s·W, C], s being `scale`. Borrows `x`; the caller owns the result. It has
 * derivatives of every order.
 */
export function bicubicUpscale(x: tf.Tensor4D, scale: number): tf.Tensor4D {
  if (!Number.isInteger(scale) || scale < 1) {
    throw new RangeError(`Cannot enlarge pictures: expected a whole number from 1, got ${scale}`);
  }
  const [B, H, W, C] = x.shape;
  const matrix = (side: number) => tf.tensor3d(bicubicMatrix(side, scale), [1, scale * side, side]);
  return tf.tidy(() => {
    const taller = tf.matMul(matrix(H), x.reshape<tf.Tensor3D>([B, H, W * C])); // [B, s·H, W·C]
    const rows = taller.reshape<tf.Tensor3D>([B * scale * H, W, C]);
    return tf.matMul(matrix(W), rows).reshape([B, scale * H, scale * W, C]);
  });
}

/** `bicubicUpscale` as a layer. Registered as "BicubicUpscale". */
export class BicubicUpscale extends tf.layers.Layer {
  static className = "BicubicUpscale";
  readonly #scale: number;

  constructor({ scale, ...rest }: BicubicUpscaleOptions) {
    super(rest);
    this.#scale = scale;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const [batch, height, width, channels] = inputShape;
    const grown = (side: number | null) => side === null ? null : side * this.#scale;
    return [batch!, grown(height!), grown(width!), channels!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return bicubicUpscale((Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D, this.#scale);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), scale: this.#scale };
  }
}

tf.serialization.registerClass(BicubicUpscale);
