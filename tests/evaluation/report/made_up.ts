/** A comparison of made-up checkpoints, and its pictures, for tests of how it is laid out. */
import type { ImageBatch } from "../../../src/core/images.ts";
import { hash32 } from "../../../src/core/rng.ts";
import type { DrawnCheckpoint } from "../../../src/evaluation/report/checkpoints.ts";
import { comparePictures } from "../../../src/evaluation/report/compare_pictures.ts";
import { type Comparison, factsOf, letterOf } from "../../../src/evaluation/report/comparison.ts";
import { compareSettings } from "../../../src/evaluation/report/configuration.ts";
import { metricRow } from "../../../src/evaluation/report/metric_rows.ts";
import type { ReportPictures } from "../../../src/evaluation/report/pictures_section.ts";
import type { RunRecord } from "../../../src/core/protocol.ts";
import { RUN_INIT } from "../../runs/fixtures.ts";

const SIZE = 8;

/** Ramps that every checkpoint draws a little differently. */
function ramps(count: number, place: number): ImageBatch {
  const pixels = Float32Array.from({ length: count * SIZE * SIZE * 3 }, (_, at) => {
    const [image, x] = [Math.floor(at / (SIZE * SIZE * 3)), Math.floor(at / 3) % SIZE];
    return Math.sin(x / 3 + image + place * hash32(at) / 2 ** 33);
  });
  return { pixels, count, size: SIZE, channels: 3 };
}

function record(id: string, config: RunRecord["config"]): RunRecord {
  const time = "2026-11-21T05:10:00.148Z";
  return {
    ...{ ...RUN_INIT, version: 1, id, config, createdAt: time, updatedAt: time },
    ...{ status: "completed", step: 4, metrics: {}, best: null },
  };
}

/** What `makeUp` varies. */
export interface MadeUp {
  readonly checkpoints?: number;
  /** By checkpoint. */
  readonly latentDims?: readonly number[];
  readonly dataset?: string;
}

/** Checkpoints of two runs, three sets of samples, four metrics with every kind of standing. */
export async function makeUp(
  { checkpoints: n = 3, latentDims = [], dataset = "faces" }: MadeUp = {},
): Promise<{ readonly comparison: Comparison; readonly pictures: ReportPictures }> {
  const runs = ["20260101-000000-dcgan-faces-aaaa", "20260101-000000-dcgan-faces-bbbb"];
  const drawn = Array.from({ length: n }, (_, place): DrawnCheckpoint => ({
    checkpoint: {
      ...{ letter: letterOf(place), run: runs[place % 2]!, step: 500 * (place + 1) },
      ...{ weights: "ema", latentDim: latentDims[place] ?? 16, size: SIZE, channels: 3 },
    },
    images: ramps(4, place),
  }));
  const { differences, pictures } = await comparePictures(drawn, "first", "absolute");
  const figures = (apart: number, noise: number) =>
    Array.from(
      { length: n },
      (_, place) =>
        [0, 1, 2].map((i) => 5 + apart * place + noise * (hash32(place, i) / 2 ** 32 - 0.5)),
    );
  const row = (name: string, better: "lower" | "higher", values: number[][]) =>
    metricRow({ name, title: name.split("-")[0]!, better, figures: values, reference: null });
  const records = [
    { ...record(runs[0]!, { data: dataset, size: 8, learningRate: 2e-4 }), dataset },
    record(runs[1]!, { data: dataset, size: 8, learningRate: 4e-4 }),
  ];
  const comparison: Comparison = {
    version: 1,
    createdAt: "2026-11-21T06:00:00.000Z",
    command: "deno task compare aaaa@500 bbbb@1000",
    device: "a processor (cpu)",
    checkpoints: drawn.map(({ checkpoint }) => checkpoint),
    seeds: [0, 1, 2, 7],
    differences,
    metrics: {
      ...{ extractor: "fake", reference: `${dataset}, 100 pictures`, sets: 3, samplesOfSet: 2000 },
      firstSeed: 0,
      rows: [
        row("fcd-fake-2k", "lower", figures(1, 0.1)),
        row("kid-fake-2k", "lower", figures(0, 0.1)),
        row("recall-fake-k3-2k", "higher", figures(1, 0.1)),
        row("swd-2k", "lower", figures(0, 0)),
      ],
    },
    runs: records.map(factsOf),
    configuration: compareSettings(records.map(({ config }) => config)),
    notes: [],
  };
  return { comparison, pictures };
}
