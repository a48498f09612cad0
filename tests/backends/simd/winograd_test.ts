import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { REFERENCE } from "../../../src/backends/reference.ts";
import { PLAIN } from "../../../src/backends/simd/kernels/fused.ts";
import {
  convolve,
  differentiate,
  type Places,
  tilingOf,
} from "../../../src/backends/simd/kernels/winograd.ts";
import {
  type Blocks,
  blocksFor,
  filterBlocksFor,
} from "../../../src/backends/simd/kernels/winograd_plan.ts";
import { SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import { assertSameBits } from "./against_reference.ts";
import {
  between,
  CASES,
  compareWithStock,
  type KernelCall,
  normal,
  oneOf,
  openGuardedSimd,
  type Output,
  relativeError,
  runKernel,
} from "./against_stock.ts";

let backend = await openGuardedSimd();

type Info = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type Shape = [number, number, number, number];
const WAYS = ["forward", "input", "filter"] as const;
type Way = (typeof WAYS)[number];

/** What errs most, F(4, 5), errs some 1e-5 of the largest value on these small sums. */
const BOUND = 1e-4;

function drawInfo(rng: Rng, most: number): Info {
  const [size, stride] = oneOf(rng, [[3, 1], [5, 1], [4, 2]] as const);
  const side = () => between(rng, 1, most);
  const channels = () => 4 * between(rng, 1, 4);
  const edge = () => between(rng, 0, size - 1);
  const explicit = [[0, 0], [edge(), edge()], [edge(), edge()], [0, 0]];
  const pad = oneOf(rng, ["same", "valid", edge(), explicit] as const);
  const x: Shape = [between(rng, 1, 2), side(), side(), channels()];
  const filter: Shape = [size, size, x[3], channels()];
  const info = tf.backend_util.computeConv2DInfo(x, filter, stride, 1, pad as "same", "floor");
  return info.outHeight < 1 || info.outWidth < 1 ? drawInfo(rng, most) : info;
}

const random = (rng: Rng): Blocks => ({
  tiles: 2 * between(rng, 2, 8),
  k: 4 * between(rng, 1, 8),
  n: 8 * between(rng, 1, 4),
  filtersAhead: rng.uniform(0, 1) < 0.7,
});

/** Runs our kernel on the blocks given, whether it gains or not, and checks that it writes nowhere else. */
async function ours(way: Way, info: Info, inputs: tf.Tensor[], blocks: Blocks): Promise<Output> {
  const [a, b] = inputs as [tf.Tensor, tf.Tensor];
  const shape = { forward: info.outShape, input: info.inShape, filter: info.filterShape }[way];
  const result = backend.output(shape);
  const [first, second, last] = [a, b, result].map((tensor) => backend.address(tensor));
  const tiling = tilingOf(info, way === "input")!;
  const places: Places = way === "filter"
    ? { source: first!, target: second!, filter: last! }
    : { source: first!, filter: second!, target: last! };
  if (way === "filter") differentiate(backend, info, tiling, blocks, places);
  else convolve(backend, info, tiling, blocks, places, PLAIN);
  backend.threads.heap.checkGuards();
  const values = await backend.read(result.dataId) as Float32Array;
  backend.disposeIntermediateTensorInfo(result);
  return { shape, dtype: "float32", values };
}

const KERNELS = {
  forward: "Conv2D",
  input: "Conv2DBackpropInput",
  filter: "Conv2DBackpropFilter",
} as const;

function callOf(rng: Rng, way: Way, info: Info): KernelCall {
  const { top, bottom, left, right } = info.padInfo;
  const attributes = {
    strides: [info.strideHeight, info.strideWidth],
    pad: [[0, 0], [top, bottom], [left, right], [0, 0]],
    dataFormat: "NHWC",
    dilations: [1, 1],
    dimRoundingMode: "floor",
  };
  const [x, y, w] = [info.inShape, info.outShape, info.filterShape];
  switch (way) {
    case "forward":
      return { inputs: { x: normal(rng, x), filter: normal(rng, w) }, attributes };
    case "input":
      return {
        inputs: { dy: normal(rng, y), filter: normal(rng, w) },
        attributes: { ...attributes, inputShape: x },
      };
    case "filter":
      return {
        inputs: { x: normal(rng, x), dy: normal(rng, y) },
        attributes: { ...attributes, filterShape: w },
      };
  }
}

async function compare(way: Way, cases: number): Promise<void> {
  const rng = new Rng(1, way);
  for (let i = 0; i < cases; i++) {
    const info = drawInfo(rng, way === "filter" ? 8 : 11); // the stock filter gradient is slow
    const call = callOf(rng, way, info);
    const [expected] = await runKernel(REFERENCE, KERNELS[way], call);
    await tf.setBackend(SIMD);
    const inputs = Object.values(call.inputs).map(({ values, shape }) =>
      tf.tensor(values, [...shape])
    );
    const tiling = tilingOf(info, way === "input")!;
    const planned = way === "filter"
      ? { ...filterBlocksFor(tiling), filtersAhead: true }
      : blocksFor(tiling);
    for (const blocks of [random(rng), planned]) {
      const error = relativeError(await ours(way, info, inputs, blocks), expected!);
      const shapes = `${info.inShape} by ${info.filterShape}`;
      assert(
        error < BOUND,
        `${way}, case ${i}: error ${error}; ${shapes} ${JSON.stringify(blocks)}`,
      );
    }
    tf.dispose(inputs);
  }
}

for (const way of WAYS) {
  Deno.test(`Winograd's ${way} convolution in any blocks is the stock one`, async () => {
    await compare(way, CASES);
  });
}

/** Shapes for which kernels go Winograd's way by themselves. */
const SHAPES: readonly (readonly [x: Shape, size: number, stride: 1 | 2, outputs: number])[] = [
  [[2, 16, 17, 32], 3, 1, 24],
  [[4, 12, 9, 20], 5, 1, 28],
  [[16, 16, 16, 48], 4, 2, 64],
];

function call(rng: Rng, way: Way, i: number): KernelCall {
  const [x, size, stride, outputs] = SHAPES[i % SHAPES.length]!;
  const filter: Shape = [size, size, x[3], outputs];
  return callOf(rng, way, tf.backend_util.computeConv2DInfo(x, filter, stride, 1, "same"));
}

Deno.test("kernels choose for themselves, and differ a little from what exactConv gives", async () => {
  const rng = new Rng(5, "choice");
  const calls = WAYS.flatMap((way) =>
    [...SHAPES.keys()].map((i) => [KERNELS[way], call(rng, way, i)] as const)
  );
  const results: Output[][] = [];
  for (const exactConv of [true, false]) {
    backend = await openGuardedSimd({ exactConv });
    const outputs: Output[] = [];
    for (const [name, drawn] of calls) outputs.push((await runKernel(SIMD, name, drawn))[0]!);
    results.push(outputs);
  }
  for (const [i, [name, drawn]] of calls.entries()) {
    const error = relativeError(results[1]![i], results[0]![i]!);
    const shapes = Object.values(drawn.inputs).map(({ shape }) => `[${shape}]`);
    assert(error < BOUND && error > 3e-7, `${name}, ${shapes}: difference ${error}`);
  }
});

Deno.test("a fused bias and activation follow the inverse transform", async () => {
  const draw = (rng: Rng, i: number): KernelCall => {
    const { inputs, attributes } = call(rng, "forward", i % 2);
    const { x, filter } = inputs as Record<"x" | "filter", ReturnType<typeof normal>>;
    const columns = [filter.shape[3]!];
    const activation = oneOf(rng, ["linear", "relu", "relu6", "leakyrelu", "prelu", "elu"]);
    return {
      inputs: {
        x,
        filter,
        bias: normal(rng, columns),
        ...(activation === "prelu" ? { preluActivationWeights: normal(rng, columns) } : {}),
      },
      attributes: { ...attributes, activation, leakyreluAlpha: 0.2 },
    };
  };
  await compareWithStock(backend, "FusedConv2D", draw, BOUND, 15);
});

Deno.test("gradients agree with central differences", async () => {
  await tf.setBackend(SIMD);
  const rng = new Rng(2, "winograd");
  for (const [size, stride] of [[3, 1], [5, 1], [4, 2]] as const) {
    const make = (shape: Shape) => tf.tensor4d(normal(rng, shape).values as Float32Array, shape);
    const [x, filter] = [make([2, 16, 16, 16]), make([size, size, 16, 16])];
    const weights = make([2, 16 / stride, 16 / stride, 16]);
    const loss = (a: tf.Tensor4D, w: tf.Tensor4D) =>
      tf.conv2d(a, w, stride, "same").mul(weights).sum() as tf.Scalar;
    const [dx, dw] = tf.grads((a, w) => loss(a as tf.Tensor4D, w as tf.Tensor4D))([x, filter]);
    const [a, w] = [make([2, 16, 16, 16]), make([size, size, 16, 16])];
    const slope = (da: tf.Tensor4D, dw: tf.Tensor4D) =>
      loss(x.add(da), filter.add(dw)).sub(loss(x.sub(da), filter.sub(dw))).div(2);
    const close = async (gradient: tf.Tensor, along: tf.Tensor, expected: tf.Tensor) => {
      const [got, truth] = [await gradient.mul(along).sum().data(), await expected.data()];
      const scale = Math.sqrt(weights.size * size * size * 16);
      assert(Math.abs(got[0]! - truth[0]!) < 1e-3 * scale, `${got[0]} against ${truth[0]}`);
    };
    await close(dx!, a, slope(a, tf.zerosLike(filter)));
    await close(dw!, w, slope(tf.zerosLike(x), w));
  }
});

Deno.test("the build without relaxed SIMD computes the same", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  for (const way of WAYS) await compare(way, 25);
});

Deno.test("exactConv gives what the stock kernel does, to the last digits", async () => {
  backend = await openGuardedSimd({ exactConv: true });
  const draw = (rng: Rng, i: number) => call(rng, "forward", i % 2);
  await compareWithStock(backend, "Conv2D", draw, 1e-6, 4);
});

Deno.test("Winograd's convolutions give the same bits on one, two and three threads", async () => {
  const rng = new Rng(3, "threads");
  await assertSameBits(
    WAYS.flatMap((way) =>
      [...SHAPES.keys()].map((i) => [KERNELS[way], call(rng, way, i)] as const)
    ),
  );
});
