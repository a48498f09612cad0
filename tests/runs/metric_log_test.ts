import { assert, assertEquals } from "@std/assert";
import { recordFigures } from "../../src/runs/measuring.ts";
import { bestOf, MetricLog } from "../../src/runs/metric_log.ts";
import type { RunWriter } from "../../src/runs/run_writer.ts";
import { RunStore } from "../../src/runs/store.ts";
import { DECIDING, FakeMeter, measured } from "./fake_meter.ts";
import { RUN_INIT, snapshotAt, temporaryFolder, thrownBy } from "./fixtures.ts";

/** Runs `test` with a held run, a meter and the log of both. */
async function withLog(
  test: (log: MetricLog, meter: FakeMeter, writer: RunWriter) => Promise<void> | void,
  unmeasured: readonly number[] = [],
): Promise<void> {
  using folder = temporaryFolder();
  using writer = new RunStore(folder.path).create(RUN_INIT);
  const meter = new FakeMeter();
  await test(new MetricLog(writer, meter, unmeasured), meter, writer);
}

const checkpoint = (step: number) => (
  { type: "checkpoint", step, snapshot: snapshotAt(step) } as const
);

Deno.test("MetricLog has checkpoints measured one after the other, the oldest first", () =>
  withLog((log, meter) => {
    for (const step of [10, 20, 30]) log.follow(checkpoint(step));
    assertEquals([meter.asked, log.pending], [[10], [10, 20, 30]]);
    meter.report(measured(10, 5));
    assertEquals(log.take().map(({ event }) => event), [
      { type: "metric", step: 10, name: DECIDING, value: 5 },
      { type: "metric", step: 10, name: "recall-fake-k3-10", value: 0.5 },
    ]);
    assertEquals([meter.asked, log.pending], [[10, 20], [20, 30]]);
    assertEquals(log.take(), []);
  }));

Deno.test("MetricLog keeps the best in the record, the earlier of equals, and it resumable", () =>
  withLog((log, meter, writer) => {
    const best = () => writer.record.best && [writer.record.best.step, writer.record.best.value];
    for (const [step, value] of [[10, 5], [20, 7], [30, 5], [40, 3], [50, NaN]] as const) {
      log.follow(checkpoint(step));
      assertEquals(log.kept.has(step), true); // it may prove the best
      meter.report(measured(step, value));
      log.take();
    }
    assertEquals(best(), [40, 3]);
    assertEquals([...log.kept], [40]);
    assertEquals(
      bestOf([
        { type: "metric", step: 10, name: DECIDING, value: 5 },
        { type: "metric", step: 30, name: DECIDING, value: 5 },
        { type: "metric", step: 10, name: DECIDING, value: 6 }, // measured again: this one counts
        { type: "metric", step: 20, name: "kid-fake-10", value: 1 },
      ], DECIDING),
      { step: 30, metric: DECIDING, value: 5 },
    );
  }));

Deno.test("MetricLog says once that measuring falls behind, and keeps the newest that wait", () =>
  withLog((log) => {
    const told = Array.from({ length: 12 }, (_, i) => log.follow(checkpoint(10 * (i + 1))));
    const warnings = told.flat().map(({ event }) => event);
    assertEquals(warnings.map(({ type, step }) => [type, step]), [["warning", 100]]);
    assertEquals([...log.kept], [50, 60, 70, 80, 90, 100, 110, 120]);
  }));

Deno.test("MetricLog passes over what cannot be measured, with one warning of a kind", () =>
  withLog((log, meter) => {
    for (const step of [10, 20, 30]) log.follow(checkpoint(step));
    const failed = (step: number, message: string) =>
      meter.report({ type: "failed", step, message });
    failed(10, "no such file");
    const [first] = log.take();
    assertEquals(first!.event, {
      type: "warning",
      step: 10,
      message: "Checkpoint 10 could not be measured: no such file",
    });
    failed(20, "no such file");
    assertEquals(log.take(), []);
    assertEquals([meter.asked, log.pending], [[10, 20, 30], [30]]);
  }));

Deno.test("MetricLog goes on without a meter that broke down, and still says what is not measured", () =>
  withLog(async (log, meter) => {
    log.follow(checkpoint(10));
    meter.report({ type: "broken", message: "out of memory" });
    const [{ event }] = log.take() as [ReturnType<typeof log.take>[0]];
    assertEquals(
      event.type === "warning" && event.message.slice(0, 73),
      [
        "The worker that measures checkpoints broke down: out of memory. Training ",
      ][0],
    );
    assertEquals(log.follow(checkpoint(20)), []);
    for await (const _ of log.finish(new AbortController().signal, () => {})) {
      throw new Error("none");
    }
    assertEquals([meter.asked, log.pending, [...log.kept]], [[10], [10, 20], []]);
  }));

Deno.test("MetricLog.finish() waits for what is pending, or until its signal aborts", () =>
  withLog(async (log, meter) => {
    for (const step of [10, 20]) log.follow(checkpoint(step));
    const stop = new AbortController();
    const steps: number[] = [];
    const done: number[] = [];
    meter.report(measured(10, 5));
    for await (const { event } of log.finish(stop.signal, (progress) => done.push(progress.done))) {
      steps.push(event.step);
      if (steps.length === 2) setTimeout(() => stop.abort(), 50);
    }
    assertEquals([steps, log.pending], [[10, 10], [20]]);
    assertEquals([done[0], done.at(-1)], [1, 1]);
  }));

Deno.test("MetricLog begins with what a run before did not get to", () =>
  withLog((log, meter) => {
    log.follow(checkpoint(30));
    assertEquals([meter.asked, log.pending], [[10], [10, 20, 30]]);
  }, [10, 20]));

Deno.test("recordFigures() writes into a run that nobody trains, and tells its best", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const writer = store.create(RUN_INIT);
  const { id } = writer;
  const retention = { keepCheckpoints: 9, milestoneEverySteps: 0 };
  for (const step of [1, 2]) await writer.writeCheckpoint(step, snapshotAt(step), retention);
  const figures = (value: number) => [{ name: DECIDING, value }];
  const record = (step: number, value: number) =>
    recordFigures(store, id, { step, figures: figures(value) }, DECIDING);
  const { message } = await thrownBy(() => record(1, 3));
  assert(message.includes("is writing it. Stop that training first"), message);
  writer.update({ status: "failed", message: "so it goes" });
  writer[Symbol.dispose]();
  await record(1, 3);
  assertEquals(await record(2, 4), { step: 1, metric: DECIDING, value: 3 });
  assertEquals((await record(1, 5))!.step, 2); // measured again: the later figure counts
  using run = store.open(id);
  assertEquals([run.record().status, run.record().message], ["failed", "so it goes"]);
});
