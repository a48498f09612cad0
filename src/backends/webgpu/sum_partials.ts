/** The second pass of a split sum. */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import { components, int32, type Shape4D } from "./geometry.ts";

/** Adds up the rows of partials [splits, size] into a tensor of `shape`, always in the same order. */
export function sumPartials(
  backend: WebGPUBackend,
  partials: tf.TensorInfo,
  shape: Shape4D,
): tf.TensorInfo {
  const [splits, size] = partials.shape as [number, number];
  const width = components(size);
  const type = width === 4 ? "vec4<f32>" : "f32";
  const program: WebGPUProgram = {
    variableNames: ["partials"],
    variableComponents: [width],
    outputComponent: width,
    uniforms: "splits : i32,",
    workgroupSize: [64, 1, 1],
    size: true,
    outputShape: shape,
    dispatchLayout: { x: [0, 1, 2, 3] },
    dispatch: [Math.ceil(size / width / 64), 1, 1],
    shaderKey: `atelierSumPartials_${width}`,
    getUserCode: () => `
      fn main(index: i32) {
        if (index >= uniforms.size) { return; }
        var total = ${type}(0.0);
        for (var i = 0; i < uniforms.splits; i++) {
          total += partials[i * uniforms.size + index];
        }
        result[index] = total;
      }`,
  };
  return backend.runWebGPUProgram(program, [partials], "float32", [int32(splits)]);
}
