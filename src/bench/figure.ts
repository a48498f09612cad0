/** A figure of the benchmark, as a line of JSON: what this program prints, and what peers print. */
import { z } from "zod";

/** What every figure states; whoever prints one adds what computed it. */
export const Figure = z.looseObject({
  workload: z.string().min(1),
  /** Median over the timed steps. */
  step_ms: z.number().positive(),
  items_per_s: z.number().positive(),
  threads: z.int().min(1),
});
export type Figure = z.infer<typeof Figure>;

/** `digits` decimals, as Python's `round`. */
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

/** A figure from the median time of a step. */
export function figureOf(
  workload: string,
  stepMs: number,
  items: number,
  threads: number,
  rest: Readonly<Record<string, string>>,
): Figure {
  return {
    workload,
    step_ms: rounded(stepMs, 1),
    items_per_s: rounded(items / stepMs * 1e3, 1),
    threads,
    ...rest,
  };
}
