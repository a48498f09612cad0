/** Our WebGPU convolutions against the stock cpu backend's, over many shapes. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { openDevice } from "../../../src/backends/open.ts";
import { probeDevice } from "../../../src/backends/probe.ts";
import { Rng } from "../../../src/core/rng.ts";
import { webgpu } from "../../webgpu.ts";

type Shape4D = [number, number, number, number];
type Pad = "same" | "valid" | number | tf.backend_util.ExplicitPadding;

interface Convolution {
  readonly x: Shape4D;
  readonly filter: Shape4D;
  readonly strides: [number, number];
  readonly pad: Pad;
}

const KERNELS = ["Conv2D", "FusedConv2D", "Conv2DBackpropFilter", "Conv2DBackpropInput"] as const;

/** Each at the edge of something: one tile exactly, split sums, plain products, fewer taps than stride. */
const chosen: readonly Convolution[] = [
  { x: [2, 8, 8, 16], filter: [4, 4, 16, 64], strides: [2, 2], pad: "same" },
  { x: [4, 32, 32, 3], filter: [4, 4, 3, 8], strides: [2, 2], pad: "same" },
  { x: [5, 4, 4, 12], filter: [4, 4, 12, 1], strides: [1, 1], pad: "valid" },
  { x: [3, 4, 4, 70], filter: [4, 4, 70, 30], strides: [1, 1], pad: "valid" },
  { x: [1, 9, 7, 5], filter: [1, 2, 5, 6], strides: [3, 3], pad: "valid" },
  { x: [1, 1, 1, 1], filter: [1, 1, 1, 1], strides: [1, 1], pad: "same" },
];

function outputShape({ x, filter, strides, pad }: Convolution): number[] {
  return tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, "floor").outShape;
}

function randomConvolution(rng: Rng): Convolution {
  const pick = <T>(values: readonly T[]): T => values[rng.below(values.length)]!;
  const between = (low: number, high: number) => low + rng.below(high - low + 1);
  const [channelsIn, channelsOut] = [
    pick([1, 3, 4, 5, 8, 20, 33]),
    pick([1, 3, 6, 16, 24, 36, 70]),
  ];
  const pads = ["same", "valid", 1, [[0, 0], [1, 2], [0, 1], [0, 0]]] as const;
  return {
    x: [between(1, 4), between(5, 13), between(5, 13), channelsIn],
    filter: [between(1, 5), between(1, 5), channelsIn, channelsOut],
    strides: [between(1, 3), between(1, 3)],
    pad: pick(pads) as Pad,
  };
}

/** What a kernel computes on a backend, for data that the convolution alone decides. */
async function compute(
  backend: string,
  kernel: typeof KERNELS[number],
  convolution: Convolution,
): Promise<Float32Array> {
  await tf.setBackend(backend);
  const { strides, pad } = convolution;
  const rng = new Rng(1, JSON.stringify(convolution));
  const normal = (shape: number[]) =>
    tf.tensor(rng.fillNormal(new Float32Array(shape.reduce((a, b) => a * b))), shape);
  const [x, filter] = [normal(convolution.x), normal(convolution.filter)];
  const dy = normal(outputShape(convolution));
  const { inputs, attrs } = {
    Conv2D: { inputs: { x, filter }, attrs: { dilations: 1 } },
    FusedConv2D: { inputs: { x, filter }, attrs: { dilations: 1, activation: "linear" } },
    Conv2DBackpropFilter: { inputs: { x, dy }, attrs: { filterShape: convolution.filter } },
    Conv2DBackpropInput: { inputs: { dy, filter }, attrs: { inputShape: convolution.x } },
  }[kernel];
  const shared = { strides, pad, dataFormat: "NHWC", dimRoundingMode: "floor" };
  const output = tf.engine().runKernel(
    kernel,
    inputs as unknown as tf.NamedTensorMap,
    { ...shared, ...attrs } as tf.NamedAttrMap,
  );
  const values = await (output as tf.Tensor).data<"float32">();
  tf.dispose([x, filter, dy, output as tf.Tensor]);
  return values;
}

async function assertEqualToCpu(convolution: Convolution): Promise<void> {
  for (const kernel of KERNELS) {
    const expected = await compute("cpu", kernel, convolution);
    const got = await compute("webgpu", kernel, convolution);
    assertEquals(got.length, expected.length);
    const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const difference = expected.reduce((most, v, i) => Math.max(most, Math.abs(v - got[i]!)), 0);
    assert(
      difference <= 1e-4 * scale,
      `${kernel} of ${JSON.stringify(convolution)} differs by ${difference}, of ${scale}`,
    );
  }
}

Deno.test(
  "WebGPU convolutions and their gradients equal the cpu's within 1e-4",
  webgpu,
  async () => {
    await openDevice(await probeDevice("webgpu"), { threads: 0 });
    // Small tensors must not be computed on the processor instead.
    tf.env().set("WEBGPU_CPU_FORWARD", false);
    const rng = new Rng(7, "convolutions");
    for (const convolution of chosen) await assertEqualToCpu(convolution);
    for (let i = 0; i < 16; i++) await assertEqualToCpu(randomConvolution(rng));
  },
);

Deno.test(
  "WebGPU convolutions leave what they do not cover to the stock kernels",
  webgpu,
  async () => {
    await openDevice(await probeDevice("webgpu"), { threads: 0 });
    const x = tf.ones<tf.Rank.R4>([1, 7, 7, 2]);
    const filter = tf.ones<tf.Rank.R4>([3, 3, 2, 8]);
    const dilated = tf.conv2d(x, filter, 1, "valid", "NHWC", 2); // [1, 3, 3, 8]
    assertEquals(await dilated.data(), new Float32Array(72).fill(18));
    const biased = tf.fused.conv2d({
      x,
      filter,
      strides: 1,
      pad: "valid",
      bias: tf.fill([8], -20),
      activation: "relu",
    });
    assertEquals(await biased.data(), new Float32Array(200));
  },
);

Deno.test("WebGPU convolutions leave no memory behind", webgpu, async () => {
  await openDevice(await probeDevice("webgpu"), { threads: 0 });
  const split = chosen[1]!; // its filter gradient has a second pass
  await compute("webgpu", "Conv2DBackpropFilter", split);
  const { numTensors, numDataBuffers } = tf.memory();
  await compute("webgpu", "Conv2DBackpropFilter", split);
  await compute("webgpu", "Conv2DBackpropInput", split);
  const after = tf.memory();
  assertEquals([after.numTensors, after.numDataBuffers], [numTensors, numDataBuffers]);
});
