/**
 * `deno task bench-metrics`: how long each metric takes on two sets of 10,000 images of 64 pixels, or of
 * 10,000 rows of 256 features, on the device that `--backend` would choose by itself.
 */
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { symmetricEigen } from "../../src/core/linalg/symmetric_eigen.ts";
import { Rng } from "../../src/core/rng.ts";
import { densityCoverage } from "../../src/metrics/density_coverage.ts";
import type { FeatureMatrix } from "../../src/metrics/extractor.ts";
import { frechetDistance } from "../../src/metrics/frechet.ts";
import { gaussianOf } from "../../src/metrics/gaussian.ts";
import { kernelInceptionDistance } from "../../src/metrics/kid.ts";
import { memorisation } from "../../src/metrics/memorisation.ts";
import { msSsimDiversity } from "../../src/metrics/ms_ssim.ts";
import { nearestNeighbours } from "../../src/metrics/neighbours.ts";
import { PatchCollector } from "../../src/metrics/patches.ts";
import { precisionRecall } from "../../src/metrics/precision_recall.ts";
import { patchDistance } from "../../src/metrics/sliced_wasserstein.ts";

const COUNT = 10_000;
const SIZE = 64;
const DIM = 256;
const BATCH = 500;

/** Uniform over −scale … scale. */
function noise(length: number, seed: number, scale = 1): Float32Array<ArrayBuffer> {
  const rng = new Rng(seed);
  const out = new Float32Array(length);
  for (let i = 0; i < length; i++) out[i] = rng.uniform(-scale, scale);
  return out;
}

const features = (seed: number, dim = DIM, count = COUNT): FeatureMatrix => (
  { values: noise(count * dim, seed), count, dim }
);

const images = (seed: number, count: number) => (
  { pixels: noise(count * SIZE ** 2 * 3, seed, 0.8), count, size: SIZE, channels: 3 }
);

async function timed<Result>(name: string, body: () => Result | Promise<Result>): Promise<Result> {
  const started = performance.now();
  const result = await body();
  console.log(
    `${name.padEnd(58)}${((performance.now() - started) / 1000).toFixed(2).padStart(8)} s`,
  );
  return result;
}

/** Patches of a set that never lies in memory at once. */
function patchesOf(seed: number): PatchCollector {
  const collector = new PatchCollector(SIZE, 3);
  for (let i = 0; i < COUNT; i += BATCH) collector.add(images(seed + i, BATCH));
  return collector;
}

const device = await probeDevice("auto");
await openDevice(device, { threads: 0 });
console.log(`${device.name} (${device.backend}), ${navigator.hardwareConcurrency} threads`);

const [real, fake] = [features(1), features(2)];
await timed("nearest 5 of 10,000 by 10,000, 256 features", () => nearestNeighbours(fake, real, 5));
await timed("precision and recall, k = 3", () => precisionRecall(real, fake));
await timed("density and coverage, k = 5", () => densityCoverage(real, fake));
await timed("memorisation", () => memorisation(fake, real, null));
await timed("kernel distance, 100 subsets of 1,000", () => kernelInceptionDistance(real, fake));
const [a, b] = await timed("two covariances of 256", () => [gaussianOf(real), gaussianOf(fake)]);
await timed("Fréchet distance of 256 features", () => frechetDistance(a!, b!));
const set = images(3, COUNT);
await timed("MS-SSIM of 5,000 pairs of 64 pixels", () => msSsimDiversity(set));
const [p, q] = await timed("patches of two sets", () => [patchesOf(4), patchesOf(5)]);
await timed("sliced Wasserstein distance, 512 directions", () => patchDistance(p!, q!));
if (Deno.args.includes("--wide")) {
  const [c, d] = await timed(
    "two covariances of 3,000 samples, 2,048 features",
    () => [6, 7].map((seed) => gaussianOf(features(seed, 2048, 3000))),
  );
  await timed("Fréchet distance of 2,048 features", () => frechetDistance(c!, d!));
  await timed("eigenvectors, 2,048 dimensions", () => symmetricEigen(c!.covariance, 2048));
}
