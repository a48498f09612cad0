/** What happens to runs on a bad disk: `disk_child.ts full|readonly RUNS_DIR` tries and prints JSON. */
import { join } from "@std/path";
import { Checkpoints } from "../../src/runs/checkpoints.ts";
import { runTraining } from "../../src/runs/session.ts";
import { RunStore } from "../../src/runs/store.ts";
import { fakeParts, fakeRequest, hooks } from "./fake_lab.ts";
import { filesUnder, thrownBy } from "./fixtures.ts";

/** Four arrays of 80 kB make a checkpoint of 320 kB, half of it generator. */
const SETTINGS = { values: 20_000, steps: 5, checkpointEverySteps: 1, keepCheckpoints: 1 };

const unfinished = (folder: string) =>
  [...filesUnder(folder).keys()].filter((name) => name.includes(".tmp"));

/** Fills the disk up to the last byte. */
function fill(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true });
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) file.writeSync(new Uint8Array(size));
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOSPC") throw error;
    }
  }
}

/** Trains on a disk that gets full midway, then on after it was cleared. */
async function full(runsDir: string): Promise<unknown> {
  const filler = join(runsDir, ".filler");
  Deno.writeFileSync(filler, new Uint8Array(1_000_000));
  const store = new RunStore(runsDir);
  const failure = await thrownBy(() =>
    runTraining(fakeRequest(runsDir, SETTINGS), fakeParts, hooks())
  );
  const [failed] = store.list();
  const { id } = failed!;
  const folder = join(runsDir, id);
  const found = await new Checkpoints(folder).newestWhole();
  const left = unfinished(folder);

  fill(join(runsDir, ".more"));
  const creation = await thrownBy(() =>
    runTraining(fakeRequest(runsDir, SETTINGS), fakeParts, hooks())
  );
  const entries = store.ids();
  Deno.removeSync(filler);
  Deno.removeSync(join(runsDir, ".more"));
  const outcome = await runTraining(fakeRequest(runsDir, {}, id), fakeParts, hooks());
  return {
    failure: `${failure.name}: ${failure.message}`,
    status: failed!.status,
    found: found?.step,
    skipped: found?.skipped,
    left,
    creation: `${creation.name}: ${creation.message}`,
    entries,
    outcome: outcome.reason,
    last: (await new Checkpoints(folder).newestWhole())?.step,
  };
}

/** Reads runs where nothing can be written, and tries to write all the same. */
async function readonly(runsDir: string): Promise<unknown> {
  const store = new RunStore(runsDir);
  const runs = store.list().map(({ id, status }) => {
    using run = store.open(id);
    return { status, lastEventId: run.lastEventId(), checkpoints: run.checkpoints().length };
  });
  const id = store.ids()[0]!;
  const resuming = await thrownBy(() =>
    runTraining(fakeRequest(runsDir, { steps: 99 }, id), fakeParts, hooks())
  );
  const creation = await thrownBy(() =>
    runTraining(fakeRequest(runsDir, SETTINGS), fakeParts, hooks())
  );
  return {
    runs,
    broken: store.broken(),
    resuming: `${resuming.name}: ${resuming.message}`,
    creation: `${creation.name}: ${creation.message}`,
  };
}

const [scenario, runsDir] = Deno.args;
const report = await (scenario === "full" ? full : readonly)(runsDir!);
console.log(JSON.stringify(report));
