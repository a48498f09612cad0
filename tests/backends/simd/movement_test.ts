import { assertEquals } from "@std/assert";
import { REFERENCE } from "../../../src/backends/reference.ts";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import {
  between,
  CASES,
  compareWithStock,
  type Input,
  type KernelCall,
  oneOf,
  openGuardedSimd,
  runKernel,
} from "./against_stock.ts";
import { anyShape, anyType, isLarge } from "./random_inputs.ts";

type Draw = (rng: Rng, i: number) => KernelCall;

const chance = (rng: Rng) => rng.uniform() < 0.5;

/** As many inputs as `count`, alike but for the side of `axis`. */
function beside(rng: Rng, shape: number[], axis: number, count: number) {
  const dtype = oneOf(rng, ["float32", "int32", "bool"] as const);
  const longest = Math.max(1, Math.floor(20_000 / shape.reduce((a, b) => a * b, 1)));
  return Array.from(
    { length: count },
    () => anyType(rng, shape.with(axis, between(rng, 0, Math.min(9, longest))), dtype),
  );
}

const draws: Readonly<Record<string, Draw>> = {
  Transpose(rng, i) {
    const shape = anyShape(rng, i, between(rng, 0, 6));
    const perm = [...rng.permutation(shape.length)];
    return { inputs: { x: anyType(rng, shape) }, attributes: { perm } };
  },
  Slice(rng, i) {
    const shape = anyShape(rng, i, between(rng, 1, 6));
    const begin = shape.map((side) => chance(rng) ? 0 : between(rng, 0, side));
    const size = shape.map((side, axis) => chance(rng) ? -1 : between(rng, 0, side - begin[axis]!));
    return { inputs: { x: anyType(rng, shape) }, attributes: { begin, size } };
  },
  StridedSlice(rng, i) {
    const shape = anyShape(rng, i, between(rng, 1, 5)).map((side) => Math.max(1, side));
    const strides = shape.map(() => oneOf(rng, [1, 1, 2, 3, -1, -2]));
    const begin = shape.map((side) => between(rng, 0, side - 1));
    // The stock kernel does not bear ends before a beginning.
    const end = begin.map((from, axis) =>
      strides[axis]! > 0 ? between(rng, from, shape[axis]!) : between(rng, 0, from)
    );
    const mask = () => between(rng, 0, 2) === 0 ? between(rng, 0, 2 ** shape.length - 1) : 0;
    const attributes = {
      begin: begin.map((from, axis) => chance(rng) ? from : from - shape[axis]!),
      end,
      strides,
      beginMask: mask(),
      endMask: mask(),
      ellipsisMask: 0,
      newAxisMask: 0,
      shrinkAxisMask: 0,
    };
    return { inputs: { x: anyType(rng, shape) }, attributes };
  },
  Concat(rng, i) {
    const shape = anyShape(rng, i, between(rng, 1, 5));
    const axis = rng.below(shape.length);
    const inputs = beside(rng, shape, axis, between(rng, 1, 5));
    return { inputs, attributes: { axis: chance(rng) ? axis : axis - shape.length } };
  },
  SplitV(rng, i) {
    const shape = anyShape(rng, i, between(rng, 1, 5));
    const axis = rng.below(shape.length);
    const side = shape[axis]!;
    const first = between(rng, 0, side);
    const numOrSizeSplits = chance(rng) && side > 0
      ? oneOf(rng, [1, 2, 3, 4, 5].filter((parts) => side % parts === 0))
      : [first, side - first];
    return { inputs: { x: anyType(rng, shape) }, attributes: { numOrSizeSplits, axis } };
  },
  Pack(rng, i) {
    const shape = anyShape(rng, i, between(rng, 0, 4)).map((side) => Math.max(1, side));
    const dtype = oneOf(rng, ["float32", "int32", "bool"] as const);
    const inputs = Array.from({ length: between(rng, 1, 4) }, () => anyType(rng, shape, dtype));
    return { inputs, attributes: { axis: between(rng, 0, shape.length) } };
  },
  Unpack(rng, i) {
    const shape = anyShape(rng, i, between(rng, 1, 5));
    const axis = rng.below(shape.length);
    const value = anyType(rng, shape.with(axis, Math.min(12, shape[axis]!)));
    return { inputs: { value }, attributes: { axis } };
  },
  Reverse(rng, i) {
    const shape = anyShape(rng, i, between(rng, 1, 5));
    const dims = shape.map((_, axis) => axis).filter(() => chance(rng));
    return { inputs: { x: anyType(rng, shape) }, attributes: { dims } };
  },
  Tile(rng, i) {
    const shape = anyShape(rng, i, between(rng, 0, 5));
    const most = isLarge(i) ? 2 : 4;
    const reps = shape.map(() => chance(rng) ? 1 : between(rng, 0, most));
    return { inputs: { x: anyType(rng, shape) }, attributes: { reps } };
  },
  PadV2(rng, i) {
    const shape = anyShape(rng, i, between(rng, 0, 5));
    const paddings = shape.map(() =>
      chance(rng) ? [0, 0] : [between(rng, 0, 3), between(rng, 0, 3)]
    );
    const constantValue = oneOf(rng, [0, 0, 1, 7]);
    return { inputs: { x: anyType(rng, shape) }, attributes: { paddings, constantValue } };
  },
  MirrorPad(rng, i) {
    const shape = anyShape(rng, i, between(rng, 1, 5));
    const mode = oneOf(rng, ["reflect", "symmetric"] as const);
    const paddings = shape.map((side) => {
      const most = Math.max(0, Math.min(3, mode === "reflect" ? side - 1 : side));
      return [between(rng, 0, most), between(rng, 0, most)];
    });
    return { inputs: { x: anyType(rng, shape) }, attributes: { paddings, mode } };
  },
  DepthToSpace(rng, i) {
    const blockSize = between(rng, 1, 3);
    const [b, h, w, c] = anyShape(rng, i, 4);
    const shape = [b!, h!, w!, Math.min(c!, 20) * blockSize ** 2];
    return {
      inputs: { x: anyType(rng, shape, "float32") },
      attributes: { blockSize, dataFormat: "NHWC" },
    };
  },
  SpaceToBatchND(rng, i) {
    const [batch, channels] = [between(rng, 1, 3), between(rng, 1, isLarge(i) ? 300 : 5)];
    const blockShape = Array.from({ length: between(rng, 1, 2) }, () => between(rng, 1, 3));
    const paddings = blockShape.map(() => [between(rng, 0, 2), between(rng, 0, 2)]);
    const sides = blockShape.map((block, axis) =>
      block * between(rng, 4, 9) - paddings[axis]![0]! - paddings[axis]![1]!
    );
    const x = anyType(rng, [batch, ...sides, channels]);
    return { inputs: { x }, attributes: { blockShape, paddings } };
  },
  BatchToSpaceND(rng, i) {
    const channels = between(rng, 1, isLarge(i) ? 300 : 5);
    const blockShape = Array.from({ length: between(rng, 1, 2) }, () => between(rng, 1, 3));
    const blocks = blockShape.reduce((a, b) => a * b, 1);
    const sides = blockShape.map(() => between(rng, 2, 8));
    const crops = blockShape.map(() =>
      chance(rng) ? [0, 0] : [between(rng, 0, 1), between(rng, 0, 1)]
    );
    const x = anyType(rng, [blocks * between(rng, 1, 3), ...sides, channels]);
    return { inputs: { x }, attributes: { blockShape, crops } };
  },
  FlipLeftRight: (rng, i) => ({
    inputs: { image: anyType(rng, anyShape(rng, i, 4), "float32") },
    attributes: {},
  }),
};

for (const relaxed of [true, false]) {
  const cases = relaxed ? CASES : 30;
  const build = relaxed ? "" : ", plain build";
  for (const [kernelName, draw] of Object.entries(draws)) {
    Deno.test(`${kernelName} moves numbers as the stock kernel does${build}`, async () => {
      const backend = await openGuardedSimd({ relaxed });
      await compareWithStock(backend, kernelName, draw, 0, cases);
    });
  }
}

Deno.test("large tensors move alike on 1, 2 and 3 threads", async () => {
  for (const threads of [1, 2, 3]) {
    const { threads: { heap } } = await registerSimd({
      ...{ threads, guarded: true, startWorker: startUnreferencedWorker },
    });
    for (const [kernelName, draw] of Object.entries(draws)) {
      const call = draw(new Rng(1, kernelName), 99);
      const expected = await runKernel(REFERENCE, kernelName, call);
      assertEquals(await runKernel(SIMD, kernelName, call), expected, kernelName);
    }
    heap.checkGuards();
  }
});

Deno.test("AtelierDepthToSpace is DepthToSpace, and AtelierSpaceToDepth undoes it", async () => {
  const { threads: { heap } } = await openGuardedSimd();
  const rng = new Rng(1, "shuffles");
  for (let i = 0; i < CASES; i++) {
    const { inputs, attributes } = draws.DepthToSpace!(rng, i);
    const { x } = inputs as Record<string, Input>;
    const expected = await runKernel(REFERENCE, "DepthToSpace", { inputs, attributes });
    const deep = await runKernel(SIMD, "AtelierDepthToSpace", { inputs, attributes });
    assertEquals(deep, expected);
    const back = {
      inputs: { x: { ...x!, shape: deep[0]!.shape, values: deep[0]!.values as Float32Array } },
      attributes,
    };
    assertEquals((await runKernel(SIMD, "AtelierSpaceToDepth", back))[0]!.values, x!.values);
    heap.checkGuards();
  }
});
