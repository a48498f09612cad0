import { assertAlmostEquals, assertEquals } from "@std/assert";
import { RunState } from "../../ui/state/run.ts";
import { Refused, Unreachable } from "../../ui/transport.ts";
import {
  FakeClock,
  fakeDetail,
  fakeSample,
  fakeSeries,
  FakeTransport,
  settled,
  startedEvent,
  stepEvent,
  stored,
} from "./fakes.ts";

/** Opens a run on a fake server, which a test may set up before. */
async function openRun(setUp: (transport: FakeTransport) => void = () => {}) {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  setUp(transport);
  const run = new RunState("a-run", transport, clock);
  await run.open();
  return { clock, transport, run };
}

const newestLoss = (run: RunState) => run.curves.buffer.columns.get("loss/generator")!.mean.at(-1);

Deno.test("RunState loads detail and curves, then streams from where both are", async () => {
  const { transport, run } = await openRun((server) => {
    server.detail = fakeDetail({ lastEventId: 14, step: 12 });
    server.curves = fakeSeries(10, 10);
  });
  assertEquals(run.loading.value, { state: "ready" });
  assertEquals(transport.streams.map(({ after }) => after), [10]);
  run.dispose();
});

Deno.test("RunState shows the run while its curves are still being read", async () => {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  const reading = Promise.withResolvers<ReturnType<typeof fakeSeries>>();
  transport.series = () => reading.promise;
  const run = new RunState("a-run", transport, clock);
  const opened = run.open();
  await settled();
  assertEquals(run.loading.value, { state: "ready" });
  assertEquals(transport.streams.length, 0);
  reading.resolve(fakeSeries());
  await opened;
  assertEquals(transport.streams.length, 1);
  run.dispose();
});

Deno.test("RunState skips what the detail has seen and the curves have not", async () => {
  const { clock, transport, run } = await openRun((server) => {
    server.detail = fakeDetail({ lastEventId: 12, samples: [fakeSample(10)] });
    server.curves = fakeSeries(10, 10);
  });
  const { listener } = transport.live;
  listener.event(stored(11, stepEvent(11)));
  listener.event(stored(12, fakeSample(10)));
  listener.event(stored(13, fakeSample(11)));
  await clock.pass(200);
  assertEquals(newestLoss(run), 11);
  assertEquals(run.samples.value.map(({ step }) => step), [10, 11]);
  run.dispose();
});

Deno.test("RunState takes events in together, at most ten times a second", async () => {
  const { clock, transport, run } = await openRun();
  let changes = -1;
  const stop = run.progress.subscribe(() => changes++);
  const { listener } = transport.live;
  for (let i = 1; i <= 50; i++) {
    listener.event(stored(10 + i, stepEvent(10 + i)));
    await clock.pass(10);
  }
  await clock.pass(100);
  assertEquals(run.progress.value.step, 60);
  assertEquals(changes <= 7, true, `expected at most 7 changes in 600 ms, got ${changes}`);
  stop();
  run.dispose();
});

Deno.test("RunState takes a long backlog in without waiting for a frame", async () => {
  const { transport, run } = await openRun();
  for (let i = 1; i <= 1000; i++) transport.live.listener.event(stored(10 + i, stepEvent(10 + i)));
  assertEquals(run.progress.value.step, 1010);
  run.dispose();
});

Deno.test("RunState lets a resumed run supersede what came after its step", async () => {
  const { clock, transport, run } = await openRun((server) => {
    server.detail = fakeDetail({
      samples: [fakeSample(0), fakeSample(5), fakeSample(10)],
      warnings: [{ step: 8, message: "collapse" }],
    });
  });
  transport.live.listener.event(stored(11, startedEvent(5)));
  await clock.pass(200);
  assertEquals(run.samples.value.map(({ step }) => step), [0, 5]);
  assertEquals(run.warnings.value, []);
  assertEquals(run.curves.buffer.steps.at(-1), 5);
  assertEquals(run.progress.value.step, 5);
  run.dispose();
});

Deno.test("RunState tells the remaining time from throughput and batch size", async () => {
  const { run } = await openRun((server) => {
    server.detail = fakeDetail({ step: 10, totalSteps: 100, config: { batch: 8 } });
    const rate = { mean: [40], min: [40], max: [40] };
    server.curves = { ...fakeSeries(), steps: [10], series: { "images/s": rate } };
  });
  assertAlmostEquals(run.progress.value.remainingMs!, 1000 * 90 * 8 / 40, 1e-6);
  run.dispose();
});

Deno.test("RunState ends with the run, and reads the checkpoints it left", async () => {
  const { clock, transport, run } = await openRun();
  transport.checkpointList = [{ step: 20, files: [], resumable: true }];
  const { listener } = transport.live;
  listener.event(stored(11, { type: "finished", step: 20, reason: "failed", message: "NaN" }));
  await clock.pass(200);
  assertEquals(run.status.value, "failed");
  assertEquals(run.message.value, "NaN");
  assertEquals(run.stream.state.value, { state: "ended" });
  assertEquals(run.checkpoints.value.map(({ step }) => step), [20]);
  run.dispose();
});

Deno.test("RunState notices that an ended run was resumed, and one whose process died", async () => {
  const { clock, transport, run } = await openRun((server) => {
    server.detail = fakeDetail({ status: "stopped" });
  });
  assertEquals(transport.streams.length, 0);
  transport.detail = fakeDetail({ status: "running" });
  await clock.pass(6000);
  assertEquals(transport.streams.length, 1);
  transport.live.listener.event(stored(11, startedEvent(10)));
  await clock.pass(200);
  assertEquals(run.status.value, "running");
  transport.live.listener.ended("interrupted");
  assertEquals(run.status.value, "interrupted");
  run.dispose();
});

Deno.test("RunState.stop() says that it asked, or why it was refused", async () => {
  const { transport, run } = await openRun();
  await run.stop();
  assertEquals(transport.stopped, ["a-run"]);
  assertEquals(run.stopping.value, { state: "asked" });
  transport.stopFailure = new Refused(409, "It has ended already");
  await run.stop();
  assertEquals(run.stopping.value, { state: "refused", message: "It has ended already" });
  run.dispose();
});

Deno.test("RunState says when a run is missing or the server is gone, and tries again", async () => {
  const missing = await openRun((server) =>
    server.detail = new Refused(404, "No run of that name")
  );
  assertEquals(missing.run.loading.value, { state: "missing", message: "No run of that name" });
  missing.run.dispose();

  const { clock, transport, run } = await openRun((server) => {
    server.detail = new Unreachable("refused");
  });
  assertEquals(run.loading.value, { state: "failed", message: "The server does not answer" });
  transport.detail = fakeDetail();
  await clock.pass(6000);
  assertEquals(run.loading.value, { state: "ready" });
  run.dispose();
});

Deno.test("RunState.sleep() leaves the stream, wake() reads anew and follows from there", async () => {
  const { clock, transport, run } = await openRun();
  run.sleep();
  assertEquals(transport.live.open, false);
  await clock.pass(60_000);
  assertEquals(transport.streams.length, 1);
  transport.detail = fakeDetail({ lastEventId: 90, step: 90 });
  transport.curves = fakeSeries(90, 90);
  await run.wake();
  assertEquals(transport.live.after, 90);
  assertEquals(run.progress.value.step, 90);
  await run.wake(); // which changes nothing for one that is awake
  assertEquals(transport.streams.length, 2);
  run.dispose();
});
