/**
 * Kernels of our own: what they are called, take and give. A backend that registers one makes the ops of
 * this folder faster; where it does not, they are composed of stock ops, to the same numbers but for
 * rounding. All tensors are float32; `[…]` around inputs says that the kernel takes an array of them,
 * as Concat does.
 */

/** Settings of each kernel, by its name. */
export interface KernelAttributes {
  /** [x0, m0, v0, g0, x1, …] → [x0′, m0′, v0′, x1′, …]: Adam's update of every parameter. */
  readonly AtelierAdam: AdamAttributes;
  /** [x0, v0, g0, x1, …] → [x0′, v0′, x1′, …]: v′ = momentum·v + g. */
  readonly AtelierSgd: SgdAttributes;
  /** [x0, s0, v0, g0, x1, …] → [x0′, s0′, v0′, x1′, …]. */
  readonly AtelierRmsProp: RmsPropAttributes;
  /** [a0, b0, a1, b1, …] → [a0 + (b0 − a0)·weight, …]. */
  readonly AtelierLerp: { readonly weight: number };
  /** {x [..., C], gamma [C], beta [C]} → [y, mean [C], variance [C]], the variance biased. */
  readonly AtelierBatchNorm: EpsilonAttribute;
  /** {x, dy, mean, variance, gamma} → [dx, dgamma, dbeta], through the moments as well. */
  readonly AtelierBatchNormGradient: EpsilonAttribute;
  /** {value, dy} → dx; `value` is the activation's output for elu, tanh, sigmoid, else its input. */
  readonly AtelierActivationGradient: ActivationAttributes;
  /** {x, alpha, dy} → [dx, dalpha]; alpha is broadcast as `tf.prelu` does it. */
  readonly AtelierPreluGradient: NoAttributes;
  /** {x [B, T, D], kernel, recurrentKernel, bias} → [h [B, T, U], c [B, T, U], gates [B, T, 4U]]. */
  readonly AtelierLstm: { readonly reverse: boolean };
  /** {x, kernel, recurrentKernel, h, c, gates, dh} → [dx, dkernel, drecurrentKernel, dbias]. */
  readonly AtelierLstmGradient: { readonly reverse: boolean };
  /**
   * {x [B, T, D], kernel [D, 3U], recurrentKernel, bias [3U], or [2, 3U] with `resetAfter`} → [h [B, T,
   * U], gates [B, T, 4U]]: z, r and h̃ after their nonlinearities, then r∘h₋₁, or h₋₁·U_h + b′_h with
   * `resetAfter`. See gru.ts.
   */
  readonly AtelierGru: GruAttributes;
  /** {x, kernel, recurrentKernel, h, gates, dh} → [dx, dkernel, drecurrentKernel, dbias]. */
  readonly AtelierGruGradient: GruAttributes;
  /** {logits [B, N], labels [B, N]} → [loss [B], softmax [B, N]]. */
  readonly AtelierSoftmaxCrossEntropy: NoAttributes;
  /** {} → a tensor of `shape`. */
  readonly AtelierRandom: RandomAttributes;
  /** {x}, NHWC, in TensorFlow's order of channels. */
  readonly AtelierDepthToSpace: { readonly blockSize: number };
  readonly AtelierSpaceToDepth: { readonly blockSize: number };
}

/** What one of our kernels is called. */
export type KernelName = keyof KernelAttributes;

/** Every kernel of ours. Backends, which may not import this, repeat the names. */
export const KERNEL_NAMES: readonly KernelName[] = Object.keys(
  {
    AtelierAdam: true,
    AtelierSgd: true,
    AtelierRmsProp: true,
    AtelierLerp: true,
    AtelierBatchNorm: true,
    AtelierBatchNormGradient: true,
    AtelierActivationGradient: true,
    AtelierPreluGradient: true,
    AtelierLstm: true,
    AtelierLstmGradient: true,
    AtelierGru: true,
    AtelierGruGradient: true,
    AtelierSoftmaxCrossEntropy: true,
    AtelierRandom: true,
    AtelierDepthToSpace: true,
    AtelierSpaceToDepth: true,
  } satisfies Record<KernelName, true>,
) as KernelName[];

type NoAttributes = Readonly<Record<never, never>>;

/** x′ = x − rate·m′/(√v′ + epsilon); m′ = m + (g − m)·oneMinusBeta1; v′ = v + (g² − v)·oneMinusBeta2. */
export interface AdamAttributes {
  /** lr·√(1 − β2ᵗ)/(1 − β1ᵗ). */
  readonly rate: number;
  /** ε·√(1 − β2ᵗ). */
  readonly epsilon: number;
  readonly oneMinusBeta1: number;
  readonly oneMinusBeta2: number;
}

/** x′ = x − learningRate·v′, or with `nesterov` x − learningRate·(g + momentum·v′). */
export interface SgdAttributes {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** s′ = s + (g² − s)·(1 − decay); v′ = momentum·v + g/(√s′ + epsilon); x′ = x − learningRate·v′. */
export interface RmsPropAttributes {
  readonly learningRate: number;
  readonly decay: number;
  readonly momentum: number;
  readonly epsilon: number;
}

/** What is added to a variance before its root is taken. */
export interface EpsilonAttribute {
  readonly epsilon: number;
}

/** `alpha` is leakyrelu's slope below 0; the others ignore it. */
export interface ActivationAttributes {
  readonly activation: "relu" | "relu6" | "leakyrelu" | "elu" | "tanh" | "sigmoid" | "softplus";
  readonly alpha: number;
}

/** `resetAfter` as Keras has it: whether the reset gate acts after the recurrent product. */
export interface GruAttributes {
  readonly reverse: boolean;
  readonly resetAfter: boolean;
}

/**
 * Philox4x32-10 with `seed` as its key. Elements 4k to 4k + 3 come of the four words w of counter
 * [k, 0, 0, 0]. With uᵢ = (wᵢ ≫ 8)·2⁻²⁴, in [0, 1), uniform elements are u₀, u₁, u₂, u₃; normal ones are, by
 * Box and Muller, r·cos 2πu₁, r·sin 2πu₁ where r = √(−2·ln(1 − u₀)), and likewise of u₂ and u₃.
 */
export interface RandomAttributes {
  readonly shape: readonly number[];
  readonly distribution: "normal" | "uniform";
  readonly seed: readonly [number, number];
}
