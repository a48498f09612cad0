import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { SeriesBuffer } from "../../ui/state/series_buffer.ts";

function filled(maxPoints: number, steps: number): SeriesBuffer {
  const buffer = new SeriesBuffer(maxPoints);
  for (let step = 1; step <= steps; step++) buffer.append(step, { loss: step });
  return buffer;
}

Deno.test("SeriesBuffer keeps every point while there is room", () => {
  const buffer = filled(8, 8);
  assertEquals(buffer.steps, [1, 2, 3, 4, 5, 6, 7, 8]);
  assertEquals(buffer.columns.get("loss")!.mean, buffer.steps);
  assertEquals(buffer.stepsPerBucket, 1);
});

Deno.test("SeriesBuffer merges neighbours into mean and extremes when it is full", () => {
  const buffer = filled(8, 9);
  assertEquals(buffer.stepsPerBucket, 2);
  assertEquals(buffer.steps, [2, 4, 6, 8, 9]);
  const { mean, min, max, count } = buffer.columns.get("loss")!;
  assertEquals(mean, [1.5, 3.5, 5.5, 7.5, 9]);
  assertEquals(min, [1, 3, 5, 7, 9]);
  assertEquals(max, [2, 4, 6, 8, 9]);
  assertEquals(count, [2, 2, 2, 2, 1]);
});

Deno.test("SeriesBuffer stays within its bound over 100,000 steps, with equal buckets", () => {
  const buffer = filled(2000, 100_000);
  assert(buffer.steps.length <= 2000, `${buffer.steps.length} points`);
  const { count, mean } = buffer.columns.get("loss")!;
  assert(count.slice(0, -1).every((n) => n === buffer.stepsPerBucket), "buckets differ in size");
  assertEquals(count.reduce((a, b) => a + b), 100_000);
  const total = mean.reduce<number>((sum, value, i) => sum + value! * count[i]!, 0);
  assertAlmostEquals(total / 100_000, 50_000.5, 1e-6);
});

Deno.test("SeriesBuffer keeps a spike through thinning", () => {
  const buffer = new SeriesBuffer(16);
  for (let step = 1; step <= 1000; step++) buffer.append(step, { loss: step === 333 ? 50 : 1 });
  assertEquals(Math.max(...buffer.columns.get("loss")!.max as number[]), 50);
});

Deno.test("SeriesBuffer goes on from what the server thinned, filling its open bucket", () => {
  const buffer = new SeriesBuffer(100);
  const column = { mean: [2, 5, 8.5], min: [1, 4, 8], max: [3, 6, 9] };
  buffer.load({
    steps: [10, 20, 24],
    stepsPerBucket: 10,
    series: { loss: column },
    lastEventId: 7,
  });
  for (let step = 25; step <= 31; step++) buffer.append(step, { loss: 1 });
  assertEquals(buffer.steps, [10, 20, 30, 31]);
  const { mean, min } = buffer.columns.get("loss")!;
  assertAlmostEquals(mean[2]!, (4 * 8.5 + 6 * 1) / 10, 1e-12);
  assertEquals(min[2], 1);
  assertEquals(column.mean, [2, 5, 8.5]); // the server's arrays are borrowed
});

Deno.test("SeriesBuffer leaves gaps where a scalar has no value, and out what is not finite", () => {
  const buffer = new SeriesBuffer(100);
  buffer.append(1, { loss: 1 });
  buffer.append(2, { loss: NaN });
  buffer.append(3, { loss: 3 });
  buffer.append(3, { "metric/psnr": 20 });
  assertEquals(buffer.steps, [1, 2, 3]);
  assertEquals(buffer.columns.get("loss")!.mean, [1, null, 3]);
  assertEquals(buffer.columns.get("metric/psnr")!.mean, [null, null, 20]);
});

Deno.test("SeriesBuffer.truncate() forgets what a resumed run supersedes", () => {
  const buffer = filled(100, 20);
  buffer.truncate(15);
  assertEquals(buffer.steps.at(-1), 15);
  buffer.append(16, { loss: -1 });
  assertEquals(buffer.columns.get("loss")!.mean.slice(-2), [15, -1]);
  buffer.truncate(0);
  assertEquals(buffer.steps, []);
  buffer.append(1, { loss: 1 });
  assertEquals(buffer.columns.get("loss")!.mean, [1]);
});
