/**
 * Dropout. Srivastava et al. (2014), https://jmlr.org/papers/v15/srivastava14a.html
 *
 * TensorFlow.js' own layer draws from an unseeded generator, or with a seed the same mask at each call. Here
 * mask k is a function of the seed and k, so that `draws` is all the state there is.
 */
import * as tf from "@tensorflow/tfjs";
import { hash32, type Rng } from "../core/rng.ts";

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
    const seed = (hash32(this.#seed, this.draws++) % 0x7fffffff) + 1; // TensorFlow.js takes 0 for none
    return tf.tidy(() => {
      const uniform = tf.randomUniform(x.shape, 0, 1, "float32", seed);
      const scale = tf.greaterEqual(uniform, this.#rate).cast("float32").div(1 - this.#rate);
      return x.mul(scale);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate };
  }
}
