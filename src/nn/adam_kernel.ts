/**
 * Adam's update as one kernel: twelve stock ops a variable become one pass over memory. Backends `cpu`
 * and `webgpu` get it here; `simd` has its own.
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { adamOnWebGpu } from "./adam_webgpu.ts";
import type { AdamAttributes, KernelName } from "./kernel_names.ts";

/** A variable, its moments and its gradient, all of one shape. */
export type AdamInputs = Readonly<Record<"x" | "m" | "v" | "gradient", tf.TensorInfo>>;

/** What this kernel needs of the cpu backend, whose class the package's types do not export. */
interface CpuBackend {
  readonly data: { get(dataId: object): { values: Float32Array } };
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
}

/**
 * New arrays rather than the old ones rewritten: a clone shares its original's array, so that
 * writing in place would change snapshots that someone still holds.
 */
function adamOnCpu(
  backend: CpuBackend,
  inputs: AdamInputs,
  { rate, epsilon, oneMinusBeta1, oneMinusBeta2 }: AdamAttributes,
): tf.TensorInfo[] {
  const values = (input: tf.TensorInfo) => backend.data.get(input.dataId).values;
  const [x, m, v, gradient] = [inputs.x, inputs.m, inputs.v, inputs.gradient].map(values) as [
    ...[Float32Array, Float32Array, Float32Array, Float32Array],
  ];
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
  const { shape } = inputs.x;
  return [newX, newM, newV].map((data) => backend.makeTensorInfo(shape, "float32", data));
}

/** [x0, m0, v0, g0, x1, …] by parameter. The types of tfjs know no kernel that takes an array. */
function parameters(inputs: tf.NamedTensorInfoMap): AdamInputs[] {
  const list = inputs as unknown as readonly tf.TensorInfo[];
  return Array.from({ length: list.length / 4 }, (_, i) => {
    const [x, m, v, gradient] = list.slice(4 * i, 4 * i + 4) as [
      ...[tf.TensorInfo, tf.TensorInfo, tf.TensorInfo, tf.TensorInfo],
    ];
    return { x, m, v, gradient };
  });
}

function register<Backend>(
  backendName: string,
  update: (backend: Backend, inputs: AdamInputs, attributes: AdamAttributes) => tf.TensorInfo[],
): void {
  tf.registerKernel({
    kernelName: "AtelierAdam" satisfies KernelName,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const attributes = attrs as unknown as AdamAttributes;
      return parameters(inputs).flatMap((own) => update(backend as Backend, own, attributes));
    },
  });
}

register<CpuBackend>("cpu", adamOnCpu);
register<WebGPUBackend>("webgpu", adamOnWebGpu);
