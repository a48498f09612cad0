/**
 * Embeddings: a row of a table for each word. The stock layer's settings, weights and saved form; what
 * differs is its gradient, which TensorFlow.js transposes twice for nothing.
 */
import * as tf from "@tensorflow/tfjs";
import { stockLayer } from "./stock_layer.ts";

/** Settings of the layer: those of `tf.layers.embedding`. */
export type EmbeddingOptions = Parameters<typeof tf.layers.embedding>[0];

/**
 * Rows of `table`, [V, D], by `ids`, int32 in [0, V) of any shape S: [...S, D]. Ids beyond the table
 * give what the backend's gather gives. Borrows both; the caller owns the result.
 */
export function embed(table: tf.Tensor2D, ids: tf.Tensor): tf.Tensor {
  const [rows, depth] = table.shape;
  const op = tf.customGrad((table, save) => {
    const flat = ids.reshape<tf.Tensor1D>([ids.size]);
    (save as tf.GradSaveFunc)([flat]);
    return {
      value: tf.gather(table as tf.Tensor2D, flat),
      gradFunc: (dy, [flat]) => tf.unsortedSegmentSum(dy, flat as tf.Tensor1D, rows),
    };
  });
  return tf.tidy(() => op(table).reshape([...ids.shape, depth]));
}

const Stock = stockLayer<{ readonly embeddings: tf.LayerVariable }, EmbeddingOptions>("Embedding");

/** Maps words by their numbers, [B, T], to [B, T, outputDim]. */
class Embedding extends Stock {
  static className = "Embedding";

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const ids = Array.isArray(inputs) ? inputs[0]! : inputs;
    return tf.tidy(() => embed(this.embeddings.read() as tf.Tensor2D, ids.cast("int32")));
  }
}

/** The layer of these settings. */
export const embedding = (options: EmbeddingOptions): tf.layers.Layer => new Embedding(options);
