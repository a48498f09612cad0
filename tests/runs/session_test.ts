import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { StoredEvent } from "../../src/core/protocol.ts";
import { runTraining, type SessionParts } from "../../src/runs/session.ts";
import { RunStore } from "../../src/runs/store.ts";
import { fakeDataset, fakeParts, fakeRequest, hooks } from "./fake_lab.ts";
import { DEVICE, filesUnder, temporaryFolder, thrownBy } from "./fixtures.ts";

type Settings = Parameters<typeof fakeRequest>[1];

/** Trains a fake run, stopping after step `stopAt` if that is given. Returns the run's id. */
async function trained(
  runsDir: string,
  settings: Settings = {},
  { resume = null, stopAt, parts = fakeParts }: {
    resume?: string | null;
    stopAt?: number;
    parts?: SessionParts;
  } = {},
): Promise<string> {
  let step = 0;
  const outcome = await runTraining(
    fakeRequest(runsDir, settings, resume),
    parts,
    hooks({
      onEvent: ({ event }) => step = event.step,
      shouldStop: () => stopAt !== undefined && step >= stopAt,
    }),
  );
  return outcome.run!.id;
}

const checkpointsOf = (runsDir: string, id: string) => filesUnder(join(runsDir, id, "checkpoints"));

const typesAndSteps = (runsDir: string, id: string) => {
  using run = new RunStore(runsDir).open(id);
  return run.events().events.map(({ event }) => `${event.type} ${event.step}`);
};

Deno.test("runTraining() warns of files left out, once and not again on resuming", async () => {
  using folder = temporaryFolder();
  const skipped = ["a.png", "b.png"];
  const openDataset = () => {
    const dataset = fakeDataset();
    return Promise.resolve({ ...dataset, info: { ...dataset.info, skipped } });
  };
  const parts = { ...fakeParts, openDataset };
  const id = await trained(folder.path, { steps: 3 }, { parts, stopAt: 2 });
  await trained(folder.path, {}, { parts, resume: id });
  using run = new RunStore(folder.path).open(id);
  assertEquals(run.warnings(), [{
    step: 0,
    message: '2 files could not be read and are left out, such as "a.png"; ' +
      "the run's run.json names them all",
  }]);
});

Deno.test("runTraining() leaves a whole run: record, events, samples, checkpoints", async () => {
  using folder = temporaryFolder();
  const heard: StoredEvent[] = [];
  const request = fakeRequest(folder.path, { steps: 6, checkpointEverySteps: 4 });
  const outcome = await runTraining(
    request,
    fakeParts,
    hooks({ onEvent: (stored) => heard.push(stored) }),
  );
  assertEquals([outcome.step, outcome.reason], [6, "completed"]);
  const { id } = outcome.run!;
  using run = new RunStore(folder.path).open(id);
  assertEquals(run.events().events, heard);
  assertEquals(heard.map(({ event }) => `${event.type} ${event.step}`), [
    ...["started 0", "sample 0", "step 1", "step 2", "step 3", "step 4", "checkpoint 4"],
    ...["step 5", "sample 5", "step 6", "sample 6", "checkpoint 6", "finished 6"],
  ]);
  const record = run.record();
  assertEquals([record.status, record.step, record.totalSteps], ["completed", 6, 6]);
  assertEquals(Object.keys(record.metrics), ["loss/generator", "score/D(x)", "images/s"]);
  assertEquals(record.config.batch, 3);
  assertEquals(run.samples().map(({ width, rows }) => [width, rows]), [[8, 2], [8, 2], [8, 2]]);
  assertEquals(run.newestSample()!.step, 6);
  assertEquals(run.checkpoints().map(({ step }) => step), [4, 6]);
  assertEquals([...filesUnder(run.folder).keys()], [
    "checkpoints/000004/checkpoint.json",
    "checkpoints/000004/generator.safetensors",
    "checkpoints/000004/state.safetensors",
    "checkpoints/000006/checkpoint.json",
    "checkpoints/000006/generator.safetensors",
    "checkpoints/000006/state.safetensors",
    ...["events.sqlite", "events.sqlite-shm", "events.sqlite-wal", "lock", "run.json"],
    ...["samples/000000.png", "samples/000005.png", "samples/000006.png"],
  ]);
});

Deno.test("runTraining() resumed anywhere gives the bytes of a run never stopped", async () => {
  using folder = temporaryFolder();
  const whole = await trained(folder.path);
  const stopped = await trained(folder.path, {}, { stopAt: 7 });
  assertEquals(new RunStore(folder.path).open(stopped).record().status, "stopped");
  await trained(folder.path, {}, { resume: stopped, stopAt: 12 });
  await trained(folder.path, {}, { resume: stopped });
  const name = (step: string, file: string) => `${step}/${file}.safetensors`;
  const [expected, got] = [whole, stopped].map((id) => checkpointsOf(folder.path, id));
  for (const step of ["000010", "000015", "000020"]) {
    assertEquals(got!.get(name(step, "generator")), expected!.get(name(step, "generator")), step);
  }
  for (const file of ["generator", "state"]) {
    assertEquals(got!.get(name("000020", file)), expected!.get(name("000020", file)), file);
  }
  const samples = [whole, stopped].map((id) => filesUnder(join(folder.path, id, "samples")));
  assertEquals(samples[1], samples[0]);
});

Deno.test("runTraining() resumes with growing event ids and says where it started", async () => {
  using folder = temporaryFolder();
  const id = await trained(folder.path, { steps: 9 }, { stopAt: 6 });
  const before = new RunStore(folder.path).open(id);
  const last = before.lastEventId();
  before.close();
  await trained(folder.path, {}, { resume: id });
  using run = new RunStore(folder.path).open(id);
  const { events } = run.events({ after: last });
  assertEquals(events[0]!.id, last + 1);
  assertEquals(events[0]!.event, {
    type: "started",
    step: 6,
    totalSteps: 9,
    resumed: true,
    device: DEVICE,
  });
  assertEquals(run.record().status, "completed");
  assertEquals(run.warnings(), []);
});

Deno.test("runTraining() goes on from the newest whole checkpoint, warns, and redoes the rest", async () => {
  using folder = temporaryFolder();
  const id = await trained(folder.path);
  const expected = checkpointsOf(folder.path, id);
  Deno.truncateSync(join(folder.path, id, "checkpoints/000020/state.safetensors"), 100);
  await trained(folder.path, { steps: 21 }, { resume: id });
  using run = new RunStore(folder.path).open(id);
  assertEquals(run.checkpoints().map(({ step }) => step), [5, 10, 15, 20, 21]);
  const [warning] = run.warnings();
  assertEquals(warning!.step, 15);
  assert(warning!.message.startsWith("Passed over checkpoint 000020: "), warning!.message);
  assert(warning!.message.includes("bytes, got 100"), warning!.message);
  const redone = "000020/generator.safetensors";
  assertEquals(checkpointsOf(folder.path, id).get(redone), expected.get(redone));
});

Deno.test("runTraining() keeps the newest states and the milestones' resumable", async () => {
  using folder = temporaryFolder();
  const id = await trained(folder.path, { keepCheckpoints: 1, milestoneEverySteps: 10 });
  using run = new RunStore(folder.path).open(id);
  const resumable = run.checkpoints().map((info) => [info.step, info.resumable]);
  assertEquals(resumable, [[5, false], [10, true], [15, false], [20, true]]);
});

Deno.test("runTraining() resumes a run whose damaged events were deleted", async () => {
  using folder = temporaryFolder();
  const id = await trained(folder.path, {}, { stopAt: 7 });
  const path = join(folder.path, id, "events.sqlite");
  Deno.truncateSync(path, 5000);
  const { message } = await thrownBy(() => trained(folder.path, {}, { resume: id }));
  assert(message.includes(`${path}": the file is damaged. Restore it from a copy`), message);
  Deno.removeSync(path);
  await trained(folder.path, {}, { resume: id });
  assertEquals(typesAndSteps(folder.path, id).slice(0, 3), ["started 7", "checkpoint 7", "step 8"]);
});

Deno.test("runTraining() starts over where no checkpoint had been made", async () => {
  using folder = temporaryFolder();
  const whole = await trained(folder.path, { steps: 4 });
  const id = await trained(folder.path, { steps: 4 }, { stopAt: 3 });
  Deno.removeSync(join(folder.path, id, "checkpoints/000003"), { recursive: true });
  await trained(folder.path, {}, { resume: id });
  const last = (run: string) => checkpointsOf(folder.path, run).get("000004/state.safetensors");
  assertEquals(last(id), last(whole));
  assertEquals(typesAndSteps(folder.path, id).slice(0, 3), ["started 0", "warning 0", "sample 0"]);
});

Deno.test("runTraining() records a divergence as the run's end and keeps checkpoints", async () => {
  using folder = temporaryFolder();
  const settings = { steps: 9, divergeAtStep: 7 };
  const error = await thrownBy(() => trained(folder.path, settings));
  assertEquals(error.name, "DivergenceError");
  const [run] = new RunStore(folder.path).list();
  assertEquals([run!.status, run!.step, run!.message], ["failed", 6, error.message]);
  assertEquals(typesAndSteps(folder.path, run!.id).at(-1), "finished 6");
  await trained(folder.path, { divergeAtStep: 0 }, { resume: run!.id });
  using resumed = new RunStore(folder.path).open(run!.id);
  assertEquals([resumed.record().status, resumed.record().message], ["completed", undefined]);
});

Deno.test("runTraining() leaves no run behind where the dataset cannot be opened", async () => {
  using folder = temporaryFolder();
  const parts = { ...fakeParts, openDataset: () => Promise.reject(new RangeError("no pictures")) };
  const error = await thrownBy(() => trained(folder.path, {}, { parts }));
  assertEquals(error.message, "no pictures");
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("runTraining() stopped while a dataset is prepared ends well, without a run", async () => {
  using folder = temporaryFolder();
  const openDataset: SessionParts["openDataset"] = (_, { signal }) =>
    new Promise((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason)));
  const outcome = await runTraining(
    fakeRequest(folder.path),
    { ...fakeParts, openDataset },
    hooks({ shouldStop: () => true }),
  );
  assertEquals(outcome, { run: null, step: 0, reason: "stopped", unmeasured: [] });
});

Deno.test("runTraining() heeds StoredRun.requestStop()", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  let id = "";
  const outcome = await runTraining(
    fakeRequest(folder.path),
    fakeParts,
    hooks({
      onRun: (run) => id = run.id,
      onEvent: ({ event }) => {
        if (event.type === "step" && event.step === 3) assert(store.open(id).requestStop());
      },
    }),
  );
  assertEquals([outcome.step, outcome.reason], [3, "stopped"]);
  assertEquals(store.open(id).requestStop(), false);
  await trained(folder.path, {}, { resume: id });
  assertEquals(store.open(id).record().status, "completed");
});

Deno.test("runTraining() refuses to resume on other pictures, and leaves the run as it was", async () => {
  using folder = temporaryFolder();
  const id = await trained(folder.path, {}, { stopAt: 7 });
  const before = filesUnder(join(folder.path, id));
  const parts = { ...fakeParts, openDataset: () => Promise.resolve(fakeDataset("fake/2")) };
  const { message } = await thrownBy(() => trained(folder.path, {}, { resume: id, parts }));
  assert(message.includes("Expected 10 images with fingerprint fake/1, got 10 with fake/2"));
  const record = (files: Map<string, Uint8Array>) =>
    new TextDecoder().decode(files.get("run.json"));
  assertEquals(record(filesUnder(join(folder.path, id))), record(before));
  assertEquals(typesAndSteps(folder.path, id).at(-1), "finished 7");
});

Deno.test("runTraining() says how to resume on pictures that have moved", async () => {
  using folder = temporaryFolder();
  const id = await trained(folder.path, {}, { stopAt: 7 });
  const openDataset = () => Promise.reject(new RangeError("there is no such folder."));
  const parts = { ...fakeParts, openDataset };
  const { message } = await thrownBy(() => trained(folder.path, {}, { resume: id, parts }));
  assertEquals(
    message,
    "there is no such folder. If the pictures have moved, " +
      'resume with "data" at their new place: --data folder:PATH',
  );
});

Deno.test("runTraining() refuses changes that a resumed run cannot take, and runs without steps left", async () => {
  using folder = temporaryFolder();
  const id = await trained(folder.path, { steps: 4 });
  const changed = await thrownBy(() => trained(folder.path, { batch: 4 }, { resume: id }));
  assert(changed.message.includes('cannot change "batch" from 3 to 4'), changed.message);
  const done = await thrownBy(() => trained(folder.path, {}, { resume: id }));
  assert(done.message.includes("Pass more than 4 to --steps"), done.message);
  const fewer = await thrownBy(() => trained(folder.path, { steps: 3 }, { resume: id }));
  assert(fewer.message.includes("it has done 4 of 3 steps"), fewer.message);
});

Deno.test("runTraining() warns when resumed on another device", async () => {
  using folder = temporaryFolder();
  const id = await trained(folder.path, {}, { stopAt: 7 });
  const probeDevice = () =>
    Promise.resolve({ ...DEVICE, backend: "webgpu", name: "a card" } as const);
  await trained(folder.path, { threads: 4 }, { resume: id, parts: { ...fakeParts, probeDevice } });
  using run = new RunStore(folder.path).open(id);
  assertEquals(run.warnings(), [{
    step: 7,
    message: "Resumed with other equipment, so not exact to the bit: " +
      "device cpu (a processor) → webgpu (a card), threads 1 → 4",
  }]);
});
