import { assertAlmostEquals } from "@std/assert";
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
  runKernel,
} from "./against_stock.ts";

let backend: SimdBackend = await openGuardedSimd();

interface Drawn {
  readonly images: Input;
  readonly size: [number, number];
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Larger, smaller and equal sizes; every 40th is large enough for several tasks. */
function draw(rng: Rng, i: number): Drawn {
  const large = i % 40 === 9;
  const side = () => large ? between(rng, 30, 60) : between(rng, 1, 9);
  const channels = large ? 17 : oneOf(rng, [1, 2, 3, 4, 5, 8, 11]);
  const [height, width] = [side(), side()];
  const images = normal(rng, [i % 50 === 30 ? 0 : between(rng, 1, 3), height, width, channels]);
  const double: [number, number] = [2 * height, 2 * width];
  const size = between(rng, 0, 3) === 0 ? double : [side(), side()] as [number, number];
  // The stock gradient never returns from corners aligned in images of a single row or column.
  const alignCorners = between(rng, 0, 2) === 0 && height > 1 && width > 1;
  return {
    images,
    size,
    alignCorners,
    halfPixelCenters: !alignCorners && between(rng, 0, 1) === 0,
  };
}

function drawForward(rng: Rng, i: number): KernelCall {
  const { images, ...attributes } = draw(rng, i);
  return { inputs: { images }, attributes };
}

/** What the stock gradients get right: square images for one, single images for the other. */
const drawGradient = (square: boolean) => (rng: Rng, i: number): KernelCall => {
  const { images, size, alignCorners } = draw(rng, i);
  const [count, height, width, channels] = images.shape as [number, number, number, number];
  const shape = square ? [count, height, height, channels] : [1, height, width, channels];
  const dy = normal(rng, [shape[0]!, ...size, channels]);
  return {
    inputs: { images: normal(rng, shape), dy },
    attributes: { alignCorners, halfPixelCenters: false },
  };
};

for (const kernelName of ["ResizeBilinear", "ResizeNearestNeighbor"]) {
  Deno.test(`${kernelName} is the stock kernel`, () =>
    compareWithStock(backend, kernelName, drawForward));
}
Deno.test("ResizeBilinearGrad is the stock kernel", () =>
  compareWithStock(backend, "ResizeBilinearGrad", drawGradient(true)));
Deno.test("ResizeNearestNeighborGrad is the stock kernel", () =>
  compareWithStock(backend, "ResizeNearestNeighborGrad", drawGradient(false)));

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

/** Resizing is linear: ⟨resize(x), dy⟩ = ⟨x, gradient(dy)⟩ holds for all x and dy of its gradient alone. */
for (const kernelName of ["ResizeBilinear", "ResizeNearestNeighbor"]) {
  Deno.test(`${kernelName}Grad is the adjoint of ${kernelName}`, async () => {
    const rng = new Rng(2, kernelName);
    for (let i = 0; i < 100; i++) {
      const { images, ...attributes } = draw(rng, i);
      const call = { inputs: { images }, attributes };
      const [y] = await runKernel(SIMD, kernelName, call);
      const dy = normal(rng, y!.shape);
      const back = { inputs: { images, dy }, attributes };
      const [dx] = await runKernel(SIMD, `${kernelName}Grad`, back);
      backend.threads.heap.checkGuards();
      const [left, right] = [dot(y!.values, dy.values), dot(images.values, dx!.values)];
      const tolerance = 1e-4 * Math.sqrt(dy.values.length + 1);
      assertAlmostEquals(left, right, tolerance, `case ${i}: [${images.shape}] to ${dy.shape}`);
    }
  });
}

const kernels: readonly (readonly [string, (rng: Rng, i: number) => KernelCall])[] = [
  ["ResizeBilinear", drawForward],
  ["ResizeNearestNeighbor", drawForward],
  ["ResizeBilinearGrad", drawGradient(true)],
  ["ResizeNearestNeighborGrad", drawGradient(false)],
];

Deno.test("resizing without fused multiply-adds", async () => {
  backend = await openGuardedSimd({ relaxed: false });
  for (const [kernelName, drawCall] of kernels) {
    await compareWithStock(backend, kernelName, drawCall, 1e-4, 30);
  }
});

Deno.test("resizing returns the same bits on any number of threads", async () => {
  const rng = new Rng(3, "threads");
  await assertSameBits(
    [9, 49].flatMap((i) =>
      kernels.map(([kernelName, drawCall]) => [kernelName, drawCall(rng, i)] as const)
    ),
  );
});
