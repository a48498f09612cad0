import { assert, assertEquals } from "@std/assert";
import { SIMD } from "../../../src/backends/simd/register.ts";
import type { Rng } from "../../../src/core/rng.ts";
import { assertSameBits } from "./against_reference.ts";
import {
  between,
  compareWithStock,
  type Input,
  type KernelCall,
  oneOf,
  openGuardedSimd,
  runKernel,
} from "./against_stock.ts";
import { anyShape, anyType } from "./random_inputs.ts";

let backend = await openGuardedSimd();

/** Ops of float32 and what they approximate, in float64. */
const OF_FLOATS: Readonly<Record<string, (x: number) => number>> = {
  Ceil: Math.ceil,
  Cos: Math.cos,
  Elu: (x) => x >= 0 ? x : Math.expm1(x),
  Exp: Math.exp,
  Expm1: Math.expm1,
  Floor: Math.floor,
  Log: Math.log,
  Log1p: Math.log1p,
  Reciprocal: (x) => 1 / x,
  Round: roundHalvesToEven,
  Rsqrt: (x) => 1 / Math.sqrt(x),
  Selu: (x) => x >= 0 ? 1.0507009873554805 * x : 1.7580993408473768 * Math.expm1(x),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Sin: Math.sin,
  Softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  Sqrt: Math.sqrt,
  Tanh: Math.tanh,
};
const OF_NUMBERS = ["Abs", "ClipByValue", "Neg", "Relu", "Relu6", "Sign", "Square", "Step"];

function roundHalvesToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return x - floor < 0.5 ? floor : Math.ceil(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Small enough for their squares to be exact in float32, in which the stock kernel squares. */
function integers(rng: Rng, shape: readonly number[]): Input {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Int32Array.from({ length: size }, () => between(rng, -4000, 4000));
  return { shape, dtype: "int32", values };
}

/** Every 100th is split into tasks. */
const drawShape = (rng: Rng, i: number) =>
  anyShape(rng, i % 100 === 99 ? 39 : i % 40 === 39 ? 0 : i, between(rng, 0, 4));

function drawFloats(rng: Rng, i: number): KernelCall {
  const x = anyType(rng, drawShape(rng, i), "float32");
  return { inputs: { x }, attributes: { alpha: 0.25, clipValueMin: -0.5, clipValueMax: 1.25 } };
}

function drawNumbers(rng: Rng, i: number): KernelCall {
  if (i % 3 !== 0) return drawFloats(rng, i);
  const x = integers(rng, drawShape(rng, i));
  return { inputs: { x }, attributes: { alpha: 3, clipValueMin: -500, clipValueMax: 1000 } };
}

/** Of floats, a few are beyond int32. */
function drawCast(rng: Rng, i: number): KernelCall {
  const x = anyType(rng, drawShape(rng, i));
  if (x.dtype === "float32") {
    for (let k = 0; k < x.values.length; k += 3) {
      x.values[k] = oneOf(rng, [-3.5, 2.9, 2 ** 31, -(2 ** 31), 5e9, -6e12, 1e30, -0, 0.2]);
    }
  }
  const dtype = oneOf(rng, ["float32", "int32", "bool"] as const);
  return { inputs: { x }, attributes: { dtype } };
}

const drawBools = (rng: Rng, i: number): KernelCall => ({
  inputs: { x: anyType(rng, drawShape(rng, i), "bool") },
  attributes: {},
});

for (const kernelName of [...Object.keys(OF_FLOATS), "LeakyRelu"]) {
  Deno.test(`${kernelName} is the stock kernel`, () =>
    compareWithStock(backend, kernelName, drawFloats, 1e-6));
}
for (const kernelName of OF_NUMBERS) {
  Deno.test(`${kernelName} is the stock kernel, of float32 and int32`, () =>
    compareWithStock(backend, kernelName, drawNumbers, 1e-7));
}
for (const kernelName of ["IsFinite", "IsInf", "IsNan"]) {
  Deno.test(`${kernelName} is the stock kernel`, () =>
    compareWithStock(backend, kernelName, drawFloats, 0));
}
Deno.test("LogicalNot is the stock kernel", () =>
  compareWithStock(backend, "LogicalNot", drawBools, 0));
// Not exactly: a stock cast from int32 to float32 leaves integers that float32 does not hold.
Deno.test("Cast is the stock kernel, between all types", () =>
  compareWithStock(backend, "Cast", drawCast, 1e-7));

/** Floats of every magnitude and kind, evenly spread over their bit patterns. */
const sweep = new Float32Array(
  Uint32Array.from({ length: 200_000 }, (_, i) => (i * 21_474.8365) >>> 0).buffer,
);

/** Distance to the next float of x's magnitude. */
function unitInLastPlace(x: number): number {
  const magnitude = Math.abs(Math.fround(x));
  return magnitude < 2 ** -126 ? 2 ** -149 : 2 ** (Math.floor(Math.log2(magnitude)) - 23);
}

/** In units in the last place; infinite where ±0, ±∞ or NaN is another. */
function largestError(got: ArrayLike<number>, exact: (x: number) => number): [number, number] {
  let [worst, at] = [0, NaN];
  for (const [i, x] of sweep.entries()) {
    const truth = exact(x);
    const rounded = Math.fround(truth);
    if (Object.is(rounded, got[i])) continue;
    const regular = Number.isFinite(rounded) && Number.isFinite(got[i]) && rounded !== got[i];
    const error = regular ? Math.abs(got[i]! - truth) / unitInLastPlace(truth) : Infinity;
    if (error > worst) [worst, at] = [error, x];
  }
  return [worst, at];
}

for (const [kernelName, exact] of Object.entries(OF_FLOATS)) {
  Deno.test(`${kernelName} is within 3 units in the last place over all floats`, async () => {
    const x: Input = { shape: [sweep.length], values: sweep, dtype: "float32" };
    const [y] = await runKernel(SIMD, kernelName, { inputs: { x }, attributes: {} });
    const [error, at] = largestError(y!.values, exact);
    assert(error <= 3, `${kernelName}(${at}): ${error} units in the last place`);
  });
}

Deno.test("casts to float32 do not share an int32's memory", async () => {
  const x: Input = { shape: [1], values: Int32Array.of(3), dtype: "int32" };
  const cast = await runKernel(SIMD, "Cast", { inputs: { x }, attributes: { dtype: "float32" } });
  assertEquals(cast, [{ shape: [1], dtype: "float32", values: Float32Array.of(3) }]);
});

Deno.test("unary ops are the stock kernels without fused multiply-adds, too", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  for (const kernelName of Object.keys(OF_FLOATS)) {
    await compareWithStock(backend, kernelName, drawFloats, 1e-6, 20);
  }
});

Deno.test("unary ops give the same bits on one, two and three threads", () =>
  assertSameBits(
    ["Exp", "Sigmoid", "Relu", "IsNan"].map((kernelName) => {
      const x: Input = { shape: [sweep.length], values: sweep, dtype: "float32" };
      return [kernelName, { inputs: { x }, attributes: {} }];
    }),
  ));
