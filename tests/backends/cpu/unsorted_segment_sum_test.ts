import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { installCpuKernels } from "../../../src/backends/cpu/install.ts";

await tf.setBackend("cpu");
const stock = tf.getKernel("UnsortedSegmentSum", "cpu").kernelFunc;
installCpuKernels();
const ours = tf.getKernel("UnsortedSegmentSum", "cpu").kernelFunc;

const cases = [
  { name: "rows", shape: [9, 4], ids: [0, 3, 3, 1, 0, 6, 3, 3, 1], segments: 7 },
  { name: "numbers", shape: [4], ids: [2, 0, 2, 2], segments: 3 },
  { name: "matrices", shape: [3, 2, 3], ids: [1, 1, 0], segments: 2 },
  { name: "rows of no segment", shape: [4, 2], ids: [-1, 0, 5, 1], segments: 3 },
];

for (const { name, shape, ids, segments } of cases) {
  Deno.test(`UnsortedSegmentSum on the cpu equals the stock one: ${name}`, () => {
    tf.tidy(() => {
      const x = tf.randomNormal(shape, 0, 1, "float32", 3);
      const segmentIds = tf.tensor1d(ids, "int32");
      const [expected, got] = [stock, ours].map((kernel) => {
        const attrs = { numSegments: segments };
        const inputs = { x, segmentIds };
        const info = kernel({ inputs, backend: tf.backend(), attrs }) as tf.TensorInfo;
        assertEquals(info.shape, [segments, ...shape.slice(1)]);
        return tf.engine().makeTensorFromTensorInfo(info).dataSync();
      }) as [Float32Array, Float32Array];
      for (const [i, value] of expected.entries()) {
        assert(Math.abs(value - got[i]!) < 1e-6, `expected ${value}, got ${got[i]} at ${i}`);
      }
    });
  });
}
