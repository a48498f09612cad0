/**
 * Adam's update as one kernel: twelve stock ops a variable become one pass over memory. A backend
 * that registers `ADAM_KERNEL` is used; the stock `cpu` backend gets it here, the others compose.
 */
import * as tf from "@tensorflow/tfjs";

/** Takes x, m, v, gradient of one shape and `AdamAttributes`; returns the new x, m, v. */
export const ADAM_KERNEL = "AtelierAdam";

export interface AdamAttributes {
  /** lr·√(1 − β2ᵗ)/(1 − β1ᵗ). */
  readonly rate: number;
  /** ε·√(1 − β2ᵗ). */
  readonly epsilon: number;
  readonly oneMinusBeta1: number;
  readonly oneMinusBeta2: number;
}

/** What this kernel needs of the cpu backend, whose class the package's types do not export. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
}

/**
 * New arrays rather than the old ones rewritten: a clone shares its original's array, so that
 * writing in place would change snapshots that someone still holds.
 */
function adamOnCpu(values: Record<string, Float32Array>, attributes: AdamAttributes) {
  const { rate, epsilon, oneMinusBeta1, oneMinusBeta2 } = attributes;
  const { x, m, v, gradient } = values as Record<"x" | "m" | "v" | "gradient", Float32Array>;
  const newX = new Float32Array(x.length);
  const newM = new Float32Array(x.length);
  const newV = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const g = gradient[i]!;
    const first = m[i]! + (g - m[i]!) * oneMinusBeta1;
    const second = v[i]! + (g * g - v[i]!) * oneMinusBeta2;
    newM[i] = first;
    newV[i] = second;
    newX[i] = x[i]! - rate * first / (Math.sqrt(second) + epsilon);
  }
  return [newX, newM, newV];
}

tf.registerKernel({
  kernelName: ADAM_KERNEL,
  backendName: "cpu",
  kernelFunc: ({ inputs, attrs, backend }) => {
    const cpu = backend as CpuBackend;
    const values: Record<string, Float32Array> = {};
    for (const [name, info] of Object.entries(inputs)) {
      values[name] = cpu.data.get(info!.dataId).values;
    }
    const attributes = attrs as unknown as AdamAttributes;
    return adamOnCpu(values, attributes).map((data) =>
      cpu.makeTensorInfo(inputs.x!.shape, "float32", data)
    );
  },
});
