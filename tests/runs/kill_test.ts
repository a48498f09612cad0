/** kill -9, for real: a process that trains and writes checkpoints is killed at seeded random moments. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { Rng } from "../../src/core/rng.ts";
import { Checkpoints } from "../../src/runs/checkpoints.ts";
import { RunStore } from "../../src/runs/store.ts";
import { filesUnder, temporaryFolder } from "./fixtures.ts";

const KILLS = 24;
/** More steps than anyone would wait for. */
const ENDLESS = 1_000_000;
const CHILD = fromFileUrl(new URL("kill_child.ts", import.meta.url));

function train(runsDir: string, steps: number, resume: string | null): Deno.ChildProcess {
  const args = [runsDir, String(steps), ...(resume === null ? [] : [resume])];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", CHILD, ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Reads what a training prints until it has stored this many checkpoints in this life. */
async function untilCheckpoints(count: number, lines: AsyncIterator<string>): Promise<void> {
  let text = "";
  while ((text.match(/checkpoint/g)?.length ?? 0) < count) {
    const { done, value } = await lines.next();
    assert(!done, "the training ended by itself");
    text += value;
  }
}

/** Waits for an instant within the writing of a checkpoint; gives up after a second. */
async function untilWriting(runsDir: string): Promise<void> {
  const deadline = performance.now() + 1000;
  const folders = new RunStore(runsDir).ids().map((id) => join(runsDir, id, "checkpoints"));
  while (performance.now() < deadline) {
    for (let look = 0; look < 50; look++) {
      for (const folder of folders) {
        for (const { name } of Deno.readDirSync(folder)) if (name.endsWith(".tmp")) return;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Lets a training store a few checkpoints and kills it: when `moment` resolves, at once. */
async function killAt(
  child: Deno.ChildProcess,
  checkpoints: number,
  moment: () => Promise<void>,
): Promise<void> {
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).values();
  await untilCheckpoints(checkpoints, lines);
  await moment();
  child.kill("SIGKILL");
  assertEquals((await child.status).signal, "SIGKILL");
  await lines.return?.();
}

/** Whatever instant the process died at, this holds. Returns the newest whole checkpoint's step. */
async function assertSound(store: RunStore): Promise<number> {
  assertEquals(store.broken(), []);
  const runs = store.list();
  assertEquals(runs.map(({ status }) => status), ["interrupted"]);
  using run = store.open(runs[0]!.id);
  const found = await new Checkpoints(run.folder).newestWhole();
  assertEquals(found?.skipped ?? [], [], "a kill must not leave a damaged checkpoint");
  const { events } = run.events({ limit: 10_000 });
  const made = new Set(run.checkpoints().map(({ step }) => step));
  for (const [i, { id, event }] of events.entries()) {
    assert(i === 0 || id > events[i - 1]!.id, "ids must grow");
    if (event.type === "sample") assert(Deno.statSync(run.samplePath(event.step)).isFile);
    if (event.type === "checkpoint") assert(made.has(event.step), `no checkpoint ${event.step}`);
  }
  assert(run.checkpoints().filter(({ resumable }) => resumable).length <= 3); // 2, and one unthinned
  return found?.step ?? 0;
}

/** Trains to the end and returns the bytes of the last checkpoint. */
async function finish(
  runsDir: string,
  steps: number,
  resume: string | null,
): Promise<Map<string, Uint8Array>> {
  const { success } = await train(runsDir, steps, resume).output();
  assert(success);
  const [run] = new RunStore(runsDir).list();
  assertEquals(run!.status, "completed");
  return filesUnder(join(runsDir, run!.id, "checkpoints", String(steps).padStart(6, "0")));
}

Deno.test(`a run killed ${KILLS} times resumes each time, and ends with the bytes of one never killed`, async () => {
  using killed = temporaryFolder();
  using whole = temporaryFolder();
  const store = new RunStore(killed.path);
  const rng = new Rng(20261120, "kills");
  let id: string | null = null;
  let unfinished = 0;
  let step = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    // Every fourth is killed at its start, or while resuming; the rest midway, half of them aimed.
    const early = kill % 4 === 1;
    const delayMs = early ? rng.uniform(100, 400) : rng.uniform(0, 30);
    await killAt(
      train(killed.path, ENDLESS, id),
      early ? 0 : 1 + rng.below(2),
      kill % 2 === 0
        ? () => untilWriting(killed.path)
        : () => new Promise((resolve) => setTimeout(resolve, delayMs)),
    );
    if (store.ids().length === 0) continue; // before there was a run
    id = store.ids()[0]!;
    const names = [...filesUnder(join(killed.path, id)).keys()];
    if (names.some((name) => name.includes(".tmp"))) unfinished++;
    const newest = await assertSound(store);
    assert(newest >= step, `went back from step ${step} to ${newest}`);
    step = newest;
  }
  assert(unfinished >= 3, `expected kills within a write, got ${unfinished} of ${KILLS}`);
  assert(step >= 10, `expected progress, got to step ${step}`);
  const resumed = await finish(killed.path, step + 2, id);
  assertEquals(resumed, await finish(whole.path, step + 2, null));
  const left = [...filesUnder(join(killed.path, id!)).keys()].filter((name) =>
    name.includes(".tmp")
  );
  assertEquals(left, [], "resuming sweeps up what killed writers left");
});
