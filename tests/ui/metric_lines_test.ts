import { assertEquals } from "@std/assert";
import {
  alignLines,
  bestOf,
  directionText,
  inOrder,
  type MetricLine,
  nearestValue,
  valueAt,
} from "../../ui/state/metric_lines.ts";

const line = (steps: number[], values: number[]): MetricLine => ({
  ...{ label: "A", style: "a", steps, values },
});

Deno.test("bestOf() goes by which way is better, the earliest of equals, and past what is not finite", () => {
  const measured = line([10, 20, 30, 40], [5, 3, 3, 9]);
  assertEquals(bestOf(measured, "lower"), { step: 20, value: 3 });
  assertEquals(bestOf(measured, "higher"), { step: 40, value: 9 });
  assertEquals(bestOf(line([1, 2], [NaN, 4]), "lower"), { step: 2, value: 4 });
  assertEquals(bestOf(line([], []), "lower"), null);
});

Deno.test("valueAt() wants the very step, nearestValue() the nearest, the earlier of two", () => {
  const measured = line([10, 20, 40], [1, 2, 4]);
  assertEquals([valueAt(measured, 20), valueAt(measured, 21)], [2, null]);
  assertEquals(nearestValue(measured, 29), { step: 20, value: 2 });
  assertEquals(nearestValue(measured, 15), { step: 10, value: 1 });
  assertEquals(nearestValue(line([], []), 15), null);
});

Deno.test("alignLines() puts several runs on the steps that any of them has", () => {
  const { steps, columns } = alignLines([line([10, 30], [1, NaN]), line([20, 30], [2, 3])]);
  assertEquals(steps, [10, 20, 30]);
  assertEquals(columns, [[1, null, null], [null, 2, 3]]);
});

Deno.test("inOrder() puts diversity last, and leaves the others as they come", () => {
  assertEquals(inOrder(["kid-lab-2k", "sample-diversity", "fcd-lab-2k"]), [
    ...["kid-lab-2k", "fcd-lab-2k", "sample-diversity"],
  ]);
});

Deno.test("directionText() says which way is better, and the unit of what has one", () => {
  assertEquals(directionText("psnr-y-crop4", "higher"), "dB, higher is better");
  assertEquals(directionText("perceptual-lab", "lower"), "lower is better");
  assertEquals(directionText("sample-diversity", null), "1 is that of real pictures");
});
