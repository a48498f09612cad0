/**
 * A LeNet with ReLU, max pooling and dropout, for digits and other small grey pictures: the network
 * that courses begin with. LeCun et al. (1998), http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf,
 * figure 2; ReLU and dropout as Krizhevsky et al. (2012), §3.1 and §4.2.
 *
 * Trainable parameters of MNIST_CNN: 244,234.
 *
 * Departs from LeNet-5: 64 feature maps in both convolutions, each fully connected to the maps before;
 * dense layers of 128 and 64 for 120 and 84; logits for the radial basis functions.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { Dropout } from "../src/nn/dropout.ts";
import * as fused from "../src/nn/fused_layers.ts";

/** What makes one such network differ from another. */
export interface MnistCnnConfig {
  /** Side of the images, in pixels; 16 or more. */
  readonly size: number;
  readonly channels: 1 | 3;
  readonly classes: number;
  /** Feature maps of each convolution. */
  readonly filters: number;
  /** Share of the dense layers' activations that a training step leaves out. */
  readonly dropout: number;
}

/** The network for MNIST. */
export const MNIST_CNN: MnistCnnConfig = {
  size: 28,
  channels: 1,
  classes: 10,
  filters: 64,
  dropout: 0.25,
};

/** Weights for ReLU: variance 2/fan-in (He et al., 2015, https://arxiv.org/abs/1502.01852). */
const weights = (rng: Rng) => tf.initializers.heNormal({ seed: rng.nextSeed() });

/** Maps images in [-1, 1], [B, size, size, C], to logits, [B, classes]. */
export function buildMnistCnn(config: MnistCnnConfig, rng: Rng): tf.LayersModel {
  const { size, channels: C, classes, filters: F, dropout: rate } = config;
  const convolution = (name: string) =>
    fused.conv2d({
      name,
      filters: F,
      kernelSize: 5,
      activation: "relu",
      kernelInitializer: weights(rng),
    });
  const dense = (name: string, units: number) =>
    fused.dense({ name, units, activation: "relu", kernelInitializer: weights(rng) });
  return tf.sequential({
    name: "mnist_cnn",
    layers: [
      tf.layers.inputLayer({ name: "image", inputShape: [size, size, C] }),
      convolution("conv1"), // [B, 24, 24, F]
      tf.layers.maxPooling2d({ name: "pool1", poolSize: 2 }), // [B, 12, 12, F]
      convolution("conv2"), // [B, 8, 8, F]
      tf.layers.maxPooling2d({ name: "pool2", poolSize: 2 }), // [B, 4, 4, F]
      tf.layers.flatten({ name: "flatten" }), // [B, 16·F]
      dense("dense1", 128), // [B, 128]
      new Dropout({ name: "dropout1", rate }, rng),
      dense("dense2", 64), // [B, 64]
      new Dropout({ name: "dropout2", rate }, rng),
      fused.dense({ name: "logits", units: classes, kernelInitializer: weights(rng) }),
    ], // [B, classes]
  });
}
