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
import { anyShape, anyType } from "./random_inputs.ts";

let backend = await openGuardedSimd();

type Shapes = readonly [readonly number[], readonly number[]];

/** Two shapes that fit: alike, a number and an array, vectors along rows or columns, and any others. */
function drawShapes(rng: Rng, i: number): Shapes {
  if (i === 99) return [[between(rng, 8_000, 9_000), 9], oneOf(rng, [[9], [1], [1, 9]])];
  if (i === 149) return [[5, between(rng, 15_000, 17_000)], [5, 1]];
  const shape = anyShape(rng, i % 40 === 39 ? 0 : i, oneOf(rng, [0, 1, 2, 3, 3, 4, 4]));
  const other = shape.map((side) => between(rng, 0, 2) === 0 ? 1 : side);
  const own = shape.map((side) => between(rng, 0, 4) === 0 ? 1 : side);
  const pair = oneOf<Shapes>(rng, [
    [shape, shape],
    [shape, []],
    [shape, shape.map(() => 1)],
    [shape, shape.slice(-1)],
    [shape, [...shape.slice(0, -1), 1]],
    [shape, other],
    [own, other.slice(between(rng, 0, other.length))],
  ]);
  return between(rng, 0, 1) === 0 ? pair : [pair[1], pair[0]];
}

/** Whole numbers, so that some are equal, some 0, and products are exact. */
function whole(rng: Rng, shape: readonly number[], dtype: "float32" | "int32"): Input {
  const size = shape.reduce((a, b) => a * b, 1);
  const draw = () => between(rng, -40, 40);
  return dtype === "int32"
    ? { shape, dtype, values: Int32Array.from({ length: size }, draw) }
    : { shape, dtype, values: Float32Array.from({ length: size }, draw) };
}

type Draw = (rng: Rng, shape: readonly number[]) => Input;

const call = (draw: Draw) => (rng: Rng, i: number): KernelCall => {
  const [a, b] = drawShapes(rng, i);
  return { inputs: { a: draw(rng, a), b: draw(rng, b) }, attributes: {} };
};

const floats: Draw = (rng, shape) => anyType(rng, shape, "float32");
const bools: Draw = (rng, shape) => anyType(rng, shape, "bool");

/** Of one type in a call: which one, the number of the call tells. */
const numbers = (rng: Rng, i: number): KernelCall => {
  if (i % 3 === 0) return call((rng, shape) => whole(rng, shape, "int32"))(rng, i);
  return call(i % 3 === 1 ? floats : (rng, shape) => whole(rng, shape, "float32"))(rng, i);
};

const ARITHMETIC = ["Add", "Maximum", "Minimum", "Mod", "Multiply", "SquaredDifference", "Sub"];
const COMPARISONS = ["Equal", "Greater", "GreaterEqual", "Less", "LessEqual", "NotEqual"];

for (const kernelName of [...ARITHMETIC, "FloorDiv"]) {
  Deno.test(`${kernelName} is the stock kernel, of float32 and int32`, () =>
    compareWithStock(backend, kernelName, numbers, 1e-6));
}
for (const kernelName of COMPARISONS) {
  Deno.test(`${kernelName} is the stock kernel, of all types`, () =>
    compareWithStock(
      backend,
      kernelName,
      (rng, i) => i % 5 === 0 ? call(bools)(rng, i) : numbers(rng, i),
      0,
    ));
}
for (const kernelName of ["LogicalAnd", "LogicalOr"]) {
  Deno.test(`${kernelName} is the stock kernel`, () =>
    compareWithStock(backend, kernelName, call(bools), 0));
}
for (const kernelName of ["Pow", "RealDiv"]) {
  Deno.test(`${kernelName} is the stock kernel`, () =>
    compareWithStock(backend, kernelName, call(floats), 1e-6));
}

Deno.test("Prelu is the stock kernel", () =>
  compareWithStock(backend, "Prelu", (rng, i) => {
    const { a, b } = call(floats)(rng, i).inputs as Record<"a" | "b", Input>;
    return { inputs: { x: a, alpha: b }, attributes: {} };
  }, 1e-6));

Deno.test("AddN is the stock kernel", () =>
  compareWithStock(backend, "AddN", (rng, i) => {
    const shape = anyShape(rng, i, between(rng, 0, 3));
    const dtype = oneOf(rng, ["float32", "int32"] as const);
    const inputs = Array.from({ length: between(rng, 1, 5) }, () => whole(rng, shape, dtype));
    return { inputs, attributes: {} };
  }, 0));

Deno.test("Select is the stock kernel", () =>
  compareWithStock(backend, "Select", (rng, i) => {
    const shape = anyShape(rng, i, between(rng, 0, 4));
    const dtype = oneOf(rng, ["float32", "int32", "bool"] as const);
    const condition = anyType(rng, shape, "bool");
    const [t, e] = [anyType(rng, shape, dtype), anyType(rng, shape, dtype)];
    return { inputs: { condition, t, e }, attributes: {} };
  }, 0));

Deno.test("Fill is the stock kernel", () =>
  compareWithStock(backend, "Fill", (rng, i) => {
    const shape = anyShape(rng, i, between(rng, 0, 4));
    const value = oneOf(rng, [0, 1, -2.5, 1e30, NaN, true, false]);
    const dtype = typeof value === "boolean" ? "bool" : oneOf(rng, ["float32", "int32", undefined]);
    return { inputs: {}, attributes: { shape, value, dtype } };
  }, 1e-7));

for (const kernelName of ["ZerosLike", "OnesLike"]) {
  Deno.test(`${kernelName} is the stock kernel`, () =>
    compareWithStock(backend, kernelName, (rng, i) => {
      const x = anyType(rng, anyShape(rng, i, between(rng, 0, 4)));
      return { inputs: { x }, attributes: {} };
    }, 0));
}

Deno.test("binary ops are the stock kernels without fused multiply-adds, too", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  for (const kernelName of [...ARITHMETIC, "RealDiv"]) {
    await compareWithStock(backend, kernelName, numbers, 1e-6, 20);
  }
});

Deno.test("binary ops give the same bits on one, two and three threads", async () => {
  const rng = new Rng(3, "threads");
  await assertSameBits([
    ["Add", { inputs: { a: normal(rng, [300, 400]), b: normal(rng, [400]) }, attributes: {} }],
    ["Multiply", {
      inputs: { a: normal(rng, [300, 400]), b: normal(rng, [300, 1]) },
      attributes: {},
    }],
  ]);
});
