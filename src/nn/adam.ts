/**
 * Adam with a state that can be saved. Kingma & Ba (2015), https://arxiv.org/abs/1412.6980
 *
 * TensorFlow.js' own keeps its powers of β as float32 products, so that they drift, and restores
 * them by `pow`, so that a resumed run differs in its last bits from one that never stopped. Here the
 * whole state is the moments and one integer.
 */
import * as tf from "@tensorflow/tfjs";
import "./adam_kernel.ts";
import type { AdamAttributes } from "./kernel_names.ts";
import { hasKernel, runKernel } from "./kernels.ts";
import { SlotOptimizer, updateEach } from "./optimizer.ts";
import type { NamedVariable } from "./weights.ts";

/** The settings of Adam. */
export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  /** 0.999 unless told, as in the paper. */
  readonly beta2?: number;
  /** Added to √v̂, the bias-corrected second moment. 1e-8 unless told, as in the paper. */
  readonly epsilon?: number;
}

/** Algorithm 1. Its state is first and second moments: `m/up1/kernel`, `v/up1/kernel`. */
export class Adam extends SlotOptimizer {
  /** The step size of the next update; a schedule may set it. */
  learningRate: number;
  readonly #options: Required<Omit<AdamOptions, "learningRate">>;

  /** Borrows the variables. Their names name their moments in `state`. */
  constructor(variables: readonly NamedVariable[], options: AdamOptions) {
    super(variables, ["m", "v"]);
    const { learningRate, ...rest } = options;
    this.learningRate = learningRate;
    this.#options = { beta2: 0.999, epsilon: 1e-8, ...rest };
  }

  protected override updated(tensors: tf.Tensor[], step: number): tf.Tensor[] {
    const { beta1, beta2, epsilon } = this.#options;
    // Both bias corrections go into the step size and ε: lr·m̂/(√v̂ + ε) = rate·m/(√v + ε̂) (§2).
    const correction1 = 1 - beta1 ** step;
    const correction2 = Math.sqrt(1 - beta2 ** step);
    const attributes = {
      rate: this.learningRate * correction2 / correction1,
      epsilon: epsilon * correction2,
      oneMinusBeta1: 1 - beta1,
      oneMinusBeta2: 1 - beta2,
    };
    return hasKernel("AtelierAdam")
      ? runKernel("AtelierAdam", tensors, attributes)
      : composed(tensors, attributes);
  }
}

type Parameter = [x: tf.Tensor, m: tf.Tensor, v: tf.Tensor, gradient: tf.Tensor];

/** Stock ops, where the backend lacks the kernel. The scalars are made once for all variables. */
function composed(tensors: tf.Tensor[], attributes: AdamAttributes): tf.Tensor[] {
  const rate = tf.scalar(attributes.rate);
  const epsilon = tf.scalar(attributes.epsilon);
  const oneMinusBeta1 = tf.scalar(attributes.oneMinusBeta1);
  const oneMinusBeta2 = tf.scalar(attributes.oneMinusBeta2);
  return updateEach<Parameter>(tensors, 4, (x, m, v, gradient) => {
    const newM = m.add(gradient.sub(m).mul(oneMinusBeta1));
    const newV = v.add(gradient.square().sub(v).mul(oneMinusBeta2));
    return [x.sub(newM.mul(rate).div(newV.sqrt().add(epsilon))), newM, newV];
  });
}
