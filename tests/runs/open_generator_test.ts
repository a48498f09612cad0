import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openGenerator, resolveCheckpoint } from "../../src/runs/open_generator.ts";
import type { RunWriter } from "../../src/runs/run_writer.ts";
import { RunStore } from "../../src/runs/store.ts";
import { StorageError } from "../../src/runs/storage_error.ts";
import { RUN_INIT, snapshotAt, temporaryFolder } from "./fixtures.ts";

/** A held run with checkpoints at steps 1 to 3. */
async function runOf(store: RunStore): Promise<RunWriter> {
  const writer = store.create(RUN_INIT);
  for (const step of [1, 2, 3]) {
    await writer.writeCheckpoint(step, snapshotAt(step), {
      keepCheckpoints: 1,
      milestoneEverySteps: 0,
    });
  }
  return writer;
}

Deno.test("resolveCheckpoint() takes the newest, the one asked for, or the best", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  using writer = await runOf(store);
  const stepOf = (text: string) => resolveCheckpoint(store, writer.id + text).step;
  assertEquals([stepOf(""), stepOf("@1"), stepOf("#7")], [3, 1, 3]);
  assertThrows(() => stepOf("@best"), StorageError, "it was trained without --metrics");
  writer.update({ best: { step: 2, metric: "fcd-lab-2k", value: 7.5 } });
  assertEquals([stepOf("@best"), stepOf("@best#4")], [2, 2]);
  writer.update({ best: { step: 9, metric: "fcd-lab-2k", value: 7 } });
  assertThrows(
    () => stepOf("@best"),
    StorageError,
    "has lost its best checkpoint, of step 9 (fcd-lab-2k 7). It has those of steps 1, 2, 3",
  );
  assertThrows(() => stepOf("@4"), StorageError, "Nearest: 1, 2, 3");
});

Deno.test("openGenerator() sends a run that enlarges pictures to the command that does", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  using writer = store.create({ ...RUN_INIT, experiment: "super-resolution" });
  using run = store.open(writer.id);
  await assertRejects(
    () => openGenerator(run, 1),
    RangeError,
    `got one of "super-resolution", whose network enlarges pictures. That is for "deno task upscale ` +
      `PICTURE --model ${writer.id}"; evaluate-sr and compare-sr judge it`,
  );
});
