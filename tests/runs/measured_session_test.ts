/** Training that has its checkpoints measured. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { RunEvent } from "../../src/core/protocol.ts";
import { chooseStep } from "../../src/runs/open_generator.ts";
import { runTraining, type SessionParts } from "../../src/runs/session.ts";
import { RunStore } from "../../src/runs/store.ts";
import { fakeParts, fakeRequest, hooks } from "./fake_lab.ts";
import { DECIDING, FakeMeter, measured } from "./fake_meter.ts";
import { filesUnder, temporaryFolder, thrownBy } from "./fixtures.ts";

/** Distance by step: step 10 is the best. */
const VALUES: Readonly<Record<number, number>> = { 5: 4, 10: 2, 15: 3, 20: 6, 25: 5, 30: 2.5 };

interface Trained {
  readonly id: string;
  readonly meter: FakeMeter;
  readonly unmeasured: readonly number[];
}

/** Trains the fake with a meter that answers on the spot, or `answer` in its place. */
async function trained(
  runsDir: string,
  settings: Parameters<typeof fakeRequest>[1],
  options: {
    resume?: string;
    stopAt?: number;
    answer?: (step: number) => ReturnType<typeof measured> | null;
  } = {},
): Promise<Trained> {
  const { resume = null, stopAt, answer = (step) => measured(step, VALUES[step]!) } = options;
  let meter = new FakeMeter();
  let step = 0;
  const parts: SessionParts = {
    ...fakeParts,
    startMeter: (order) => Promise.resolve(meter = new FakeMeter(order, answer)),
  };
  const outcome = await runTraining(
    fakeRequest(runsDir, settings, resume),
    parts,
    hooks({
      onEvent: ({ event }) => step = event.type === "step" ? event.step : step,
      shouldStop: () => stopAt !== undefined && step >= stopAt,
    }),
  );
  return { id: outcome.run!.id, meter, unmeasured: outcome.unmeasured };
}

const METRICS = { metrics: "fcd,recall" };
const distances = (runsDir: string, id: string) => {
  using run = new RunStore(runsDir).open(id);
  return run.metrics().filter(({ name }) => name === DECIDING)
    .map(({ step, value }) => [step, value]);
};
const resumable = (runsDir: string, id: string) => {
  using run = new RunStore(runsDir).open(id);
  return run.checkpoints().flatMap(({ step, resumable }) => resumable ? [step] : []);
};

Deno.test("runTraining() measures every checkpoint before it ends, and keeps the best resumable", async () => {
  using folder = temporaryFolder();
  const settings = { ...METRICS, steps: 30, keepCheckpoints: 2 };
  const { id, meter, unmeasured } = await trained(folder.path, settings);
  const steps = [5, 10, 15, 20, 25, 30];
  assertEquals([meter.asked, unmeasured, meter.disposed], [steps, [], true]);
  assertEquals(distances(folder.path, id), steps.map((step) => [step, VALUES[step]]));
  using run = new RunStore(folder.path).open(id);
  const types = run.events().events.map(({ event }) => event.type);
  assertEquals([types.at(-1), types.at(-2)], ["finished", "metric"]);
  assertEquals(run.record().best, { step: 10, metric: DECIDING, value: 2 });
  assertEquals(chooseStep(run, "best"), 10);
  assertEquals(resumable(folder.path, id), [10, 25, 30]);
  const { order } = meter;
  assertEquals([order!.metrics, order!.samples, order!.data.spec], ["fcd,recall", 10, "fake"]);
});

Deno.test("runTraining() lets go of states that were kept only until they were measured", async () => {
  using folder = temporaryFolder();
  const waiting: number[] = [];
  const late = (step: number) => {
    waiting.push(step);
    return null;
  };
  let meter: FakeMeter | null = null;
  const parts: SessionParts = {
    ...fakeParts,
    startMeter: (order) => Promise.resolve(meter = new FakeMeter(order, late)),
  };
  const onProgress = () => { // all is trained: now what waits is measured
    const step = waiting.shift();
    if (step !== undefined) meter!.report(measured(step, VALUES[step]!));
  };
  const request = fakeRequest(folder.path, { ...METRICS, steps: 30, keepCheckpoints: 2 });
  const { run } = await runTraining(request, parts, hooks({ onProgress }));
  assertEquals(resumable(folder.path, run!.id), [10, 25, 30]);
});

Deno.test("runTraining() with metrics trains the bytes of one without, also stopped and resumed", async () => {
  using folder = temporaryFolder();
  const plain = await trained(folder.path, { steps: 20 });
  const stopped = await trained(folder.path, { ...METRICS, steps: 20 }, { stopAt: 12 });
  await trained(folder.path, {}, { resume: stopped.id });
  const checkpoints = (id: string) => filesUnder(join(folder.path, id, "checkpoints/000020"));
  assertEquals(checkpoints(stopped.id), checkpoints(plain.id));
  assertEquals(plain.meter.order, null);
});

Deno.test("runTraining() stopped drops what is not measured; resumed, it measures that first", async () => {
  using folder = temporaryFolder();
  const settings = { ...METRICS, steps: 20 };
  const slow = (step: number) => step === 5 ? measured(5, 4) : null;
  const stopped = await trained(folder.path, settings, { stopAt: 12, answer: slow });
  assertEquals(stopped.unmeasured, [10, 12]);
  assertEquals(resumable(folder.path, stopped.id), [5, 10, 12]);
  assertEquals(distances(folder.path, stopped.id), [[5, 4]]);
  const resumed = await trained(folder.path, {}, {
    resume: stopped.id,
    answer: (step) => measured(step, step),
  });
  assertEquals(resumed.meter.asked, [10, 12, 15, 20]);
  using run = new RunStore(folder.path).open(stopped.id);
  assertEquals(run.record().best, { step: 5, metric: DECIDING, value: 4 });
});

Deno.test("runTraining() that goes back past its best checkpoint finds the best of what is left", async () => {
  using folder = temporaryFolder();
  const answer = (step: number) => measured(step, 100 - step);
  const { id } = await trained(folder.path, { ...METRICS, steps: 20 }, { answer });
  for (const step of ["000015", "000020"]) {
    Deno.removeSync(join(folder.path, id, "checkpoints", step, "state.safetensors"));
  }
  let best: unknown = null;
  const parts: SessionParts = {
    ...fakeParts,
    startMeter: (order) => Promise.resolve(new FakeMeter(order)),
  };
  const onEvent = ({ event }: { event: RunEvent }) => {
    if (event.type !== "step" || event.step > 11) return;
    using run = new RunStore(folder.path).open(id);
    best = run.record().best;
  };
  let asked = 0;
  const request = fakeRequest(folder.path, { steps: 25 }, id);
  await runTraining(request, parts, hooks({ onEvent, shouldStop: () => ++asked > 20 }));
  assertEquals(best, { step: 10, metric: DECIDING, value: 90 });
  assertEquals(distances(folder.path, id), [[5, 95], [10, 90]]);
});

Deno.test("runTraining() refuses metrics that cannot be had, and leaves no run", async () => {
  using folder = temporaryFolder();
  const request = fakeRequest(folder.path, METRICS);
  const refused = () => Promise.reject(new RangeError("Cannot measure fcd: too few"));
  const parts = { ...fakeParts, startMeter: refused };
  assertEquals(
    (await thrownBy(() => runTraining(request, parts, hooks()))).message,
    "Cannot measure fcd: too few",
  );
  const { message } = await thrownBy(() => runTraining(request, fakeParts, hooks()));
  assert(message.startsWith('Cannot measure checkpoints: "metrics" is set'), message);
  assertEquals(new RunStore(folder.path).ids(), []);
});
