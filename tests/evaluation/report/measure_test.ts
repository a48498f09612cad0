/** Checkpoints found, drawn and measured: on runs that were never trained. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { comparePictures } from "../../../src/evaluation/report/compare_pictures.ts";
import { drawCheckpoints, findCheckpoints } from "../../../src/evaluation/report/checkpoints.ts";
import { assertSameData, measureCheckpoints } from "../../../src/evaluation/report/measure.ts";
import { RunStore } from "../../../src/runs/store.ts";
import { makeTinyRun, TINY } from "../../cli/tiny_run.ts";
import { temporaryFolder } from "../../runs/fixtures.ts";
import { useDevice } from "../../metrics/device.ts";
import { FakeSet, gatheringIn } from "../fakes.ts";

await useDevice("simd");

const GREY = { ...TINY, channels: 1 } as const;

/** Two runs of the same architecture, the second with other pictures. */
async function twoRuns(root: string): Promise<readonly [string, string]> {
  const first = await makeTinyRun(root, { config: GREY });
  const second = await makeTinyRun(root, {
    config: GREY,
    change: (weights) => {
      const [name, last] = [...weights].filter(([name]) => name.endsWith("/kernel")).at(-1)!;
      weights.set(name, { ...last, data: last.data.map((value) => value + 0.3) });
    },
  });
  return [first, second];
}

Deno.test("drawCheckpoints() draws the same seeds of each; the same weights differ by nothing", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const [a, b] = await twoRuns(folder.path);
  const copy = await makeTinyRun(folder.path, { config: GREY });
  const before = tf.memory().numTensors;
  const seen: number[] = [];
  const drawn = await drawCheckpoints(store, findCheckpoints(store, [a, copy, `${b}@4`]), {
    ...{ seeds: [3, 1, 4], weights: "ema" },
    onDrawn: (done) => seen.push(done),
  });
  assertEquals(tf.memory().numTensors, before);
  assertEquals(seen, [3, 6, 9]);
  assertEquals(drawn.map(({ checkpoint }) => checkpoint.letter), ["A", "B", "C"]);
  const { differences, pictures } = await comparePictures(drawn, "first", "signed");
  const [none, same, other] = differences.checkpoints;
  assertEquals([none, same!.mean, same!.from], [null, 0, 0]);
  assert(other!.mean > 10 && other!.bySeed.length === 3, `got ${other!.mean}`);
  assertEquals(pictures.samples[0], pictures.samples[1]);
  const { differences: stepwise } = await comparePictures(drawn, "previous", "absolute");
  assertEquals(stepwise.checkpoints.map((each) => each?.from ?? null), [null, 0, 1]);
});

Deno.test("findCheckpoints() refuses too few, one twice, pictures, and what is not there", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const [a, b] = await twoRuns(folder.path);
  const refuse = (texts: string[], text: string) =>
    assertThrows(() => findCheckpoints(store, texts), Error, text);
  refuse([a], "Cannot compare one checkpoint: expected 2 to 12");
  refuse(Array(13).fill(a), "Cannot compare 13 checkpoints");
  refuse([a, b, `${a}@4`], `"${a}@4" is ${a}@4, which is named already`);
  refuse([a, `${b}#7`], "it names one picture");
  refuse([a, `${b}@5`], "has no checkpoint of step 5. Nearest: 4");
  refuse([a, "nothing"], "nothing");
});

Deno.test("drawCheckpoints() refuses images of different sizes, and ruined weights", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const [grey, colour] = [
    await makeTinyRun(folder.path, { config: GREY }),
    await makeTinyRun(folder.path),
  ];
  const ruined = await makeTinyRun(folder.path, {
    config: GREY,
    change: (weights) => [...weights.values()][0]!.data[0] = NaN,
  });
  const draw = (...texts: string[]) =>
    drawCheckpoints(store, findCheckpoints(store, texts), { seeds: [1], weights: "ema" });
  const before = tf.memory().numTensors;
  await assertRejects(
    () => draw(grey, colour),
    RangeError,
    `${grey}@4 draws 32×32×1 and ${colour}@4 draws 32×32×3`,
  );
  await assertRejects(() => draw(grey, ruined), RangeError, "got NaN");
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("measureCheckpoints() measures every set of the same seeds, and tells checkpoints apart", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const [a, b] = await twoRuns(folder.path);
  const copy = await makeTinyRun(folder.path, { config: GREY });
  const found = findCheckpoints(store, [a, b, copy]);
  const before = tf.memory().numTensors;
  const metrics = await measureCheckpoints(
    ...[store, found, new FakeSet("blots", { count: 60, size: 32 })] as const,
    { sets: 3, samplesOfSet: 20, firstSeed: 7, weights: "ema" },
    { ...gatheringIn(folder.path), families: ["fcd", "swd"], seed: 1 },
  );
  assertEquals(tf.memory().numTensors, before);
  assertEquals(metrics.rows.map(({ name }) => name), ["fcd-fake-20", "swd-20"]);
  const [fcd, swd] = metrics.rows;
  assertEquals(fcd!.cells.map(({ figures }) => figures.length), [3, 3, 3]);
  assertEquals(fcd!.cells[0], fcd!.cells[2], "equal weights give equal figures");
  assert(fcd!.cells[0]!.standardError > 0, "sets have seeds of their own");
  const [apart, same] = [fcd!.differences[0]!, fcd!.differences[1]!];
  assert(apart.verdict !== "level" && Math.abs(apart.mean) > 0.1, `got ${apart.mean}`);
  assertEquals([same.of, same.from, same.mean, same.verdict], [2, 0, 0, "level"]);
  assert(swd!.cells.every(({ mean }) => mean > 0));
});

Deno.test("measureCheckpoints() refuses sets too small for a metric before it draws any", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const found = findCheckpoints(store, await twoRuns(folder.path));
  const blots = new FakeSet("blots", { count: 60, size: 32 });
  await assertRejects(
    () =>
      measureCheckpoints(
        ...[store, found, blots] as const,
        { sets: 3, samplesOfSet: 5, firstSeed: 0, weights: "ema" },
        { ...gatheringIn(folder.path), families: ["fcd"], seed: 1 },
      ),
    RangeError,
    "has 5. Take more samples",
  );
  assertEquals(blots.reads, 0);
});

Deno.test("assertSameData() refuses runs of other pictures", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const found = findCheckpoints(store, await twoRuns(folder.path));
  assertSameData(store, found);
  const path = `${folder.path}/${found[1]!.run}/run.json`;
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace('"faces/1"', '"faces/2"'));
  assertThrows(
    () => assertSameData(store, found),
    RangeError,
    `expected runs of the same pictures, got ${found[0]!.run}: faces, ${found[1]!.run}: faces`,
  );
});
