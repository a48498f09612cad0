/** Trains a tiny DCGAN on the cpu backend: `dcgan_child.ts RUNS_DIR STOP_AT [RUN]`; prints the run's id. */
import { labParts } from "../../src/runs/lab.ts";
import { runTraining } from "../../src/runs/session.ts";
import { hooks } from "./fake_lab.ts";
import { tinyDcgan } from "./fixtures.ts";

const [runsDir, stopAt, resume = null] = Deno.args;
let step = 0;
const { run } = await runTraining(
  tinyDcgan(runsDir!, resume),
  labParts,
  hooks({
    onEvent: ({ event }) => step = event.step,
    shouldStop: () => step >= Number(stopAt),
  }),
);
console.log(run!.id);
