/** What a projection minimizes: how far an image is from a target, and how untypical its latent is. */
import * as tf from "@tensorflow/tfjs";

/** The smallest side that images are compared at. */
const SMALLEST = 8;
/** Added under roots: features of nothing have no direction. */
const EPSILON = 1e-8;

/** Feature maps of images [B, H, W, C] in [-1, 1], through which gradients flow; shallow ones first. */
export type FeatureMaps = (images: tf.Tensor4D) => readonly tf.Tensor4D[];

/** Images at their own size and at halves of it, down to 8 pixels. The caller owns all but the first. */
function pyramid(images: tf.Tensor4D): tf.Tensor4D[] {
  const levels = [images];
  for (let side = images.shape[1]; side >= 2 * SMALLEST && side % 2 === 0; side /= 2) {
    levels.push(tf.avgPool(levels.at(-1)!, 2, 2, "valid"));
  }
  return levels;
}

/** Mean squared difference of each image of `a` [B, …] from `b` [1, …], [B]. */
const meanSquares = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor1D =>
  a.sub(b).square().mean<tf.Tensor1D>([1, 2, 3]);

/** The mean of several tensors. */
const meanOf = (tensors: readonly tf.Tensor1D[]): tf.Tensor1D =>
  tf.addN([...tensors]).div(tensors.length);

/**
 * Mean squared error of pixels over the levels of a pyramid, [B], of images [B, H, W, C] against one
 * [1, H, W, C]: coarse levels lead where fine ones, still out of place, say nothing. Borrows both; the
 * caller owns the result.
 */
export function pyramidLoss(images: tf.Tensor4D, target: tf.Tensor4D): tf.Tensor1D {
  return tf.tidy(() => {
    const targets = pyramid(target);
    return meanOf(pyramid(images).map((level, i) => meanSquares(level, targets[i]!)));
  });
}

/** Features of every place at length 1 (Zhang et al., 2018, eq. 1, without learned weights). */
const directions = (maps: tf.Tensor4D): tf.Tensor4D =>
  maps.div(maps.square().sum(3, true).add(EPSILON).sqrt());

/**
 * Mean squared distance of features' directions over places and depths, [B], of images against one
 * target: what changes in them is seen, where mean pixels only average. Borrows both; the caller owns
 * the result.
 */
export function featureLoss(
  images: tf.Tensor4D,
  target: tf.Tensor4D,
  features: FeatureMaps,
): tf.Tensor1D {
  return tf.tidy(() => {
    const targets = features(target).map(directions);
    return meanOf(
      features(images).map((maps, i) => {
        const apart = directions(maps).sub(targets[i]!).square().sum(3);
        return apart.mean<tf.Tensor1D>([1, 2]);
      }),
    );
  });
}

/**
 * How untypical the lengths of latents [B, Z] are, [B]: minus the log density of a chi distribution,
 * which lengths of N(0, I) have, less its least, over Z. 0 at |z| = √(Z − 1). A plain Gaussian prior
 * would draw z to 0, where no latent ever is. Borrows `z`; the caller owns the result.
 */
export function lengthPrior(z: tf.Tensor2D): tf.Tensor1D {
  const Z = z.shape[1];
  const free = Math.max(1, Z - 1);
  const least = (free - free * Math.log(free)) / 2;
  return tf.tidy(() => {
    const squares = z.square().sum<tf.Tensor1D>(1).add<tf.Tensor1D>(EPSILON);
    return squares.sub(squares.log().mul(free)).div(2).sub(least).div<tf.Tensor1D>(Z);
  });
}
