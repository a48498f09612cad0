import {
  between,
  compareWithStock,
  type KernelCall,
  oneOf,
  openGuardedSimd,
} from "./against_stock.ts";
import type { Rng } from "../../../src/core/rng.ts";
import { anyShape, anyType } from "./random_inputs.ts";

const backend = await openGuardedSimd();

const identity = (rng: Rng, i: number): KernelCall => ({
  inputs: { x: anyType(rng, anyShape(rng, i, between(rng, 0, 5))) },
  attributes: {},
});

/** Sides of the same product: all in one, cut at any place, or with one side left to find out. */
function reshape(rng: Rng, i: number): KernelCall {
  const x = anyType(rng, anyShape(rng, i, between(rng, 0, 5)));
  const cut = between(rng, 0, x.shape.length);
  const product = (sides: readonly number[]) => sides.reduce((a, b) => a * b, 1);
  const shape = oneOf<readonly number[]>(rng, [
    [product(x.shape)],
    [product(x.shape.slice(0, cut)), 1, product(x.shape.slice(cut))],
    x.shape.toReversed(),
    x.values.length === 0 ? x.shape : [product(x.shape.slice(0, cut)), -1],
  ]);
  return { inputs: { x }, attributes: { shape } };
}

function expandDims(rng: Rng, i: number): KernelCall {
  const input = anyType(rng, anyShape(rng, i, between(rng, 0, 5)));
  const rank = input.shape.length;
  return { inputs: { input }, attributes: { dim: between(rng, -rank - 1, rank) } };
}

for (
  const [kernelName, draw] of Object.entries({
    Identity: identity,
    Reshape: reshape,
    ExpandDims: expandDims,
  })
) {
  Deno.test(`${kernelName} is the stock kernel`, () =>
    compareWithStock(backend, kernelName, draw, 0));
}
