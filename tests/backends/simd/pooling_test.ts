import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import type { SimdBackend } from "../../../src/backends/simd/backend.ts";
import { SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import { assertSameBits } from "./against_reference.ts";
import {
  between,
  compareWithStock,
  type Input,
  type KernelCall,
  normal,
  oneOf,
  openGuardedSimd,
} from "./against_stock.ts";

let backend: SimdBackend = await openGuardedSimd();

type Shape4D = [number, number, number, number];
type Pair = [number, number];

interface Geometry {
  readonly shape: Shape4D;
  readonly filterSize: Pair;
  readonly strides: Pair;
  readonly pad: "same" | "valid" | number | [Pair, Pair, Pair, Pair];
  readonly dimRoundingMode?: "floor" | "ceil" | "round";
}

const pair = (draw: () => number): Pair => [draw(), draw()];

/** Images that windows of two by two pixels tile. */
function drawTiled(rng: Rng, i: number): Geometry {
  const side = () => 2 * between(rng, 1, i % 40 === 33 ? 20 : 5);
  const shape: Shape4D = [between(rng, 1, 5), side(), side(), oneOf(rng, [1, 3, 4, 12, 64])];
  return { shape, filterSize: [2, 2], strides: [2, 2], pad: oneOf(rng, ["same", "valid"]) };
}

/** Images that hold a window; every 40th large enough for several tasks. */
function drawGeometry(rng: Rng, i: number, rounded = true): Geometry {
  if (i % 5 === 3 && i % 40 !== 13) return drawTiled(rng, i);
  const filterSize = pair(() => between(rng, 1, oneOf(rng, [2, 3, 5])));
  const large = i % 40 === 13;
  const channels = large ? oneOf(rng, [16, 33]) : oneOf(rng, [1, 2, 3, 4, 6, 8, 16, 21, 35]);
  const side = (least: number) => least + between(rng, 0, large ? 50 : 7);
  const images = i % 50 === 49 ? 0 : between(rng, 1, large ? 4 : 3);
  const least = large ? 30 : 5; // what a window needs, stride or not: stock numbers take one side's for both
  const shape: Shape4D = [images, side(least), side(least), channels];
  const [vertical, horizontal] = [pair(() => between(rng, 0, 2)), pair(() => between(rng, 0, 2))];
  const explicit: Geometry["pad"] = [[0, 0], vertical, horizontal, [0, 0]];
  const pad = oneOf(rng, ["same", "valid", 0, 1, explicit] as const);
  const geometry = { shape, filterSize, strides: pair(() => between(rng, 1, 3)), pad };
  const modes = ["floor", "ceil", "round"] as const;
  return rounded && typeof pad !== "string"
    ? { ...geometry, dimRoundingMode: oneOf(rng, modes) }
    : geometry;
}

function outShape({ shape, filterSize, strides, pad, dimRoundingMode }: Geometry): number[] {
  const rounding = dimRoundingMode;
  // The package's types know numbers and words; explicit pads are a list.
  const info = tf.backend_util.computePool2DInfo(
    ...[shape, filterSize, strides, 1, pad as never, rounding] as const,
  );
  return info.outShape;
}

/** Now and then with equal values, NaN and −∞. */
function drawImages(rng: Rng, shape: readonly number[], i: number): Input {
  const { values } = normal(rng, shape);
  for (let k = 0; k < values.length; k++) {
    if (i % 3 === 0) values[k] = Math.round(values[k]! * 2);
    if (i % 7 === 0 && between(rng, 0, 4) === 0) values[k] = oneOf(rng, [NaN, -Infinity, Infinity]);
  }
  return { shape, dtype: "float32", values };
}

function drawPool(rng: Rng, i: number): KernelCall {
  const { shape, ...attributes } = drawGeometry(rng, i);
  return { inputs: { x: drawImages(rng, shape, i) }, attributes };
}

function drawMaxGradient(rng: Rng, i: number): KernelCall {
  const geometry = drawGeometry(rng, i);
  const { shape, ...attributes } = geometry;
  const input = drawImages(rng, shape, i);
  const [dy, output] = [normal(rng, outShape(geometry)), normal(rng, outShape(geometry))];
  return { inputs: { dy, input, output }, attributes };
}

/** The stock kernel takes no rounding into account. */
function drawAverageGradient(rng: Rng, i: number): KernelCall {
  const geometry = drawGeometry(rng, i, false);
  const { shape, ...attributes } = geometry;
  const inputs = { dy: normal(rng, outShape(geometry)), input: normal(rng, shape) };
  return { inputs, attributes };
}

const kernels: readonly (readonly [string, (rng: Rng, i: number) => KernelCall])[] = [
  ["MaxPool", drawPool],
  ["AvgPool", drawPool],
  ["MaxPoolGrad", drawMaxGradient],
  ["AvgPoolGrad", drawAverageGradient],
];

for (const [kernelName, draw] of kernels) {
  Deno.test(`${kernelName} is the stock kernel`, () => compareWithStock(backend, kernelName, draw));
}

Deno.test("the gradient of tf.maxPool goes to the first of equal values", async () => {
  await tf.setBackend(SIMD);
  const x = tf.tensor4d([1, 2, 2, 1, 0, 2, 2, 2], [1, 2, 4, 1]);
  const gradient = tf.grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"))(x);
  assertEquals([...await gradient.data()], [0, 1, 1, 0, 0, 0, 0, 0]);
  tf.dispose([x, gradient]);
});

Deno.test("pooling without fused multiply-adds", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  for (const [kernelName, draw] of kernels) {
    await compareWithStock(backend, kernelName, draw, 1e-4, 30);
  }
});

Deno.test("pooling returns the same bits on any number of threads", async () => {
  const rng = new Rng(3, "threads");
  await assertSameBits(
    [13, 33, 73].flatMap((i) =>
      kernels.map(([kernelName, draw]) => [kernelName, draw(rng, i)] as const)
    ),
  );
});
