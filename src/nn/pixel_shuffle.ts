/**
 * Pixel shuffle: channels to pixels. Shi et al. (2016), https://arxiv.org/abs/1609.05158, §3.2
 *
 * Channels in TensorFlow's order (DepthToSpace of NHWC): with s² · C channels, number (i·s + j)·C + c
 * becomes channel c of the pixel in row i, column j of its block of s × s. PyTorch's PixelShuffle takes it
 * from number c·s² + i·s + j, so that weights of a convolution before it map by that permutation of its
 * outputs.
 */
import * as tf from "@tensorflow/tfjs";
import { hasKernel, runKernel } from "./kernels.ts";

/**
 * [B, H, W, s²·C] to [B, s·H, s·W, C], s being `scale`. Borrows `x`; the caller owns the result. It has
 * derivatives of every order.
 */
export function pixelShuffle(x: tf.Tensor4D, scale: number): tf.Tensor4D {
  assertScale("shuffle", x, scale);
  if (x.shape[3] % (scale * scale) !== 0) {
    throw new RangeError(
      `Cannot shuffle pixels of [${x.shape.join(", ")}] by ${scale}: expected a multiple of ` +
        `${scale * scale} channels, got ${x.shape[3]}`,
    );
  }
  const op = tf.customGrad((x) => ({
    value: depthToSpace(x as tf.Tensor4D, scale),
    gradFunc: (dy) => pixelUnshuffle(dy as tf.Tensor4D, scale),
  }));
  return op(x) as tf.Tensor4D;
}

/**
 * The inverse of `pixelShuffle`: [B, s·H, s·W, C] to [B, H, W, s²·C]. Borrows `x`; the caller owns the
 * result. It has derivatives of every order.
 */
export function pixelUnshuffle(x: tf.Tensor4D, scale: number): tf.Tensor4D {
  assertScale("gather", x, scale);
  const [, height, width] = x.shape;
  if (height % scale !== 0 || width % scale !== 0) {
    throw new RangeError(
      `Cannot gather pixels of [${x.shape.join(", ")}] by ${scale}: expected sides that are ` +
        `multiples of ${scale}, got ${height} × ${width}`,
    );
  }
  const op = tf.customGrad((x) => ({
    value: spaceToDepth(x as tf.Tensor4D, scale),
    gradFunc: (dy) => pixelShuffle(dy as tf.Tensor4D, scale),
  }));
  return op(x) as tf.Tensor4D;
}

function assertScale(verb: string, x: tf.Tensor, scale: number): void {
  if (x.rank !== 4 || !Number.isInteger(scale) || scale < 1) {
    throw new RangeError(
      `Cannot ${verb} pixels of [${x.shape.join(", ")}] by ${scale}: expected images ` +
        "[B, H, W, C] and a whole number from 1",
    );
  }
}

function depthToSpace(x: tf.Tensor4D, blockSize: number): tf.Tensor {
  if (hasKernel("AtelierDepthToSpace")) {
    return runKernel("AtelierDepthToSpace", { x }, { blockSize })[0]!;
  }
  const [batch, height, width, depth] = x.shape;
  const channels = depth / blockSize ** 2;
  return tf.tidy(() =>
    x.reshape([batch, height, width, blockSize, blockSize, channels])
      .transpose([0, 1, 3, 2, 4, 5])
      .reshape([batch, height * blockSize, width * blockSize, channels])
  );
}

function spaceToDepth(x: tf.Tensor4D, blockSize: number): tf.Tensor {
  if (hasKernel("AtelierSpaceToDepth")) {
    return runKernel("AtelierSpaceToDepth", { x }, { blockSize })[0]!;
  }
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = [height / blockSize, width / blockSize];
  return tf.tidy(() =>
    x.reshape([batch, rows, blockSize, columns, blockSize, channels])
      .transpose([0, 1, 3, 2, 4, 5])
      .reshape([batch, rows, columns, blockSize ** 2 * channels])
  );
}

/** Settings of the layer. */
export interface PixelShuffleOptions {
  readonly name?: string;
  /** By how much both sides grow. */
  readonly scale: number;
}

/** `pixelShuffle` as a layer. Registered as "PixelShuffle"; stock TensorFlow.js has no such layer. */
export class PixelShuffle extends tf.layers.Layer {
  static className = "PixelShuffle";
  readonly #scale: number;

  constructor({ scale, ...rest }: PixelShuffleOptions) {
    super(rest);
    this.#scale = scale;
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const [batch, height, width, depth] = inputShape as [...tf.Shape, number];
    const grown = (side: number | null) => side === null ? null : side * this.#scale;
    return [batch!, grown(height!), grown(width!), depth! / this.#scale ** 2];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
    return pixelShuffle(x, this.#scale);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), scale: this.#scale };
  }
}

tf.serialization.registerClass(PixelShuffle);
