import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import { openDataset } from "../../data/open.ts";
import { encodePng } from "../../src/core/png.ts";
import { Rng } from "../../src/core/rng.ts";
import { OpenedPlan, planComparison, type SetOptions } from "../../src/evaluation/plan.ts";
import type { ImageSource } from "../../src/evaluation/source.ts";
import type { RunRecord } from "../../src/core/protocol.ts";
import { RunStore } from "../../src/runs/store.ts";
import { RUN_INIT, temporaryFolder, thrownBy } from "../runs/fixtures.ts";
import { FakeTraining } from "../server/fake_runs.ts";

await tf.setBackend("cpu");

/** Writes square pictures of these sides, each of its own noise, into a new folder. */
async function pictures(folder: string, name: string, sides: readonly number[]): Promise<string> {
  const path = join(folder, name);
  Deno.mkdirSync(path);
  for (const [i, side] of sides.entries()) {
    const pixels = Uint8Array.from(
      new Rng(i, name).fillNormal(new Float32Array(side * side * 3)),
      (value) => 128 + 30 * value,
    );
    const png = await encodePng({ pixels, width: side, height: side, channels: 3 });
    Deno.writeFileSync(join(path, `${String(i).padStart(3, "0")}.png`), png);
  }
  return `folder:${path}`;
}

function optionsIn(folder: string, changes: Partial<SetOptions> = {}): SetOptions {
  return {
    store: new RunStore(join(folder, "runs")),
    samples: 10,
    seed: 0,
    weights: "ema",
    size: null,
    channels: null,
    mirror: null,
    resize: false,
    data: { cacheDir: join(folder, "cache"), threads: 1 },
    ...changes,
  };
}

/** Opens what two texts name, and the first judged set. */
async function opened(
  options: SetOptions,
  a: string,
  b: string | null,
): Promise<{ a: ImageSource; b: ImageSource } & Disposable> {
  const plan = planComparison(options.store, a, b, null);
  const sets = await OpenedPlan.open(plan, options);
  const judged = await sets.judge(plan.judged[0]);
  return {
    a: judged,
    b: sets.reference,
    [Symbol.dispose]: () => {
      judged[Symbol.dispose]();
      sets[Symbol.dispose]();
    },
  };
}

const pixelsOf = async (set: ImageSource) => (await set.read(0, set.count)).pixels;
const shapeOf = ({ count, size, channels }: ImageSource) => [count, size, channels];

/** A run with checkpoints at steps 10 and 20, trained on `data` as its record says. */
async function makeRun(options: SetOptions, data: Partial<RunRecord> = {}): Promise<string> {
  using training = new FakeTraining(options.store, { checkpointEverySteps: 10 });
  await training.advance(20);
  training.writer.update(data);
  return training.id;
}

Deno.test("a dataset alone is compared with its other half: no picture is in both", async () => {
  using folder = temporaryFolder();
  const spec = await pictures(folder.path, "photos", Array(9).fill(16));
  using sets = await opened(optionsIn(folder.path), spec, null);
  assertEquals([shapeOf(sets.a), shapeOf(sets.b)], [[4, 16, 3], [4, 16, 3]]);
  const image = (pixels: Float32Array, i: number) => pixels.slice(i * 768, (i + 1) * 768).join();
  const [a, b] = [await pixelsOf(sets.a), await pixelsOf(sets.b)];
  const all = [0, 1, 2, 3].flatMap((i) => [image(a, i), image(b, i)]);
  assertEquals(new Set(all).size, 8);
  assertEquals(sets.a.whole, sets.a);
});

Deno.test("sets of a dataset are the same each time, other ones by another seed, and never more than there are", async () => {
  using folder = temporaryFolder();
  const spec = await pictures(folder.path, "photos", Array(12).fill(16));
  const read = async (seed: number, samples: number) => {
    using sets = await opened(optionsIn(folder.path, { seed, samples }), spec, spec);
    assertEquals(await pixelsOf(sets.a), await pixelsOf(sets.b));
    return await pixelsOf(sets.a);
  };
  const few = await read(0, 5);
  assertEquals((await read(0, 99)).subarray(0, few.length), few);
  assertEquals((await read(0, 99)).length, 12 * 768);
  assertNotEquals(await read(1, 5), few);
});

Deno.test("mirrored pictures count where that is asked for, each way once", async () => {
  using folder = temporaryFolder();
  const spec = await pictures(folder.path, "photos", Array(3).fill(16));
  const options = optionsIn(folder.path, { mirror: true });
  using sets = await opened(options, spec, spec);
  assertEquals(shapeOf(sets.b), [6, 16, 3]);
  using dataset = await openDataset(spec, { size: 16, seed: 1, ...options.data });
  const rowOf = (pixels: Float32Array) => Array.from({ length: 16 }, (_, x) => pixels[3 * x]!);
  const pixels = await pixelsOf(sets.b);
  const rows = Array.from({ length: 6 }, (_, i) => rowOf(pixels.subarray(i * 768)).join());
  const plain = Array.from({ length: 3 }, (_, i) => {
    const out = new Float32Array(768);
    dataset.read(i, out);
    return rowOf(out);
  });
  const expected = plain.flatMap((row) => [row.join(), row.toReversed().join()]);
  assertEquals(rows.toSorted(), expected.toSorted());
});

Deno.test("a run gives samples by seed, and makes pictures as its own", async () => {
  using folder = temporaryFolder();
  const options = optionsIn(folder.path, { samples: 4, seed: 7 });
  const id = await makeRun(options);
  using sets = await opened(options, `${id}@10`, "faces");
  assertEquals([shapeOf(sets.a), shapeOf(sets.b)], [[4, 16, 3], [4, 16, 3]]);
  assertEquals(sets.a.label, `${id}@10`);
  assertEquals(sets.a.described, "4 samples of the ema weights, seeds 7 to 10");
  assertEquals(sets.b.described, "4 of 50,000 pictures, chosen by seed 7");
  using other = await opened({ ...options, seed: 9 }, `${id}@10`, `${id}@20`);
  const [seeds7, seeds9] = [await pixelsOf(sets.a), await pixelsOf(other.a)];
  assertEquals(seeds7.subarray(2 * 768), seeds9.subarray(0, 2 * 768));
  assertNotEquals(await pixelsOf(other.b), seeds9);
});

Deno.test("a run alone is compared with its data as it was trained on it, and with no other", async () => {
  using folder = temporaryFolder();
  const options = optionsIn(folder.path);
  const spec = await pictures(folder.path, "photos", [20, 16, 24, 16]); // of any size, as one trains
  using dataset = await openDataset(spec, { size: 16, seed: 1, ...options.data });
  const config = { data: spec, size: 16, channels: null, seed: 1, mirror: true };
  const id = await makeRun(options, { config, data: dataset.info });
  using sets = await opened(options, id, null);
  assertEquals(shapeOf(sets.b), [8, 16, 3]); // with their mirror images
  assertEquals(sets.b.described, "all 4 pictures and their mirror images");
  using named = await opened(options, id, spec); // known to the run, so that nothing is refused
  assertEquals(shapeOf(named.b), [4, 16, 3]);

  await pictures(folder.path, "photos/more", [16]);
  const { message } = await thrownBy(() => opened(options, id, null));
  assert(message.includes(`"${spec}" has changed since. Expected 4 images`), message);
  Deno.removeSync(join(folder.path, "photos"), { recursive: true });
  const gone = await thrownBy(() => opened(options, id, null));
  assert(gone.message.includes("If the pictures have moved, name the data"), gone.message);
});

Deno.test("a folder of mixed sizes is refused, and taken where --resize says so", async () => {
  using folder = temporaryFolder();
  const spec = await pictures(folder.path, "mixed", [16, 16, 20, 16, 24]);
  const { message } = await thrownBy(() => opened(optionsIn(folder.path), spec, spec));
  assertEquals(
    message,
    `Cannot measure "${spec}": expected pictures of one size, got 3 of 16×16, 1 of 20×20, 1 of ` +
      "24×24. Resizing changes how sharp pictures are, which metrics see. Pass --resize to have all " +
      "of them cropped and resized to 64×64, as training would",
  );
  const notices: string[] = [];
  const options = optionsIn(folder.path, { resize: true, size: 32 });
  const data = { ...options.data, onNotice: (notice: string) => notices.push(notice) };
  using sets = await opened({ ...options, data }, spec, "faces");
  assertEquals(shapeOf(sets.a), [5, 32, 3]);
  assertEquals(notices, [`"${spec}" is cropped and resized to 32×32`]);
});

Deno.test("datasets are compared at the size their pictures have", async () => {
  using folder = temporaryFolder();
  const spec = await pictures(folder.path, "photos", [24, 24, 24]);
  using sets = await opened(optionsIn(folder.path), "faces", spec);
  assertEquals([shapeOf(sets.a), shapeOf(sets.b)], [[10, 24, 3], [3, 24, 3]]);
  using small = await opened(optionsIn(folder.path, { size: 16, channels: 1 }), spec, "faces");
  assertEquals([shapeOf(small.a), shapeOf(small.b)], [[3, 16, 1], [10, 16, 1]]);
});

Deno.test("planComparison() says what is wrong with a text, and what was meant", async () => {
  using folder = temporaryFolder();
  const { store } = optionsIn(folder.path);
  const { message } = await thrownBy(() => planComparison(store, folder.path, null, null));
  assert(message.includes(`write folder:${folder.path}.`), message); // there are no runs at all yet
  const id = await makeRun(optionsIn(folder.path));
  const refused = (a: string, part: string, b: string | null = null) =>
    assertThrows(() => planComparison(store, a, b, null), Error, part);
  refused("nobody", 'There is no run "nobody"');
  refused("nobody", "Data sets are faces, folder:PATH, mnist[:PATH]");
  refused(folder.path, `To measure the pictures in it write folder:${folder.path}.`);
  refused(`${id}@15`, `has no checkpoint of step 15. Nearest: 10, 20`);
  refused(`${id}@best`, "it was trained without --metrics");
  refused(`${id}@10#3`, "it names one picture, and metrics compare sets of them");
  refused("faces:3", '"faces" takes no path');
  refused(id, "expected folder:PATH", "folder:");
});

Deno.test("planComparison() judges several checkpoints of one run", async () => {
  using folder = temporaryFolder();
  const { store } = optionsIn(folder.path);
  const id = await makeRun(optionsIn(folder.path));
  const stepsOf = (steps: readonly number[] | "all") =>
    planComparison(store, id, null, steps).judged.map((each) => each.kind === "run" && each.step);
  assertEquals([stepsOf("all"), stepsOf([20, 10])], [[10, 20], [20, 10]]);
  assertThrows(() => stepsOf([10, 30]), Error, "has no checkpoint of step 30. It has 10, 20");
  assertThrows(() => planComparison(store, "faces", null, "all"), RangeError, "it is a data set");
});

Deno.test("a run's weights that are ruined are refused with the step to blame", async () => {
  using folder = temporaryFolder();
  const options = optionsIn(folder.path);
  using writer = options.store.create(RUN_INIT);
  const shape = [4, 768];
  const data = new Float32Array(4 * 768).fill(0.1).fill(NaN, 5, 6);
  const dense = { name: "project", units: 768, batch_input_shape: [null, 4], use_bias: false };
  const image = { name: "image", target_shape: [16, 16, 3] };
  const layers = [{ class_name: "Dense", config: dense }, { class_name: "Reshape", config: image }];
  await writer.writeCheckpoint(3, {
    generator: new Map([["generator_ema/project/kernel", { shape, data }]]),
    topology: JSON.stringify({ class_name: "Sequential", config: { name: "g", layers } }),
    state: new Map(),
    meta: {},
  }, { keepCheckpoints: 1, milestoneEverySteps: 0 });
  const { message } = await thrownBy(() => opened(options, writer.id, "faces"));
  assert(message.startsWith(`${writer.id}@3: Cannot draw with these weights: expected finite`));
});
