import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { installCpuKernels } from "../../../src/backends/cpu/install.ts";

await tf.setBackend("cpu");
const stock = tf.getKernel("Conv2DBackpropFilter", "cpu").kernelFunc;
installCpuKernels();
const ours = tf.getKernel("Conv2DBackpropFilter", "cpu").kernelFunc;

const cases = [
  { name: "DCGAN's", size: [6, 6], filter: [4, 4, 3, 5], strides: 2, pad: "same" },
  { name: "odd", size: [7, 5], filter: [3, 2, 2, 3], strides: [1, 2], pad: "valid" },
  { name: "explicitly padded", size: [5, 5], filter: [3, 3, 1, 1], strides: 1, pad: 2 },
] as const;

for (const { name, size, filter, strides, pad } of cases) {
  Deno.test(`Conv2DBackpropFilter on the cpu equals the stock one: ${name}`, () => {
    tf.tidy(() => {
      const x = tf.randomNormal([2, ...size, filter[2]], 0, 1, "float32", 3) as tf.Tensor4D;
      const w = tf.zeros([...filter]) as tf.Tensor4D;
      const side = strides as number | [number, number];
      const shape = tf.conv2d(x, w, side, pad).shape;
      const dy = tf.randomNormal(shape, 0, 1, "float32", 4);
      const attrs = { strides: side, pad, dataFormat: "NHWC", filterShape: [...filter] };
      const run = (kernel: tf.KernelFunc) => {
        const info = kernel({ inputs: { x, dy }, backend: tf.backend(), attrs }) as tf.TensorInfo;
        assertEquals(info.shape, [...filter]);
        return tf.engine().makeTensorFromTensorInfo(info).dataSync();
      };
      const [expected, got] = [run(stock), run(ours)];
      for (const [i, value] of expected.entries()) {
        assert(Math.abs(value - got[i]!) < 1e-5, `expected ${value}, got ${got[i]} at ${i}`);
      }
    });
  });
}

Deno.test("installCpuKernels() installs once", () => {
  installCpuKernels();
  assertEquals(tf.getKernel("Conv2DBackpropFilter", "cpu").kernelFunc, ours);
  assert(ours !== stock);
});
