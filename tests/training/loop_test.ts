import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Snapshot } from "../../src/core/named_arrays.ts";
import {
  DivergenceError,
  type LoopEvent,
  type LoopOptions,
  train,
} from "../../src/training/loop.ts";
import type { StepReport, Trainer } from "../../src/training/trainer.ts";

/** Counts its steps, and reports what `losses` says for each. */
function fakeTrainer(
  losses: (step: number) => number = () => 1,
  weight: (step: number) => number = () => 1,
): Trainer<number> & { readonly batches: number[] } {
  const batches: number[] = [];
  const snapshot = (): Snapshot => ({
    generator: new Map([["generator/w", {
      shape: [2],
      data: Float32Array.of(1, weight(batches.length)),
    }]]),
    topology: "",
    state: new Map(),
    meta: {},
  });
  return {
    batches,
    parameters: {},
    step(batch) {
      batches.push(batch);
      const report: StepReport = { losses: { generator: losses(batches.length) }, scores: {} };
      return Promise.resolve(report);
    },
    sample: () => Promise.resolve({ pixels: new Float32Array(), count: 0, size: 0, channels: 1 }),
    snapshot: () => Promise.resolve(snapshot()),
    restore() {},
    dispose() {},
  };
}

function counting(from = 0): Iterator<number, never> {
  let next = from;
  return { next: () => ({ value: next++, done: false }) };
}

const OPTIONS: LoopOptions = {
  startStep: 0,
  totalSteps: 5,
  batchSize: 8,
  sampleEverySteps: 2,
  checkpointEverySteps: 2,
  signal: new AbortController().signal,
};

const short = (event: LoopEvent) => `${event.type} ${event.step}`;

async function typesOf(
  options: Partial<LoopOptions>,
  onEvent: (event: LoopEvent) => void = () => {},
): Promise<string[]> {
  const seen: string[] = [];
  for await (const event of train(fakeTrainer(), counting(), { ...OPTIONS, ...options })) {
    seen.push(short(event));
    onEvent(event);
  }
  return seen;
}

Deno.test("train() samples at the start, and samples and saves at each cadence and at the end", async () => {
  assertEquals(await typesOf({}), [
    "sample 0",
    "step 1",
    "step 2",
    "sample 2",
    "checkpoint 2",
    "step 3",
    "step 4",
    "sample 4",
    "checkpoint 4",
    "step 5",
    "sample 5",
    "checkpoint 5",
    "finished 5",
  ]);
});

Deno.test("train() with cadences of 0 takes no samples and saves the last step alone", async () => {
  assertEquals(await typesOf({ totalSteps: 2, sampleEverySteps: 0, checkpointEverySteps: 0 }), [
    "step 1",
    "step 2",
    "checkpoint 2",
    "finished 2",
  ]);
});

Deno.test("train() resumes behind its start step and repeats neither sample nor checkpoint", async () => {
  assertEquals(await typesOf({ startStep: 4 }), [
    "step 5",
    "sample 5",
    "checkpoint 5",
    "finished 5",
  ]);
  assertEquals(await typesOf({ startStep: 5 }), ["finished 5"]);
});

Deno.test("train() on abort finishes the step, saves once, and ends as stopped", async () => {
  for (const [stopAt, tail] of [[3, "step 3"], [2, "checkpoint 2"]] as const) {
    const stop = new AbortController();
    let last: LoopEvent | undefined;
    const seen = await typesOf({ signal: stop.signal }, (event) => {
      if (event.type === "step" && event.step === stopAt) stop.abort();
      last = event;
    });
    const saves = seen.filter((text) => text === `checkpoint ${stopAt}`);
    assertEquals(saves.length, 1);
    assertEquals(seen.includes(tail), true);
    assertEquals(last, { type: "finished", step: stopAt, reason: "stopped" });
  }
});

Deno.test("train() aborted before the first step of a fresh run saves step 0", async () => {
  const signal = AbortSignal.abort();
  assertEquals(await typesOf({ signal }), ["sample 0", "checkpoint 0", "finished 0"]);
  assertEquals(await typesOf({ signal, startStep: 3 }), ["finished 3"]);
});

Deno.test("train() counts the time of training alone in images per second", async () => {
  let clock = 0;
  const trainer = fakeTrainer();
  const slow: Trainer<number> = {
    ...trainer,
    step: (batch) => (clock += 40, trainer.step(batch)),
    sample: () => (clock += 1e6, trainer.sample!()),
    snapshot: () => (clock += 1e6, trainer.snapshot()),
  };
  const rates: number[] = [];
  for await (const event of train(slow, counting(), { ...OPTIONS, now: () => clock })) {
    if (event.type === "step") rates.push(event.imagesPerSecond);
    clock += 1e6; // the consumer is slow as well
  }
  assertEquals(rates, [200, 200, 200, 200, 200]);
});

Deno.test("train() takes a batch a step, in order", async () => {
  const trainer = fakeTrainer();
  for await (const _ of train(trainer, counting(7), OPTIONS));
  assertEquals(trainer.batches, [7, 8, 9, 10, 11]);
});

/** Events up to the failure, which must be a DivergenceError. */
async function diverge(trainer: Trainer<number>): Promise<{ seen: string[]; message: string }> {
  const seen: string[] = [];
  const error = await assertRejects(async () => {
    for await (const event of train(trainer, counting(), OPTIONS)) seen.push(short(event));
  }, DivergenceError) as DivergenceError;
  return { seen, message: error.message };
}

Deno.test("train() ends with a DivergenceError at the first loss that is not finite", async () => {
  const { seen, message } = await diverge(fakeTrainer((step) => step === 4 ? NaN : 1));
  assertEquals(seen.at(-1), "step 3");
  assertEquals(
    message,
    "Training diverged at step 4: expected finite numbers, got generator loss NaN. " +
      "Earlier checkpoints are untouched: resume from the last with half the learningRate",
  );
});

Deno.test("train() yields no checkpoint of weights that are not finite", async () => {
  const { seen, message } = await diverge(fakeTrainer(() => 1, (step) => step < 4 ? 1 : Infinity));
  assertEquals(seen.filter((text) => text.startsWith("checkpoint")), ["checkpoint 2"]);
  assertEquals(
    message.includes("step 4: expected finite numbers, got Infinity in generator/w"),
    true,
  );
});

Deno.test("train() measures beside each sample, where the trainer can", async () => {
  const trainer = {
    ...fakeTrainer(),
    measure: () => Promise.resolve({ "psnr-y-crop4": trainer.batches.length }),
  };
  const events: LoopEvent[] = [];
  const loop = train(trainer, counting(), { ...OPTIONS, totalSteps: 4 });
  for await (const event of loop) events.push(event);
  assertEquals(
    events.filter(({ type }) => type === "metric"),
    [0, 2, 4].map((step) => (
      { type: "metric" as const, step, name: "psnr-y-crop4", value: step }
    )),
  );
});

Deno.test("train() warns of what HealthWatch finds, and names the rule", async () => {
  const diversity = [1, 1, 0.1, 0.1];
  const measure = () => Promise.resolve({ "sample-diversity": diversity.shift()! });
  const loop = train({ ...fakeTrainer(), measure }, counting(), {
    ...OPTIONS,
    totalSteps: 3,
    sampleEverySteps: 1,
  });
  const warnings: Extract<LoopEvent, { type: "warning" }>[] = [];
  for await (const event of loop) if (event.type === "warning") warnings.push(event);
  assertEquals(warnings.map(({ step, rule }) => [step, rule]), [[3, "collapse"]]);
  assertMatch(warnings[0]!.message, /^Samples look alike since step 2: sample div.*Resume from/);
});
