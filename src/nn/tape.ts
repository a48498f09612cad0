/** What a gradient computes once for several inputs. */
import * as tf from "@tensorflow/tfjs";

/**
 * A tensor made when first asked for and kept until the tape goes: `saved` is the tape's own list, and
 * what it holds is freed with it. `make` must return a new tensor.
 */
export function onceATape(saved: tf.Tensor[], make: () => tf.Tensor): () => tf.Tensor {
  let made: tf.Tensor | undefined;
  return () => {
    if (made === undefined) saved.push(made = tf.keep(make()));
    return made;
  };
}
