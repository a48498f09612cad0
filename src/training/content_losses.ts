/** How far an enlargement's content is from the truth's: what adversarial training is held to. */
import * as tf from "@tensorflow/tfjs";
import { meanAbsolute, meanSquare } from "../nn/mean_losses.ts";
import type { PassOptions } from "../nn/batch_norm_layer.ts";
import { meanAbsoluteError } from "./losses.ts";

/** A measure of content. `dispose` frees what it owns. */
export interface ContentLoss {
  /** Mean distance of [B, H, W, 3] from the truth of that shape. Borrows both; the caller owns it. */
  compare(made: tf.Tensor4D, truth: tf.Tensor4D): tf.Scalar;
  dispose(): void;
}

/** Something that turns pictures, [B, H, W, 3], into activations that the caller owns. */
export interface Features {
  apply(pictures: tf.Tensor4D): tf.Tensor;
  dispose(): void;
}

/** Mean absolute difference of pixels. */
export const pixelContent: ContentLoss = { compare: meanAbsoluteError, dispose() {} };

/** SRGAN scales VGG's features by this, so that their loss is like that of pixels (§3.2). */
const VGG_SCALE = 1 / 12.75;

/** Mean squared difference of a network's activations (Ledig et al., 2017, equation 5). Takes it over. */
export function activationContent(features: Features): ContentLoss {
  return {
    compare: (made, truth) =>
      tf.tidy(() => {
        const difference = features.apply(made).sub(features.apply(truth));
        return meanSquare(difference.mul(VGG_SCALE));
      }),
    dispose: () => features.dispose(),
  };
}

/** Layers of a network that run on pictures of any size. */
export interface FeatureMaps {
  /** Maps, [B, h, w, C] each, of pictures in [-1, 1], [B, H, W, 3]. Borrows these; the caller owns the maps. */
  maps(pictures: tf.Tensor4D): tf.Tensor4D[];
  [Symbol.dispose](): void;
}

/** Added to squared lengths, so that their root has a slope where nothing is seen. */
const EPSILON = 1e-10;

/** Features of every place brought to length 1. */
function directions(map: tf.Tensor4D): tf.Tensor4D {
  return map.div(map.square().sum(3, true).add(EPSILON).sqrt());
}

/**
 * Pixels, and how different the pictures look to a network: the mean absolute difference, and the distance of
 * Zhang et al. (2018), https://arxiv.org/abs/1801.03924, equation 1. Takes the features over.
 */
export function perceptualContent(features: FeatureMaps, weight: number): ContentLoss {
  return {
    compare: (made, truth) =>
      tf.tidy(() => {
        const theirs = features.maps(truth);
        const distances = features.maps(made).map((map, i) =>
          directions(map).sub(directions(theirs[i]!)).square().sum(3).mean<tf.Scalar>()
        );
        return meanAbsoluteError(made, truth).add<tf.Scalar>(tf.addN(distances).mul(weight));
      }),
    dispose: () => features[Symbol.dispose](),
  };
}

/**
 * Pixels, and what the discriminator itself sees: the mean absolute difference of its activations, each
 * layer's weighing as much as any other's (Wang et al., 2018, https://arxiv.org/abs/1711.11585,
 * equation 4). Borrows the discriminator.
 */
export function matchingContent(discriminator: tf.LayersModel, weight: number): ContentLoss {
  const seen = discriminator.layers.filter((layer) => layer.getClassName() === "LeakyReLU")
    .map(({ output }) => output as tf.SymbolicTensor);
  const model = tf.model({ name: "seen", inputs: discriminator.inputs, outputs: seen });
  const pass: PassOptions = { training: true, moveStatistics: false };
  const activations = (pictures: tf.Tensor4D) => model.apply(pictures, { ...pass }) as tf.Tensor[];
  return {
    compare: (made, truth) =>
      tf.tidy(() => {
        const [ours, theirs] = [activations(made), activations(truth)];
        const distances = ours.map((each, i) => meanAbsolute(each.sub(theirs[i]!)));
        return meanAbsoluteError(made, truth).add<tf.Scalar>(
          tf.addN(distances).mul(weight / seen.length),
        );
      }),
    dispose() {}, // its layers are the discriminator's
  };
}
