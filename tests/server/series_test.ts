import { assert, assertEquals } from "@std/assert";
import { ScalarColumns } from "../../server/scalar_columns.ts";
import { SeriesCache } from "../../server/series.ts";
import type { RunSeries } from "../../src/core/protocol.ts";
import type { StoredRun } from "../../src/runs/stored_run.ts";
import { Lab } from "./lab.ts";

/** Columns of one scalar `x`, whose value at step s is `values[s - 1]`. */
function columnsOf(values: readonly (number | undefined)[]): ScalarColumns {
  const columns = new ScalarColumns();
  values.forEach((value, i) => columns.append(i + 1, value === undefined ? [] : [["x", value]]));
  return columns;
}

Deno.test("ScalarColumns.thin() keeps a spike as an extreme and gives each bucket's mean", () => {
  const values = Array.from({ length: 5000 }, (_, i) => i === 1234 ? 100 : i % 2);
  const { steps, stepsPerBucket, series } = columnsOf(values).thin(100);
  assertEquals([steps.length, stepsPerBucket, steps[0], steps.at(-1)], [100, 50, 50, 5000]);
  const { mean, min, max } = series.x!;
  assertEquals([mean[0], min[0], max[0]], [0.5, 0, 1]);
  assertEquals(max[24], 100);
  assertEquals(mean[24], 2.5); // 25 ones and the spike
});

Deno.test("ScalarColumns.thin() gives every step where there are few, and a short last bucket", () => {
  assertEquals(columnsOf([3, 4]).thin(10), {
    steps: [1, 2],
    stepsPerBucket: 1,
    series: { x: { mean: [3, 4], min: [3, 4], max: [3, 4] } },
  });
  const { steps, series } = columnsOf([1, 2, 3, 4, 5]).thin(3);
  assertEquals([steps, series.x!.mean], [[2, 4, 5], [1.5, 3.5, 5]]);
  assertEquals(new ScalarColumns().thin(10), { steps: [], stepsPerBucket: 1, series: {} });
});

Deno.test("ScalarColumns.thin() says null where no step of a bucket has the scalar", () => {
  const { series } = columnsOf([1, undefined, undefined, undefined, 5, undefined]).thin(3);
  assertEquals(series.x!, { mean: [1, null, 5], min: [1, null, 5], max: [1, null, 5] });
});

Deno.test("GET …/series names the scalars of a step's event", async () => {
  using lab = new Lab();
  const training = lab.train();
  await training.advance(30);
  const last = training.warn("not a step");
  const { steps, series, lastEventId } = await lab.json<RunSeries>(
    `/api/runs/${training.id}/series?points=10`,
  );
  assertEquals(steps, [3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
  assertEquals(Object.keys(series), [
    ...["loss/discriminator", "loss/generator", "score/D(x)", "score/D(G(z))", "images/s"],
  ]);
  assertEquals(lastEventId, last.id);
});

Deno.test("GET …/series answers 304 until there is an event", async () => {
  using lab = new Lab();
  const training = lab.train();
  await training.advance(3);
  const path = `/api/runs/${training.id}/series`;
  const etag = (await lab.get(path)).headers.get("etag")!;
  assertEquals((await lab.get(path, { "if-none-match": etag })).status, 304);
  assertEquals((await lab.get(`${path}?points=10`, { "if-none-match": etag })).status, 200);
  await training.advance(1);
  assertEquals((await lab.get(path, { "if-none-match": etag })).status, 200);
});

/** Counts the events that pass through a run's `eventBodies`. */
function counting(run: StoredRun): { run: StoredRun; read: () => number } {
  let count = 0;
  const eventBodies = run.eventBodies.bind(run);
  run.eventBodies = (query) => {
    const page = eventBodies(query);
    count += page.events.length;
    return page;
  };
  return { run, read: () => count };
}

Deno.test("SeriesCache reads each event once, for all who ask at the same time", async () => {
  using lab = new Lab();
  const training = lab.train({ totalSteps: 10_000 });
  await training.advance(5000);
  using stored = lab.runs.open(training.id);
  const { run, read } = counting(stored);
  const cache = new SeriesCache();
  const [one, other] = await Promise.all([cache.read(run, 100), cache.read(run, 200)]);
  assertEquals([one.steps.length, other.steps.length], [100, 200]);
  assertEquals(read(), 5001); // with `started`
  await training.advance(10);
  assertEquals((await cache.read(run, 100)).steps.at(-1), 5010);
  assertEquals(read(), 5011);
});

Deno.test("SeriesCache lets others have their turn while it reads a long run", async () => {
  using lab = new Lab();
  const training = lab.train({ totalSteps: 10_000 });
  await training.advance(6000);
  using run = lab.runs.open(training.id);
  let turns = 0;
  const timer = setInterval(() => turns++);
  await new SeriesCache().read(run, 100);
  clearInterval(timer);
  assert(turns >= 2, `expected 2 turns or more, got ${turns}`);
});

Deno.test("SeriesCache notices what a resumed run has superseded", async () => {
  using lab = new Lab();
  const training = lab.train();
  await training.advance(20);
  using run = lab.runs.open(training.id);
  const cache = new SeriesCache();
  const before = await cache.read(run, 100);
  training.rewind(12);
  assertEquals((await cache.read(run, 100)).steps.at(-1), 12);
  await training.advance(2);
  training.rewind(8);
  await training.advance(5);

  const after = await cache.read(run, 100);
  assertEquals(after.steps, Array.from({ length: 13 }, (_, i) => i + 1));
  assertEquals(after, await new SeriesCache().read(run, 100));
  const losses = (series: RunSeries) => series.series["loss/generator"]!.mean;
  assertEquals(losses(after).slice(0, 8), losses(before).slice(0, 8));
  assert(losses(after)[9] !== losses(before)[9]);
});

Deno.test("SeriesCache starts anew where another run has taken the name", async () => {
  using lab = new Lab();
  const [long, short] = [lab.train(), lab.train({ seed: 2 })];
  await long.advance(20);
  await short.advance(3);
  for (const training of [long, short]) training[Symbol.dispose]();
  const cache = new SeriesCache();
  using first = lab.runs.open(long.id);
  assertEquals((await cache.read(first, 100)).steps.length, 20);
  first.close();
  Deno.removeSync(long.writer.folder, { recursive: true });
  Deno.renameSync(short.writer.folder, long.writer.folder);
  using second = lab.runs.open(long.id);
  assertEquals((await cache.read(second, 100)).steps.length, 3);
});
