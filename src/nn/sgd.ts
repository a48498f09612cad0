/**
 * Stochastic gradient descent with momentum: Polyak (1964); Nesterov's as Sutskever et al. (2013), §2,
 * https://proceedings.mlr.press/v28/sutskever13.html, in the form of PyTorch.
 */
import * as tf from "@tensorflow/tfjs";
import type { SgdAttributes } from "./kernel_names.ts";
import { hasKernel, runKernel } from "./kernels.ts";
import { SlotOptimizer, updateEach } from "./optimizer.ts";
import type { NamedVariable } from "./weights.ts";

/** The settings of SGD. */
export interface SgdOptions {
  readonly learningRate: number;
  /** 0 unless told: the gradient alone. */
  readonly momentum?: number;
  /** Whether the momentum looks ahead. */
  readonly nesterov?: boolean;
}

/** v ← momentum·v + g; x ← x − learningRate·v. Its state is the velocities: `v/up1/kernel`. */
export class Sgd extends SlotOptimizer {
  readonly #options: Required<SgdOptions>;

  /** Borrows the variables. Their names name their velocities in `state`. */
  constructor(variables: readonly NamedVariable[], options: SgdOptions) {
    super(variables, ["v"]);
    this.#options = { momentum: 0, nesterov: false, ...options };
  }

  protected override updated(tensors: tf.Tensor[]): tf.Tensor[] {
    const { learningRate, momentum, nesterov } = this.#options;
    const attributes = { learningRate, momentum, nesterov };
    return hasKernel("AtelierSgd")
      ? runKernel("AtelierSgd", tensors, attributes)
      : composed(tensors, attributes);
  }
}

type Parameter = [x: tf.Tensor, v: tf.Tensor, gradient: tf.Tensor];

function composed(tensors: tf.Tensor[], attributes: SgdAttributes): tf.Tensor[] {
  const learningRate = tf.scalar(attributes.learningRate);
  const momentum = tf.scalar(attributes.momentum);
  return updateEach<Parameter>(tensors, 3, (x, v, gradient) => {
    const newV = v.mul(momentum).add(gradient);
    const step = attributes.nesterov ? newV.mul(momentum).add(gradient) : newV;
    return [x.sub(step.mul(learningRate)), newV];
  });
}
