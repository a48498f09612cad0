/**
 * Adam's update on WebGPU: three launches a variable, where stock ops take twelve. A DCGAN has some
 * twenty variables, and a launch costs more than the arithmetic of most of them.
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import type { AdamInputs } from "./adam_kernel.ts";
import type { AdamAttributes } from "./kernel_names.ts";

/** A program writes one tensor, so each output has its own; what they share is recomputed. */
const outputs = {
  x: { reads: ["x", "m", "v", "gradient"], value: "x[i] - uniforms.rate * first / denominator" },
  m: { reads: ["m", "gradient"], value: "first" },
  v: { reads: ["v", "gradient"], value: "second" },
} as const satisfies Record<string, { reads: readonly (keyof AdamInputs)[]; value: string }>;

/** The new x, m and v. The caller owns them. */
export function adamOnWebGpu(
  backend: WebGPUBackend,
  inputs: AdamInputs,
  attributes: AdamAttributes,
): tf.TensorInfo[] {
  const { rate, epsilon, oneMinusBeta1, oneMinusBeta2 } = attributes;
  const uniforms = [rate, epsilon, oneMinusBeta1, oneMinusBeta2].map((value) => ({
    type: "float32",
    data: [value],
  }));
  return (["x", "m", "v"] as const).map((output) => {
    const operands = outputs[output].reads.map((name) => inputs[name]);
    return backend.runWebGPUProgram(program(output, inputs.x), operands, "float32", uniforms);
  });
}

function program(output: keyof typeof outputs, { shape }: tf.TensorInfo): WebGPUProgram {
  const size = shape.reduce((product, side) => product * side, 1);
  const width = size % 4 === 0 ? 4 : 1;
  const type = width === 4 ? "vec4<f32>" : "f32";
  const { reads, value } = outputs[output];
  const first = `let first = m[i] + (g - m[i]) * uniforms.oneMinusBeta1;`;
  const second = `let second = v[i] + (g * g - v[i]) * uniforms.oneMinusBeta2;`;
  return {
    variableNames: [...reads],
    variableComponents: reads.map(() => width),
    outputComponent: width,
    uniforms: "rate : f32, epsilon : f32, oneMinusBeta1 : f32, oneMinusBeta2 : f32,",
    workgroupSize: [256, 1, 1],
    size: true,
    outputShape: shape,
    dispatchLayout: { x: shape.map((_, axis) => axis) },
    dispatch: [Math.ceil(size / width / 256), 1, 1],
    shaderKey: `atelierAdam_${output}_${width}`,
    getUserCode: () => `
      fn main(i: i32) {
        if (i >= uniforms.size) { return; }
        let g = gradient[i];
        ${output === "v" ? "" : first}
        ${output === "m" ? "" : second}
        ${output === "x" ? `let denominator = sqrt(second) + ${type}(uniforms.epsilon);` : ""}
        result[i] = ${value};
      }`,
  };
}
