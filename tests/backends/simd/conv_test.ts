import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import { groupedConv2d } from "../../../src/nn/grouped_conv2d.ts";
import {
  between,
  compareWithStock,
  type Input,
  type KernelCall,
  normal,
  oneOf,
  openGuardedSimd,
  type Output,
  relativeError,
  runKernel,
} from "./against_stock.ts";
import { assertSameBits } from "./against_reference.ts";

let backend = await openGuardedSimd({ exactConv: true });

type Shape = [number, number, number, number];

interface Case {
  readonly x: Shape;
  readonly filter: Shape;
  readonly dy: Shape;
  readonly attributes: Record<string, unknown>;
}

/** Every 40th case is large enough to be split over threads; every 8th has many images and channels. */
function drawCase(rng: Rng, i: number, { dilated = true, low = 0 } = {}): Case {
  const large = i % 40 === 39;
  const side = () => between(rng, 1, 11) + (large ? 9 : 0);
  const channels = () => oneOf(rng, large ? [5, 16, 24, 40] : [1, 1, 2, 3, 3, 4, 5, 7, 8, 9, 13]);
  const many = i % 8 === 1;
  const depth = many ? oneOf(rng, [16, 17, 20, 23]) : channels();
  const x: Shape = [many ? between(rng, 4, 14) : between(rng, low, 3), side(), side(), depth];
  const tap = () => oneOf(rng, [1, 1, 2, 3, 4, 5]);
  const flat = rng.uniform(0, 1) < 0.1; // a filter as large as the image
  const filter: Shape = flat ? [x[1], x[2], x[3], channels()] : [tap(), tap(), x[3], channels()];
  const spread = dilated && rng.uniform(0, 1) < 0.3;
  const dilations = spread ? [between(rng, 1, 3), between(rng, 1, 3)] : [1, 1];
  const strides = spread ? [1, 1] : [between(rng, 1, 3), between(rng, 1, 3)];
  const edge = () => between(rng, 0, 3);
  const explicit = [[0, 0], [edge(), edge()], [edge(), edge()], [0, 0]];
  const pad = flat ? "valid" : oneOf(rng, ["same", "valid", edge(), explicit] as const);
  const info = tf.backend_util.computeConv2DInfo(
    x,
    filter,
    strides as [number, number],
    dilations as [number, number],
    pad as "same",
    "floor",
  );
  if (info.outHeight < 1 || info.outWidth < 1) return drawCase(rng, i, { dilated, low });
  const attributes = { strides, pad, dilations, dimRoundingMode: "floor", dataFormat: "NHWC" };
  return { x, filter, dy: info.outShape as Shape, attributes };
}

const forward = (rng: Rng, i: number): KernelCall => {
  const { x, filter, attributes } = drawCase(rng, i);
  return { inputs: { x: normal(rng, x), filter: normal(rng, filter) }, attributes };
};

const fused = (rng: Rng, i: number): KernelCall => {
  const { inputs, attributes } = forward(rng, i);
  const { x, filter } = inputs as Record<"x" | "filter", Input>;
  const row = () => normal(rng, [oneOf(rng, [filter.shape[3]!, filter.shape[3]!, 1])]);
  const activation = oneOf(rng, [
    ...["linear", "relu", "relu6", "leakyrelu", "elu", "prelu", "sigmoid"],
  ]);
  const bias = rng.uniform(0, 1) < 0.8 ? { bias: row() } : {};
  const prelu = activation === "prelu" ? { preluActivationWeights: row() } : {};
  return {
    inputs: { x, filter, ...bias, ...prelu },
    attributes: { ...attributes, activation, leakyreluAlpha: 0.2 },
  };
};

// The stock gradients ignore dilation, and the input's fails on empty batches.
const inputGradient = (rng: Rng, i: number): KernelCall => {
  const { x, filter, dy, attributes } = drawCase(rng, i, { dilated: false, low: 1 });
  return {
    inputs: { dy: normal(rng, dy), filter: normal(rng, filter) },
    attributes: { ...attributes, inputShape: x },
  };
};

const filterGradient = (rng: Rng, i: number): KernelCall => {
  const { x, filter, dy, attributes } = drawCase(rng, i, { dilated: false });
  return {
    inputs: { x: normal(rng, x), dy: normal(rng, dy) },
    attributes: { ...attributes, filterShape: filter },
  };
};

const DRAWS = {
  Conv2D: forward,
  FusedConv2D: fused,
  Conv2DBackpropInput: inputGradient,
  Conv2DBackpropFilter: filterGradient,
};

for (const [name, draw] of Object.entries(DRAWS)) {
  Deno.test(`${name} computes what the stock kernel does`, async () => {
    await compareWithStock(backend, name, draw);
  });
}

/** The same filter at dilation 1, with zeros between its taps. */
function spreadOut(filter: Output, [dh, dw]: readonly number[]): Output {
  const [h, w, channels, outputs] = filter.shape as Shape;
  const shape = [(h - 1) * dh! + 1, (w - 1) * dw! + 1, channels, outputs];
  const row = channels * outputs;
  const values = new Float32Array(shape[0]! * shape[1]! * row);
  for (let i = 0; i < h * w * row; i++) {
    const [kh, kw] = [Math.floor(i / (w * row)), Math.floor(i / row) % w];
    values[(kh * dh! * shape[1]! + kw * dw!) * row + i % row] = filter.values[i]!;
  }
  return { shape, dtype: "float32", values };
}

/** Output of one of our kernels. */
async function ours(
  name: string,
  inputs: KernelCall["inputs"],
  attributes: KernelCall["attributes"],
): Promise<Output> {
  return (await runKernel(SIMD, name, { inputs, attributes }))[0]!;
}

Deno.test("dilated gradients are those of a filter with zeros between its taps", async () => {
  const rng = new Rng(1, "dilated");
  for (let i = 0; i < 100; i++) {
    const { x, filter, dy, attributes } = drawCase(rng, i, { low: 1 });
    if (attributes.pad === "same") continue; // pads the larger filter more
    const dilations = attributes.dilations as number[];
    const plain = { ...attributes, dilations: [1, 1] };
    const [image, gradient, w] = [normal(rng, x), normal(rng, dy), normal(rng, filter)];
    const wide = spreadOut(w, dilations) as Input;

    const of = { inputShape: x };
    const dx = await ours("Conv2DBackpropInput", { dy: gradient, filter: w }, {
      ...attributes,
      ...of,
    });
    const expected = await ours("Conv2DBackpropInput", { dy: gradient, filter: wide }, {
      ...plain,
      ...of,
    });
    assert(relativeError(dx, expected) < 1e-5);

    const [narrow, spread] = [{ filterShape: filter }, { filterShape: wide.shape }];
    const inputs = { x: image, dy: gradient };
    const dw = await ours("Conv2DBackpropFilter", inputs, { ...attributes, ...narrow });
    const all = await ours("Conv2DBackpropFilter", inputs, { ...plain, ...spread });
    // Of the spread filter's gradient, only what lies on taps counts.
    const taps = spreadOut({ ...w, values: w.values.slice().fill(1) } as Output, dilations);
    const kept = Array.from(all.values, (value, k) => value * taps.values[k]!);
    assert(relativeError(spreadOut(dw, dilations), { ...all, values: kept }) < 1e-5);
  }
});

Deno.test("filters of fewer channels convolve in groups", async () => {
  await tf.setBackend(SIMD);
  const rng = new Rng(4, "groups");
  for (let i = 0; i < 60; i++) {
    const groups = oneOf(rng, [2, 3, 4]);
    const [depth, outputs] = [between(rng, 1, 9), groups * between(rng, 1, 9)];
    const xShape: Shape = [2, between(rng, 4, 9), between(rng, 4, 9), depth * groups];
    const filterShape: Shape = [between(rng, 1, 3), between(rng, 1, 3), depth, outputs];
    const attributes = { strides: between(rng, 1, 2), pad: "same", dilations: 1 } as const;
    const make = (shape: Shape) =>
      tf.tensor4d(normal(rng, shape).values as Float32Array, shape) as tf.Tensor4D;
    const [x, filter] = [make(xShape), make(filterShape)];
    const options = { groups, strides: attributes.strides, pad: attributes.pad };
    const parts = (a: tf.Tensor, w: tf.Tensor) =>
      groupedConv2d(a as tf.Tensor4D, w as tf.Tensor4D, options);
    const expected = parts(x, filter);
    const dy = make(expected.shape);
    const [dx, dw] = tf.grads((a, w) => parts(a!, w!))([x, filter], dy);
    const run = (name: string, inputs: tf.NamedTensorMap, shapes: tf.NamedAttrMap) =>
      tf.engine().runKernel(name, inputs, { ...attributes, ...shapes }) as tf.Tensor;
    const same = async (got: tf.Tensor, truth: tf.Tensor) => {
      const read = async (tensor: tf.Tensor): Promise<Output> => ({
        shape: tensor.shape,
        dtype: tensor.dtype,
        values: await tensor.data() as Float32Array,
      });
      assert(relativeError(await read(got), await read(truth)) < 1e-5);
    };
    await same(run("Conv2D", { x, filter }, {}), expected);
    await same(run("Conv2DBackpropInput", { dy, filter }, { inputShape: xShape }), dx!);
    await same(run("Conv2DBackpropFilter", { x, dy }, { filterShape }), dw!);
  }
});

Deno.test("gradients of convolutions agree with central differences", async () => {
  await tf.setBackend(SIMD);
  const rng = new Rng(2, "conv");
  const make = (shape: Shape) => tf.tensor4d(normal(rng, shape).values as Float32Array, shape);
  const [x, filter] = [make([2, 5, 6, 5]), make([3, 2, 5, 3])];
  const weights = make([2, 3, 3, 3]);
  const loss = (a: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.conv2d(a, w, 2, "same").mul(weights).sum() as tf.Scalar;
  const [dx, dw] = tf.grads((a, w) => loss(a as tf.Tensor4D, w as tf.Tensor4D))([x, filter]);
  const along = { x: make([2, 5, 6, 5]), filter: make([3, 2, 5, 3]) };
  const slope = async (a: tf.Tensor4D, w: tf.Tensor4D) => {
    const step = (sign: number) =>
      loss(x.add(a.mul(sign * 0.5)) as tf.Tensor4D, filter.add(w.mul(sign * 0.5)) as tf.Tensor4D);
    return (await step(1).sub(step(-1)).data())[0]!;
  };
  const zero = { x: tf.zerosLike(x), filter: tf.zerosLike(filter) };
  const close = (a: number, b: number) => assert(Math.abs(a - b) < 1e-3 * (1 + Math.abs(b)));
  close((await dx!.mul(along.x).sum().data())[0]!, await slope(along.x, zero.filter));
  close((await dw!.mul(along.filter).sum().data())[0]!, await slope(zero.x, along.filter));
});

/** A call of each kernel for each way that it has, large enough for several tasks. */
const WAYS:
  readonly (readonly [x: Shape, filter: Shape, strides: number, pad: "same" | "valid"])[] = [
    [[2, 21, 25, 8], [9, 9, 8, 3], 1, "same"], // few outputs
    [[40, 5, 5, 16], [5, 5, 16, 1], 1, "same"], // few outputs, grid narrower than a group of pixels
    [[13, 8, 7, 20], [4, 4, 20, 19], 2, "same"], // sorted by place
    [[3, 40, 37, 6], [3, 3, 6, 10], 1, "valid"], // long K in the filter's gradient
    [[70, 3, 4, 9], [3, 4, 9, 30], 1, "valid"], // a filter as large as the image
    [[5, 19, 23, 12], [1, 1, 12, 40], 1, "valid"], // nothing to walk over
    [[6, 17, 19, 3], [5, 2, 3, 24], 3, "same"], // few inputs, phases without taps
  ];

const callsOfWays = WAYS.flatMap(([xShape, filterShape, strides, pad], i) => {
  const rng = new Rng(i + 1, "ways");
  const info = tf.backend_util.computeConv2DInfo(xShape, filterShape, strides, 1, pad);
  const [x, filter] = [normal(rng, xShape), normal(rng, filterShape)];
  const dy = normal(rng, info.outShape);
  const attributes = { strides, pad, dilations: 1, dataFormat: "NHWC" };
  const input = { ...attributes, inputShape: xShape };
  return [
    ["Conv2D", { inputs: { x, filter }, attributes }],
    ["Conv2DBackpropInput", { inputs: { dy, filter }, attributes: input }],
    ["Conv2DBackpropFilter", { inputs: { x, dy }, attributes: { ...attributes, filterShape } }],
  ] as [string, KernelCall][];
});

Deno.test("every way of convolving computes what the stock kernel does", async () => {
  for (const [name, call] of callsOfWays) {
    await compareWithStock(backend, name, () => call, 1e-5, 1);
  }
});

Deno.test("the build without relaxed SIMD computes the same", async () => {
  backend.dispose();
  backend = await openGuardedSimd({ relaxed: false, exactConv: true });
  for (const [name, draw] of Object.entries(DRAWS)) {
    await compareWithStock(backend, name, draw, 1e-4, 50);
  }
});

Deno.test("convolutions give the same bits on one, two and three threads", async () => {
  const rng = new Rng(3, "threads");
  const drawn = Object.entries(DRAWS).flatMap(([name, draw]) =>
    [39, 79, 119].map((i) => [name, draw(rng, i)] as const)
  );
  await assertSameBits([...drawn, ...callsOfWays]);
});
