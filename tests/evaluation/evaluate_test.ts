import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { type Evaluation, Reference } from "../../src/evaluation/evaluate.ts";
import type { Gathering } from "../../src/evaluation/image_set.ts";
import type { ImageSource } from "../../src/evaluation/source.ts";
import type { MetricFamily } from "../../src/metrics/names.ts";
import { temporaryFolder, thrownBy } from "../runs/fixtures.ts";
import { FakeExtractor, FakeSet, gatheringIn } from "./fakes.ts";

await tf.setBackend("cpu");

const KEPT = { key: "blots of seed 1", first: 0 };

interface Options {
  readonly families?: readonly MetricFamily[] | null;
  readonly gathering?: Gathering;
}

/** A measured against B, in a cache of its own unless told. */
async function compare(a: ImageSource, b: ImageSource, options: Options = {}): Promise<Evaluation> {
  using folder = temporaryFolder();
  const gathering = options.gathering ?? gatheringIn(folder.path);
  const { families = null } = options;
  return await new Reference(b, { ...gathering, families, seed: 1 }).judge(a);
}

const valuesOf = ({ metrics }: Evaluation) =>
  Object.fromEntries(metrics.map(({ family, value }) => [family, value]));

Deno.test("Reference.judge() of a set with itself: no distance, everything covered, all copies", async () => {
  const set = () => new FakeSet("blots", { count: 100, kept: KEPT });
  const { metrics, a, b } = await compare(set(), set());
  assertEquals([a.label, a.count, b.count], ["blots", 100, 100]);
  assertEquals(metrics.map(({ name, better }) => `${name} ${better}`), [
    ...["fcd-fake-100 lower", "kid-fake-100 lower"],
    ...["precision-fake-k3-100 higher", "recall-fake-k3-100 higher"],
    ...["density-fake-k5-100 higher", "coverage-fake-k5-100 higher"],
    ...["swd-100 lower", "ms-ssim-100 lower", "nearest-fake-100 lower"],
    "memorisation-fake-100 lower",
  ]);
  const values = valuesOf({ a, b, metrics });
  assertAlmostEquals(values.fcd!, 0, 1e-6);
  assertEquals([values.precision, values.recall, values.coverage], [1, 1, 1]);
  assertEquals([values.swd, values.nearest, values.memorisation], [0, 0, 1]);
  assertAlmostEquals(values.density!, 1, 0.01);
  assert(Math.abs(values.kid!) < 0.01, `expected about 0, got ${values.kid}`);
});

Deno.test("Reference.judge() is symmetric where its metrics are, and rises with the difference", async () => {
  const plain = () => new FakeSet("plain", { count: 150, seed: 2 });
  const shifted = (shift: number) => new FakeSet("shifted", { count: 150, seed: 3, shift });
  const families = ["fcd", "kid", "precision", "recall"] as const;
  const [near, far, back] = [
    valuesOf(await compare(shifted(0.1), plain(), { families })),
    valuesOf(await compare(shifted(0.4), plain(), { families })),
    valuesOf(await compare(plain(), shifted(0.1), { families })),
  ];
  assert(near.fcd! < far.fcd! && near.kid! < far.kid!, JSON.stringify([near, far]));
  assertAlmostEquals(back.fcd!, near.fcd!, 1e-9);
  assertEquals([back.precision, back.recall], [near.recall, near.precision]);
});

Deno.test("Reference.judge() does not depend on the order of images", async () => {
  const families = ["fcd", "precision", "recall", "density", "coverage", "memorisation"] as const;
  const reference = () => new FakeSet("data", { count: 90, seed: 5, kept: KEPT });
  const judged = (order: (i: number) => number) =>
    new FakeSet("samples", { count: 90, seed: 6, order });
  const straight = await compare(judged((i) => i), reference(), { families });
  const shuffled = await compare(judged((i) => (i * 37 + 11) % 90), reference(), { families });
  for (const [i, { name, value }] of straight.metrics.entries()) {
    assertAlmostEquals(shuffled.metrics[i]!.value, value, 1e-9 * Math.max(1, value), name);
  }
});

Deno.test("Reference.judge() gives the same numbers from the cache, and goes over nothing again", async () => {
  using folder = temporaryFolder();
  const run = async (count: number) => {
    const extractor = new FakeExtractor();
    const reference = new FakeSet("data", { count, seed: 5, kept: KEPT });
    const judged = new FakeSet("samples", { count: 60, seed: 6 });
    const families = ["fcd", "precision"] as const;
    const gathering = gatheringIn(folder.path, extractor);
    const { metrics } = await compare(judged, reference, { families, gathering });
    return { metrics, seen: extractor.seen, reads: reference.reads };
  };
  const first = await run(80);
  const second = await run(80);
  assertEquals([first.seen, first.reads], [60 + 80, 80]);
  assertEquals([second.seen, second.reads], [60, 0]);
  assertEquals(second.metrics, first.metrics);
  assertEquals((await run(110)).seen, 60 + 30); // the kept ones are the first of more
  const { metrics } = await run(80); // and the first of more are those that were kept
  assertEquals(metrics, first.metrics);
});

Deno.test("Reference.judge() of pictures further down a kept order is of just those", async () => {
  using folder = temporaryFolder();
  const half = (first: number) =>
    new FakeSet("half", { count: 50, kept: { key: "blots of seed 1", first } });
  const families = ["fcd", "nearest"] as const;
  const options = () => ({ families, gathering: gatheringIn(folder.path) });
  const cold = await compare(half(50), half(0), options());
  const warm = await compare(half(50), half(0), options());
  assertEquals(warm.metrics, cold.metrics);
  const plain = new FakeSet("half", { count: 50, order: (i) => 50 + i }); // the same, not kept
  assertEquals(valuesOf(await compare(plain, half(0), { families })), valuesOf(cold));
});

const refusals: readonly (readonly [string, () => Promise<Evaluation>, string])[] = [
  [
    "too few images, before anything is read",
    () => compare(new FakeSet("a", { count: 60 }), new FakeSet("b", { count: 40 })),
    'Cannot measure kid: expected at least 100 images of each set, "a" has 60. Take more samples, ' +
    "or leave it out of --metrics",
  ],
  [
    "fewer images than features",
    () =>
      compare(new FakeSet("a", { count: 9 }), new FakeSet("b", { count: 5 }), {
        families: ["fcd"],
      }),
    'Cannot measure fcd: expected at least 6 images of each set, "b" has 5. Take more samples, or ' +
    "leave it out of --metrics",
  ],
  [
    "images of other sizes",
    () => compare(new FakeSet("a", { count: 9 }), new FakeSet("b", { count: 9, size: 32 })),
    'Cannot compare "a" with "b": expected images of one shape, got 16×16×1 and 32×32×1. Metrics ' +
    "compare sets of images of one size and colour",
  ],
  [
    "a score without a classifier",
    () => {
      const sets = ["a", "b"].map((label) => new FakeSet(label, { count: 100 }));
      return compare(sets[0]!, sets[1]!, { families: ["score"] });
    },
    'Cannot measure score: expected an extractor that is a classifier, got "fake". Pass --extractor ' +
    "classifier:FILE or an InceptionV3's file",
  ],
];

for (const [what, judge, expected] of refusals) {
  Deno.test(`Reference.judge() refuses ${what}`, async () => {
    assertEquals((await thrownBy(judge)).message, expected);
  });
}

Deno.test("Reference.judge() measures the score of a classifier's answers", async () => {
  using folder = temporaryFolder();
  const gathering = gatheringIn(folder.path, new FakeExtractor("fake/1", 2));
  const sets = ["a", "b"].map((label) => new FakeSet(label, { count: 200 }));
  const { metrics } = await compare(sets[0]!, sets[1]!, { families: ["score"], gathering });
  const [{ name, value, reference }] = metrics as [typeof metrics[0]];
  assertEquals([name, reference], ["score-fake-200", value]);
  assert(value > 1.05 && value < 2, `expected between 1 and 2 classes, got ${value}`);
});

Deno.test("Reference.judge() stops at once when its signal aborts", async () => {
  using folder = temporaryFolder();
  const stop = new AbortController();
  const judged = new FakeSet("samples", { count: 1000 });
  const onProgress = () => stop.abort();
  const gathering = { ...gatheringIn(folder.path), signal: stop.signal, onProgress };
  const options = { families: ["fcd"] as const, gathering };
  const { name } = await thrownBy(() => compare(judged, new FakeSet("b", { count: 9 }), options));
  assertEquals([name, judged.reads], ["AbortError", 64]);

  // Of pictures of a dataset it keeps what it has, and goes on from there.
  const extractor = new FakeExtractor();
  const again = { families: ["fcd"] as const, gathering: gatheringIn(folder.path, extractor) };
  const pictures = () => new FakeSet("pictures", { count: 100, kept: KEPT });
  await thrownBy(() => compare(pictures(), new FakeSet("b", { count: 9 }), options));
  const kept = await compare(pictures(), new FakeSet("b", { count: 9 }), again);
  assertEquals(extractor.seen, 100 - 64 + 9);
  const plain = new FakeSet("pictures", { count: 100 });
  const whole = await compare(plain, new FakeSet("b", { count: 9 }), { families: ["fcd"] });
  assertEquals(valuesOf(kept), valuesOf(whole));
});
