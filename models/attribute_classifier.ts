/**
 * Tells attributes of small pictures: a plain convolutional network without pooling, as the
 * all-convolutional net is (Springenberg et al., 2015, https://arxiv.org/abs/1412.6806), with batch
 * normalization and ReLU, and one answer a column for all attributes at once (Caruana, 1997).
 *
 * Trainable parameters of ATTRIBUTE_CLASSIFIER_64: 481,952 and 129 an answer.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { batchNormalization } from "../src/nn/batch_norm_layer.ts";
import { Dropout } from "../src/nn/dropout.ts";
import { conv2d, dense } from "../src/nn/fused_layers.ts";

/** What makes one such network differ from another. */
export interface AttributeClassifierConfig {
  /** Side of the images, in pixels; 8 or more. */
  readonly size: number;
  readonly channels: number;
  /** Channels of the layer nearest the image; they double with every halving of its side. */
  readonly filters: number;
  /** Length D of the features, from which all answers are linear. */
  readonly features: number;
  /** Answers K. */
  readonly answers: number;
  /** Share of the features that a training step leaves out. */
  readonly dropout: number;
}

/** The network for pictures of 64 pixels in colour, without answers. */
export const ATTRIBUTE_CLASSIFIER_64: Omit<AttributeClassifierConfig, "answers"> = {
  size: 64,
  channels: 3,
  filters: 16,
  features: 128,
  dropout: 0.25,
};

/** The side at which convolutions end, or the first one below. */
const LAST_SIDE = 4;

/** Weights for ReLU: variance 2/fan-in (He et al., 2015, https://arxiv.org/abs/1502.01852). */
const weights = (rng: Rng) => tf.initializers.heNormal({ seed: rng.nextSeed() });

/** A convolution that halves the side or keeps it, normalized, with ReLU. */
function convolution(name: string, filters: number, strides: 1 | 2, rng: Rng): tf.layers.Layer[] {
  return [
    conv2d({
      name,
      filters,
      kernelSize: strides + 2, // 3, or 4: symmetric under "same" either way
      strides,
      padding: "same",
      useBias: false,
      kernelInitializer: weights(rng),
    }),
    batchNormalization({ name: `${name}_norm`, momentum: 0.9, epsilon: 1e-5 }),
    tf.layers.reLU({ name: `${name}_relu` }),
  ];
}

/**
 * Maps images in [-1, 1], [B, size, size, C], to features, [B, D], and answers, [B, K]: logits of
 * yes-or-no attributes and of choices' options, standardized values of numbers.
 */
export function buildAttributeClassifier(
  config: AttributeClassifierConfig,
  rng: Rng,
): tf.LayersModel {
  const { size, channels: C, filters: F, features: D, answers: K, dropout: rate } = config;
  const image = tf.input({ name: "image", shape: [size, size, C] });
  const layers: tf.layers.Layer[] = [];
  const halvings = Math.ceil(Math.log2(size / LAST_SIDE));
  for (let i = 0; i < halvings; i++) {
    const width = F * 2 ** i;
    layers.push(...convolution(`down${i + 1}`, width, 2, rng)); // [B, 32, 32, F], … , [B, 4, 4, 8F]
    const inner = i > 0 && i < halvings - 1; // where whole features of a face fit into the kernel
    if (inner) layers.push(...convolution(`keep${i + 1}`, width, 1, rng));
  }
  layers.push(
    tf.layers.flatten({ name: "flatten" }), // [B, 16·8F]
    dense({ name: "features", units: D, useBias: false, kernelInitializer: weights(rng) }),
    batchNormalization({ name: "features_norm", momentum: 0.9, epsilon: 1e-5 }),
    tf.layers.reLU({ name: "features_relu" }), // [B, D]
  );
  const features = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, image);
  const kept = new Dropout({ name: "dropout", rate }, rng).apply(features) as tf.SymbolicTensor;
  const answers = dense({ name: "answers", units: K, kernelInitializer: "zeros" })
    .apply(kept) as tf.SymbolicTensor; // [B, K]
  return tf.model({ name: "attribute_classifier", inputs: image, outputs: [features, answers] });
}
