/** Random tensors of every type that lives in shared memory, for kernels that only move numbers. */
import type { Rng } from "../../../src/core/rng.ts";
import { between, type Input, normal, oneOf } from "./against_stock.ts";

/** A float32, int32 or bool input. Some floats are NaN, infinite or −0. */
export function anyType(rng: Rng, shape: readonly number[], dtype?: Input["dtype"]): Input {
  const type = dtype ?? oneOf(rng, ["float32", "float32", "int32", "bool"] as const);
  if (type === "float32") return withOddities(rng, normal(rng, shape));
  const size = shape.reduce((a, b) => a * b, 1);
  const draw = () => type === "bool" ? between(rng, 0, 1) : rng.nextUint32() | 0;
  const values = Array.from({ length: size }, draw);
  return type === "bool"
    ? { shape, dtype: type, values: Uint8Array.from(values) }
    : { shape, dtype: type, values: Int32Array.from(values) };
}

function withOddities(rng: Rng, input: Input): Input {
  const { values } = input;
  if (values.length > 3 && between(rng, 0, 3) === 0) {
    for (const odd of [NaN, Infinity, -Infinity, -0]) values[rng.below(values.length)] = odd;
  }
  return input;
}

/** Whether call `i` is one of a large tensor. */
export const isLarge = (i: number): boolean => i % 100 === 99;

/**
 * A shape of `rank` axes: mostly small, with sides of 1; every 20th without elements, every 100th of some
 * 80,000, which takes several tasks.
 */
export function anyShape(rng: Rng, i: number, rank: number): number[] {
  if (isLarge(i) && rank > 0) return largeShape(rng, rank);
  const side = rank > 4 ? 4 : rank > 2 ? 7 : 40;
  const shape = Array.from(
    { length: rank },
    () => between(rng, 0, 3) === 0 ? 1 : between(rng, 1, side),
  );
  if (i % 20 === 19 && rank > 0) shape[rng.below(rank)] = 0;
  return shape;
}

/** Some 80,000 elements, with sides as uneven as they come. */
function largeShape(rng: Rng, rank: number): number[] {
  const shape = new Array<number>(rank).fill(1);
  let left = 80_000;
  for (let axis = 0; axis < rank; axis++) {
    const side = axis === rank - 1 ? left : Math.round(left ** rng.uniform(0, 1));
    shape[axis] = side;
    left = Math.max(1, Math.round(left / side));
  }
  return shape;
}
