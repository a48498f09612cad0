/**
 * RMSProp. Tieleman & Hinton (2012), lecture 6.5 of "Neural Networks for Machine Learning",
 * https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf, with PyTorch's momentum.
 */
import * as tf from "@tensorflow/tfjs";
import type { RmsPropAttributes } from "./kernel_names.ts";
import { hasKernel, runKernel } from "./kernels.ts";
import { SlotOptimizer, updateEach } from "./optimizer.ts";
import type { NamedVariable } from "./weights.ts";

/** The settings of RMSProp. */
export interface RmsPropOptions {
  readonly learningRate: number;
  /** Weight of the past in the mean square of gradients. 0.9 unless told, as in the lecture. */
  readonly decay?: number;
  /** 0 unless told. */
  readonly momentum?: number;
  /** Added to the root of the mean square. 1e-8 unless told. */
  readonly epsilon?: number;
}

/**
 * s ← decay·s + (1 − decay)·g²; v ← momentum·v + g/(√s + ε); x ← x − learningRate·v. Its state is mean
 * squares and velocities: `s/up1/kernel`, `v/up1/kernel`.
 */
export class RmsProp extends SlotOptimizer {
  readonly #options: RmsPropAttributes;

  /** Borrows the variables. Their names name what it keeps for them in `state`. */
  constructor(variables: readonly NamedVariable[], options: RmsPropOptions) {
    super(variables, ["s", "v"]);
    this.#options = { decay: 0.9, momentum: 0, epsilon: 1e-8, ...options };
  }

  protected override updated(tensors: tf.Tensor[]): tf.Tensor[] {
    return hasKernel("AtelierRmsProp")
      ? runKernel("AtelierRmsProp", tensors, this.#options)
      : composed(tensors, this.#options);
  }
}

type Parameter = [x: tf.Tensor, s: tf.Tensor, v: tf.Tensor, gradient: tf.Tensor];

function composed(tensors: tf.Tensor[], attributes: RmsPropAttributes): tf.Tensor[] {
  const learningRate = tf.scalar(attributes.learningRate);
  const oneMinusDecay = tf.scalar(1 - attributes.decay);
  const momentum = tf.scalar(attributes.momentum);
  const epsilon = tf.scalar(attributes.epsilon);
  return updateEach<Parameter>(tensors, 4, (x, s, v, gradient) => {
    const newS = s.add(gradient.square().sub(s).mul(oneMinusDecay));
    const newV = v.mul(momentum).add(gradient.div(newS.sqrt().add(epsilon)));
    return [x.sub(newV.mul(learningRate)), newS, newV];
  });
}
