/**
 * Projection: the latent whose picture is nearest to a given one, by gradient descent from several
 * starts at once.
 *
 * Schedules of step size and noise are those of StyleGAN2's projector (Karras et al., 2020, Appendix D,
 * https://arxiv.org/abs/1912.04958); it moves w, here z itself is moved, held at a typical length.
 */
import * as tf from "@tensorflow/tfjs";
import type { ImageBatch } from "../core/images.ts";
import { Rng } from "../core/rng.ts";
import { installGradients } from "../nn/gradients.ts";
import type { Generator } from "./generator.ts";
import { type LatentBatch, latentsIn, stackLatents, type Vector } from "./latents.ts";
import { featureLoss, type FeatureMaps, lengthPrior, pyramidLoss } from "./projection_loss.ts";

/** Settings of a projection. */
export interface ProjectionOptions {
  readonly steps: number;
  /** Starts that are moved side by side. */
  readonly restarts: number;
  /** Random latents of which the nearest are the starts; at least `restarts`. */
  readonly candidates: number;
  readonly seed: number;
  /** Adam's largest step size; 0.1 in the paper. */
  readonly learningRate: number;
  /** Standard deviation of the noise that z begins with; 0.05 of w's own in the paper. */
  readonly noise: number;
  /** Weight of the length prior. */
  readonly prior: number;
  /** Feature maps to compare besides pixels, and their weight; null for pixels alone. */
  readonly features: { readonly maps: FeatureMaps; readonly weight: number } | null;
}

/** The paper's shares of all steps: step sizes rise and fall over these, noise is gone after that. */
const RAMP_UP = 0.05;
const RAMP_DOWN = 0.25;
const NOISE_UNTIL = 0.75;
/** Adam's constants (Kingma & Ba, 2015). */
const [BETA1, BETA2, ADAM_EPSILON] = [0.9, 0.999, 1e-8];
/** Candidates drawn at once. */
const AT_ONCE = 64;

/** How a projection stands after a step. */
export interface ProjectionStep {
  /** From 1. */
  readonly step: number;
  /** Of every restart, before the step: pixels, features and prior together, with noise. */
  readonly losses: Float32Array;
}

/** What one start came to. */
export interface ProjectedLatent {
  /** [Z]. */
  readonly z: Vector;
  /** Pixels, features and prior together, without noise. */
  readonly loss: number;
  /** Mean squared error of pixels in [-1, 1]. */
  readonly squaredError: number;
}

/** The step size at `step` of `steps`, from 0: a short rise, and a fall along a cosine. */
export function learningRateAt(step: number, steps: number, largest: number): number {
  const t = step / steps;
  const fall = Math.min(1, (1 - t) / RAMP_DOWN);
  return largest * (0.5 - 0.5 * Math.cos(fall * Math.PI)) * Math.min(1, (t + 1 / steps) / RAMP_UP);
}

/** The noise at `step` of `steps`, from 0. */
export function noiseAt(step: number, steps: number, largest: number): number {
  return largest * Math.max(0, 1 - step / steps / NOISE_UNTIL) ** 2;
}

/** Peak signal-to-noise ratio in dB of images in [-1, 1]. */
export function psnrOf(squaredError: number): number {
  return 10 * Math.log10(4 / squaredError);
}

/** Adam on the host, over all latents at once: they are few, and one step needs no device. */
class HostAdam {
  readonly #m: Float64Array;
  readonly #v: Float64Array;
  #steps = 0;

  constructor(length: number) {
    this.#m = new Float64Array(length);
    this.#v = new Float64Array(length);
  }

  /** Moves `values` down `gradient`, in place. */
  step(values: Vector, gradient: ArrayLike<number>, learningRate: number): void {
    this.#steps++;
    const [unbias1, unbias2] = [1 - BETA1 ** this.#steps, 1 - BETA2 ** this.#steps];
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]!;
      this.#m[i] = BETA1 * this.#m[i]! + (1 - BETA1) * g;
      this.#v[i] = BETA2 * this.#v[i]! + (1 - BETA2) * g * g;
      const size = Math.sqrt(this.#v[i]! / unbias2) + ADAM_EPSILON;
      values[i]! -= learningRate * this.#m[i]! / unbias1 / size;
    }
  }
}

/** Losses of latents against one image, on the device. Owns the image. */
class Objective implements Disposable {
  readonly #target: tf.Tensor4D;

  constructor(
    private readonly generator: Generator,
    target: ImageBatch,
    private readonly options: ProjectionOptions,
  ) {
    const { size, channels } = generator;
    if (target.count !== 1 || target.size !== size || target.channels !== channels) {
      throw new RangeError(
        `Cannot project: expected one image of ${size}×${size}×${channels}, got ${target.count} of ` +
          `${target.size}×${target.size}×${target.channels}`,
      );
    }
    this.#target = tf.tensor4d(target.pixels, [1, size, size, channels]);
  }

  /** Loss of each latent [B, Z], and the squared error of its pixels. */
  async measure(z: Vector): Promise<Measured> {
    const tensors = tf.tidy((): tf.Tensor[] => [...this.#losses(this.#latents(z))]);
    return await this.#read(tensors);
  }

  /** The same, and the gradient of all losses together, [B, Z]. */
  async differentiate(z: Vector): Promise<Measured & { readonly gradient: Float32Array }> {
    const [losses, errors, gradient] = tf.tidy((): tf.Tensor[] => {
      let each: readonly tf.Tensor1D[] = [];
      const total = (x: tf.Tensor) => {
        each = this.#losses(x as tf.Tensor2D).map((tensor) => tf.keep(tensor));
        return each[0]!.sum();
      };
      const gradient = tf.grad(total)(this.#latents(z));
      return [...each, gradient];
    });
    const values = gradient!.data<"float32">();
    try {
      return { ...await this.#read([losses!, errors!]), gradient: await values };
    } finally {
      gradient!.dispose();
    }
  }

  #latents(z: Vector): tf.Tensor2D {
    const { latentDim } = this.generator;
    return tf.tensor2d(z, [z.length / latentDim, latentDim]);
  }

  /** Reads losses and squared errors back, and frees them. */
  async #read(tensors: readonly tf.Tensor[]): Promise<Measured> {
    try {
      const [losses, squaredErrors] = await Promise.all(
        tensors.map(async (tensor) => new Float32Array(await tensor.data<"float32">())),
      );
      return { losses: losses!, squaredErrors: squaredErrors! };
    } finally {
      tf.dispose([...tensors]);
    }
  }

  #losses(z: tf.Tensor2D): readonly [losses: tf.Tensor1D, squaredErrors: tf.Tensor1D] {
    const { prior, features } = this.options;
    const images = this.generator.model.apply(z, { training: false }) as tf.Tensor4D;
    const errors = images.sub(this.#target).square().mean<tf.Tensor1D>([1, 2, 3]);
    let losses = pyramidLoss(images, this.#target).add<tf.Tensor1D>(lengthPrior(z).mul(prior));
    if (features !== null) {
      const seen = featureLoss(images, this.#target, features.maps);
      losses = losses.add(seen.mul(features.weight));
    }
    return [losses, errors];
  }

  [Symbol.dispose](): void {
    this.#target.dispose();
  }
}

/** Of several latents, [B] each. */
interface Measured {
  readonly losses: Float32Array;
  readonly squaredErrors: Float32Array;
}

/** The random latents whose pictures are nearest, nearest first. */
async function nearestCandidates(
  objective: Objective,
  latentDim: number,
  { candidates, restarts, seed }: ProjectionOptions,
): Promise<LatentBatch> {
  const rng = new Rng(seed, "projection candidates");
  const all: { readonly z: Vector; readonly loss: number }[] = [];
  while (all.length < Math.max(candidates, restarts)) {
    const values = rng.fillNormal(new Float32Array(AT_ONCE * latentDim));
    const { losses } = await objective.measure(values);
    latentsIn({ values, count: AT_ONCE }).forEach((z, i) => all.push({ z, loss: losses[i]! }));
  }
  all.sort((a, b) => a.loss - b.loss);
  return stackLatents(all.slice(0, restarts).map(({ z }) => z));
}

/**
 * Projects one image, of the generator's size and channels, into its latent space. Yields after every
 * step; returns what each restart came to, nearest first. The same seed gives the same result on one
 * device. Borrows the generator. Throws a RangeError for an image that does not fit, and for losses
 * that are not finite.
 */
export async function* project(
  generator: Generator,
  target: ImageBatch,
  options: ProjectionOptions,
): AsyncGenerator<ProjectionStep, readonly ProjectedLatent[]> {
  installGradients();
  const { steps, seed } = options;
  using objective = new Objective(generator, target, options);
  const { values: z } = await nearestCandidates(objective, generator.latentDim, options);
  const adam = new HostAdam(z.length);
  const rng = new Rng(seed, "projection noise");
  for (let step = 0; step < steps; step++) {
    const noise = noiseAt(step, steps, options.noise);
    const noisy = noise === 0 ? z : z.map((value) => value + noise * rng.normal());
    const { losses, gradient } = await objective.differentiate(noisy);
    if (!losses.every(Number.isFinite)) {
      throw new RangeError(
        `Cannot project: expected finite losses, got ${losses.join(", ")} at step ${
          step + 1
        }. Pass a ` +
          "smaller learning rate",
      );
    }
    adam.step(z, gradient, learningRateAt(step, steps, options.learningRate));
    yield { step: step + 1, losses };
  }
  const { losses, squaredErrors } = await objective.measure(z);
  return latentsIn({ values: z, count: options.restarts })
    .map((one, i) => ({ z: one.slice(), loss: losses[i]!, squaredError: squaredErrors[i]! }))
    .sort((a, b) => a.loss - b.loss);
}
