import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { StatisticsCache } from "../../src/evaluation/statistics_cache.ts";
import type { Extracted } from "../../src/metrics/extractor.ts";
import { gaussianOf } from "../../src/metrics/gaussian.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const PICTURES = { key: "pictures", first: 0 };
const ORIGIN = { extractor: { name: "fake", fingerprint: "fake/1" }, backend: "cpu" };

function extracted(count: number, classes = 0): Extracted {
  const matrix = (dim: number) => ({
    values: Float32Array.from({ length: count * dim }, (_, i) => Math.sin(i)),
    count,
    dim,
  });
  return { features: matrix(3), probabilities: classes === 0 ? null : matrix(classes) };
}

const filesIn = (folder: string) =>
  [...Deno.readDirSync(join(folder, "statistics"))].map(({ name }) => name);

Deno.test("StatisticsCache gives back features, probabilities and Gaussians to the bit", async () => {
  using folder = temporaryFolder();
  const cache = new StatisticsCache(folder.path);
  assertEquals(await cache.features(PICTURES, ORIGIN), null);
  const kept = extracted(20, 4);
  await cache.keepFeatures(PICTURES, ORIGIN, kept);
  assertEquals(await cache.features(PICTURES, ORIGIN), kept);
  const gaussian = gaussianOf(kept.features);
  assertEquals(await cache.gaussian(PICTURES, ORIGIN, 20), null);
  await cache.keepGaussian(PICTURES, ORIGIN, gaussian);
  assertEquals(await cache.gaussian(PICTURES, ORIGIN, 20), gaussian);
  assertEquals(await cache.gaussian(PICTURES, ORIGIN, 19), null);
  assertEquals(await cache.gaussian({ ...PICTURES, first: 1 }, ORIGIN, 20), null);
});

Deno.test("StatisticsCache never gives what other pictures, networks or devices made", async () => {
  using folder = temporaryFolder();
  const cache = new StatisticsCache(folder.path);
  await cache.keepFeatures(PICTURES, ORIGIN, extracted(5));
  const other = { name: "fake", fingerprint: "fake/2" };
  assertEquals(await cache.features({ ...PICTURES, key: "others" }, ORIGIN), null);
  assertEquals(await cache.features(PICTURES, { ...ORIGIN, extractor: other }), null);
  assertEquals(await cache.features(PICTURES, { ...ORIGIN, backend: "simd" }), null);
});

Deno.test("StatisticsCache keeps the longer of two stretches", async () => {
  using folder = temporaryFolder();
  const cache = new StatisticsCache(folder.path);
  await cache.keepFeatures(PICTURES, ORIGIN, extracted(20));
  await cache.keepFeatures(PICTURES, ORIGIN, extracted(10));
  assertEquals((await cache.features(PICTURES, ORIGIN))!.features.count, 20);
  await cache.keepFeatures(PICTURES, ORIGIN, extracted(30));
  assertEquals((await cache.features(PICTURES, ORIGIN))!.features.count, 30);
  assertEquals(filesIn(folder.path).length, 1);
});

Deno.test("StatisticsCache tells of a damaged file wherever it is damaged, and takes none of it", async () => {
  using folder = temporaryFolder();
  const notices: string[] = [];
  const cache = new StatisticsCache(folder.path, (message) => notices.push(message));
  await cache.keepFeatures(PICTURES, ORIGIN, extracted(20));
  const path = join(folder.path, "statistics", filesIn(folder.path)[0]!);
  const whole = Deno.readFileSync(path);
  const damages = [
    whole.subarray(0, whole.length - 1),
    whole.with(whole.length - 2, whole.at(-2)! ^ 1), // a digit of a feature
    whole.with(20, whole[20]! ^ 1), // the header
    new Uint8Array(0),
  ];
  for (const damage of damages) {
    Deno.writeFileSync(path, damage);
    assertEquals(await cache.features(PICTURES, ORIGIN), null);
  }
  assertEquals(notices.length, damages.length);
  for (const notice of notices) {
    assert(notice.startsWith("Statistics of pictures are made anew: "), notice);
    assert(notice.includes(path), notice);
  }
  await cache.keepFeatures(PICTURES, ORIGIN, extracted(20));
  assertEquals(await cache.features(PICTURES, ORIGIN), extracted(20));
});

Deno.test("StatisticsCache that cannot write says so and goes on", async () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(join(folder.path, "statistics"), "a file in the folder's place");
  const notices: string[] = [];
  const cache = new StatisticsCache(folder.path, (message) => notices.push(message));
  await cache.keepFeatures(PICTURES, ORIGIN, extracted(5));
  assert(notices.at(-1)!.includes("cannot be kept in"), notices.at(-1));
  assertEquals(await cache.features(PICTURES, ORIGIN), null);
});

Deno.test("StatisticsCache clears what killed processes left, when it is old", async () => {
  using folder = temporaryFolder();
  const cache = new StatisticsCache(folder.path);
  await cache.keepFeatures(PICTURES, ORIGIN, extracted(5));
  const [young, old] = ["young.tmp", "old.tmp"].map((name) =>
    join(folder.path, "statistics", name)
  );
  for (const path of [young!, old!]) Deno.writeTextFileSync(path, "");
  Deno.utimeSync(old!, 0, 0);
  await cache.keepFeatures(PICTURES, ORIGIN, extracted(6));
  assertEquals(filesIn(folder.path).filter((name) => name.endsWith(".tmp")), ["young.tmp"]);
});
