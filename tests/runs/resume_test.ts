/** Exact resuming, with the real trainer, across real processes and through the real worker. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { startTraining } from "../../src/runs/start_training.ts";
import { RunStore } from "../../src/runs/store.ts";
import { filesUnder, temporaryFolder, tinyDcgan } from "./fixtures.ts";

const CHILD = fromFileUrl(new URL("dcgan_child.ts", import.meta.url));

/** Trains in a process of its own until after step `stopAt`; returns the run's id. */
async function trainApart(runsDir: string, stopAt: number, ...resume: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", CHILD, runsDir, String(stopAt), ...resume],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("a DCGAN stopped at step 7 and resumed to 20 has the bytes of one never stopped", async () => {
  using stopped = temporaryFolder();
  using whole = temporaryFolder();
  const { done } = startTraining(tinyDcgan(whole.path));
  const stoppedId = await trainApart(stopped.path, 7);
  const before = new RunStore(stopped.path).open(stoppedId);
  assertEquals([before.record().status, before.record().step], ["stopped", 7]);
  before.close();
  assertEquals(await trainApart(stopped.path, Infinity, stoppedId), stoppedId);
  const { run, reason } = await done;
  assertEquals(reason, "completed");
  const last = (folder: string, id: string) =>
    filesUnder(join(folder, id, "checkpoints", "000020"));
  const expected = last(whole.path, run!.id);
  assertEquals([...expected.keys()].length, 3);
  assertEquals(last(stopped.path, stoppedId), expected);
  const sample = (folder: string, id: string) =>
    Deno.readFileSync(join(folder, id, "samples/000020.png"));
  assertEquals(sample(stopped.path, stoppedId), sample(whole.path, run!.id));
});
