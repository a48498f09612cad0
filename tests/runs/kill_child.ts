/** Trains the fake lab and prints each event's type: `kill_child.ts RUNS_DIR STEPS [RUN]`. */
import { runTraining } from "../../src/runs/session.ts";
import { fakeParts, fakeRequest, hooks } from "./fake_lab.ts";

const [runsDir, steps, resume = null] = Deno.args;
if (runsDir === undefined || steps === undefined) throw new TypeError("Expected RUNS_DIR STEPS");

// Large enough that most of the time goes into writing checkpoints.
const settings = {
  values: 20_000,
  checkpointEverySteps: 1,
  sampleEverySteps: 2,
  keepCheckpoints: 2,
};
await runTraining(
  resume === null
    ? fakeRequest(runsDir, { ...settings, steps: Number(steps) })
    : fakeRequest(runsDir, { steps: Number(steps) }, resume),
  fakeParts,
  hooks({ onEvent: ({ event }) => console.log(event.type) }),
);
