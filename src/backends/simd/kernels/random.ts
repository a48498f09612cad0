/** Random tensors as functions of a seed. */
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

interface RandomExports {
  /** Numbers 0 … count − 1 of a key's stream. */
  random(target: number, count: number, key0: number, key1: number, normal: boolean): void;
}

/** As `RandomAttributes` of src/nn/kernel_names.ts. */
interface RandomAttributes {
  readonly shape: readonly number[];
  readonly distribution: "normal" | "uniform";
  readonly seed: readonly [number, number];
}

const random: SimdKernel<unknown, RandomAttributes> = (
  backend,
  _inputs,
  { shape, distribution, seed: [key0, key1] },
) => {
  const out = backend.output(shape);
  const { random } = wasm<RandomExports>(backend);
  random(backend.address(out), sizeOf(shape), key0, key1, distribution === "normal");
  return out;
};

/** The kernels of this file. */
export const randomKernels: KernelTable = { AtelierRandom: random };
