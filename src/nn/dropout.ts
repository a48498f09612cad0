/**
 * Dropout. Srivastava et al. (2014), https://jmlr.org/papers/v15/srivastava14a.html
 *
 * TensorFlow.js' own layer draws from an unseeded generator, or with a seed the same mask at each call. Here
 * mask k is a function of the seed and k, on every backend, so that `draws` is all the state there is.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../core/rng.ts";
import { type RandomSeed, randomUniform } from "./random.ts";

/** Settings of a dropout layer. */
export interface DropoutOptions {
  readonly name: string;
  /** Share of the inputs that become 0; the others grow by 1/(1 − rate), so that the mean stays. */
  readonly rate: number;
}

/**
 * Any shape to the same shape. Inference leaves inputs as they are. Saved models hold it as stock
 * "Dropout", which they are opened with.
 */
export class Dropout extends tf.layers.Layer {
  static className = "Dropout";
  /** Masks drawn so far: set it to go on where another run stopped. */
  draws = 0;
  readonly #rate: number;
  readonly #seed: number;

  constructor({ name, rate }: DropoutOptions, rng: Rng) {
    if (!(rate >= 0 && rate < 1)) {
      throw new RangeError(`Cannot build dropout "${name}": expected 0 ≤ rate < 1, got ${rate}`);
    }
    super({ name });
    this.supportsMasking = true;
    this.#rate = rate;
    this.#seed = rng.nextSeed();
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return inputShape;
  }

  override call(
    inputs: tf.Tensor | tf.Tensor[],
    { training = false }: { readonly training?: boolean },
  ): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (!training || this.#rate === 0) return x.clone();
    return dropped(x, this.#rate, [this.#seed, this.draws++ >>> 0]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate };
  }
}

/** x times a mask of 0 and 1/(1 − rate), which the seed decides. The caller owns the result. */
function dropped(x: tf.Tensor, rate: number, seed: RandomSeed): tf.Tensor {
  const op = tf.customGrad((x, save) => {
    const passed = randomUniform((x as tf.Tensor).shape, seed).greaterEqual(rate);
    const mask = passed.cast("float32").mul(1 / (1 - rate));
    (save as tf.GradSaveFunc)([mask]);
    return { value: mask.mul(x as tf.Tensor), gradFunc: (dy, [mask]) => dy.mul(mask!) };
  });
  return op(x);
}
