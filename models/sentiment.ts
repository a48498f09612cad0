/**
 * Is a text in favour or against? A recurrent network over word embeddings: the LSTM of Hochreiter &
 * Schmidhuber (1997), https://doi.org/10.1162/neco.1997.9.8.1735, in one direction or, as Graves &
 * Schmidhuber (2005), https://doi.org/10.1016/j.neunet.2005.06.042, in both; for the reviews of Maas et
 * al. (2011), https://aclanthology.org/P11-1015.
 *
 * Trainable parameters of LSTM_IMDB: 21,251; of BILSTM_IMDB: 1,378,945, whose sizes are those of
 * Keras' example, https://keras.io/examples/nlp/bidirectional_lstm_imdb, with one layer for its two and
 * half its vocabulary.
 *
 * The logit is read off the last word's outputs, PyTorch's `[:, -1]`: of the backward direction that is
 * the first thing it says, having seen that word alone.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../src/core/rng.ts";
import { embedding } from "../src/nn/embedding.ts";
import { dense } from "../src/nn/fused_layers.ts";
import { LastStep } from "../src/nn/last_step.ts";
import { Lstm } from "../src/nn/recurrent_layer.ts";

/** What makes one such network differ from another. */
export interface SentimentConfig {
  /** Words V that it tells apart, numbered from 0. */
  readonly vocabulary: number;
  /** Length D of a word's vector. */
  readonly embeddingDim: number;
  /** Width U of the state, in each direction. */
  readonly units: number;
  readonly bidirectional: boolean;
}

/** Small, for texts of 500 words. */
export const LSTM_IMDB: SentimentConfig = {
  vocabulary: 2000,
  embeddingDim: 5,
  units: 50,
  bidirectional: false,
};

/** For texts of 200 words. */
export const BILSTM_IMDB: SentimentConfig = {
  vocabulary: 10_000,
  embeddingDim: 128,
  units: 64,
  bidirectional: true,
};

/** Maps texts, [B, T] of word numbers in int32, T the same in a batch, to logits, [B, 1]. */
export function buildSentiment(config: SentimentConfig, rng: Rng): tf.LayersModel {
  const { vocabulary: V, embeddingDim: D, units: U, bidirectional } = config;
  const uniform = { minval: -0.05, maxval: 0.05, seed: rng.nextSeed() };
  const lstm = { name: "lstm", units: U };
  return tf.sequential({
    name: "sentiment",
    layers: [
      tf.layers.inputLayer({ name: "text", inputShape: [null], dtype: "int32" }), // [B, T]
      embedding({
        name: "embedding",
        inputDim: V,
        outputDim: D,
        embeddingsInitializer: tf.initializers.randomUniform(uniform),
      }), // [B, T, D]
      ...(bidirectional
        ? [
          new Lstm({ ...lstm, direction: "both", returnSequences: true }, rng), // [B, T, 2U]
          new LastStep({ name: "last_step" }), // [B, 2U]
        ]
        : [new Lstm({ ...lstm, direction: "forward", returnSequences: false }, rng)]), // [B, U]
      dense({
        name: "logit",
        units: 1,
        kernelInitializer: tf.initializers.glorotUniform({ seed: rng.nextSeed() }),
      }), // [B, 1]
    ],
  });
}
