/**
 * Adam with a state that can be saved. Kingma & Ba (2015), https://arxiv.org/abs/1412.6980
 *
 * TensorFlow.js' own keeps its powers of β as float32 products, so that they drift, and restores
 * them by `pow`, so that a resumed run differs in its last bits from one that never stopped. Here the
 * whole state is the moments and one integer.
 */
import * as tf from "@tensorflow/tfjs";
import { type NamedVariable, under } from "./weights.ts";
import { ADAM_KERNEL, type AdamAttributes } from "./adam_kernel.ts";

/** The settings of Adam. */
export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  /** 0.999 unless told, as in the paper. */
  readonly beta2?: number;
  /** Added to √v̂, the bias-corrected second moment. 1e-8 unless told, as in the paper. */
  readonly epsilon?: number;
}

interface Slot extends NamedVariable {
  readonly m: tf.Variable;
  readonly v: tf.Variable;
}

const zerosLike = (variable: tf.Variable) =>
  tf.tidy(() => tf.variable(tf.zeros(variable.shape), false));

/** Updates the variables it was made for. Owns two moments for each, and nothing else. */
export class Adam {
  readonly #slots: readonly Slot[];
  readonly #options: Required<AdamOptions>;
  #steps = 0;

  /** Borrows the variables. Their names name their moments in `state`. */
  constructor(variables: readonly NamedVariable[], options: AdamOptions) {
    this.#options = { beta2: 0.999, epsilon: 1e-8, ...options };
    this.#slots = variables.map(({ name, variable }) => ({
      name,
      variable,
      m: zerosLike(variable),
      v: zerosLike(variable),
    }));
  }

  /** Updates so far. Besides `state`, all that resuming needs. */
  get steps(): number {
    return this.#steps;
  }

  set steps(steps: number) {
    if (!Number.isSafeInteger(steps) || steps < 0) {
      throw new RangeError(`Cannot restore Adam: expected a count of updates, got ${steps}`);
    }
    this.#steps = steps;
  }

  /** The variables that it moves. */
  get variables(): tf.Variable[] {
    return this.#slots.map(({ variable }) => variable);
  }

  /** First and second moments: `m/up1/kernel`, `v/up1/kernel`. To read, and to write on resuming. */
  get state(): NamedVariable[] {
    return [
      ...under("m", this.#slots.map(({ name, m }) => ({ name, variable: m }))),
      ...under("v", this.#slots.map(({ name, v }) => ({ name, variable: v }))),
    ];
  }

  /**
   * One update (algorithm 1). Borrows the gradients, by `variable.name` as `tf.variableGrads` returns
   * them. Throws a RangeError where one is missing: a variable that the loss does not reach.
   */
  apply(gradients: tf.NamedTensorMap): void {
    for (const { name, variable } of this.#slots) {
      if (!gradients[variable.name]) {
        throw new RangeError(`Cannot update "${name}": the loss does not depend on it`);
      }
    }
    this.#steps += 1;
    const { learningRate, beta1, beta2, epsilon } = this.#options;
    // Both bias corrections go into the step size and ε: lr·m̂/(√v̂ + ε) = rate·m/(√v + ε̂) (§2).
    const correction1 = 1 - beta1 ** this.#steps;
    const correction2 = Math.sqrt(1 - beta2 ** this.#steps);
    const attributes = {
      rate: learningRate * correction2 / correction1,
      epsilon: epsilon * correction2,
      oneMinusBeta1: 1 - beta1,
      oneMinusBeta2: 1 - beta2,
    };
    tf.tidy(() => {
      const update = tf.getKernel(ADAM_KERNEL, tf.getBackend()) ? fused : composed(attributes);
      for (const { variable, m, v } of this.#slots) {
        const inputs = { x: variable, m, v, gradient: gradients[variable.name]! };
        const [newX, newM, newV] = update(inputs, attributes);
        variable.assign(newX);
        m.assign(newM);
        v.assign(newV);
      }
    });
  }

  /** Frees the moments; the variables stay. */
  dispose(): void {
    for (const { m, v } of this.#slots) tf.dispose([m, v]);
  }
}

type Inputs = Record<"x" | "m" | "v" | "gradient", tf.Tensor>;
type Updated = [x: tf.Tensor, m: tf.Tensor, v: tf.Tensor];

/** One pass over memory, where the backend has the kernel. */
const fused = (inputs: Inputs, attributes: AdamAttributes): Updated =>
  tf.engine().runKernel(ADAM_KERNEL, inputs, { ...attributes }) as Updated;

/** Stock ops, for every other backend. The scalars are made once for all variables. */
function composed(attributes: AdamAttributes): (inputs: Inputs) => Updated {
  const rate = tf.scalar(attributes.rate);
  const epsilon = tf.scalar(attributes.epsilon);
  const oneMinusBeta1 = tf.scalar(attributes.oneMinusBeta1);
  const oneMinusBeta2 = tf.scalar(attributes.oneMinusBeta2);
  return ({ x, m, v, gradient }) =>
    tf.tidy(() => {
      const newM = m.add(gradient.sub(m).mul(oneMinusBeta1));
      const newV = v.add(gradient.square().sub(v).mul(oneMinusBeta2));
      return [x.sub(newM.mul(rate).div(newV.sqrt().add(epsilon))), newM, newV];
    });
}
