/** What is done with runs that draw refuses runs that enlarge, and says what is for them. */
import * as tf from "@tensorflow/tfjs";
import { assertMatch, assertThrows } from "@std/assert";
import { pictureSettings } from "../../src/evaluation/dataset_source.ts";
import { findCheckpoints } from "../../src/evaluation/report/checkpoints.ts";
import { RunStore } from "../../src/runs/store.ts";
import { TemporaryFolder } from "../data/pictures.ts";
import { makeEnlargerRun } from "../server/enlarger_run.ts";

Deno.test("evaluate and compare refuse runs that enlarge pictures, naming what judges them", async () => {
  await tf.setBackend("cpu");
  using folder = new TemporaryFolder();
  const store = new RunStore(folder.path);
  const id = await makeEnlargerRun(store, { steps: [5, 10] });
  using run = store.open(id);
  const refused = [
    () => pictureSettings(run),
    () => findCheckpoints(store, [`${id}@5`, `${id}@10`]),
  ];
  for (const work of refused) {
    const { message } = assertThrows(
      work,
      RangeError,
      `Cannot draw from run ${id}: expected a run`,
    );
    assertMatch(message, /deno task upscale PICTURE .*; evaluate-sr and compare-sr judge it$/);
  }
});
