/** The metrics of `compare`: from its options to figures. */
import type { DeviceInfo } from "../core/protocol.ts";
import type { Metrics } from "../evaluation/report/comparison.ts";
import { assertSameData, measureCheckpoints } from "../evaluation/report/measure.ts";
import { OpenedPlan } from "../evaluation/plan.ts";
import { parseSource } from "../evaluation/source.ts";
import { StatisticsCache } from "../evaluation/statistics_cache.ts";
import { parseMetricList } from "../metrics/names.ts";
import { openWantedExtractor } from "../metrics/open_extractor.ts";
import type { ResolvedCheckpoint } from "../runs/open_generator.ts";
import type { RunStore } from "../runs/store.ts";
import type { CompareOptions } from "./compare_flags.ts";
import type { ProgressReport } from "./progress_report.ts";

/** Throws, before anything is computed, where the metrics asked for cannot be had. */
export function assertMeasurable(
  store: RunStore,
  found: readonly ResolvedCheckpoint[],
  { metrics, reference, samples, sets }: CompareOptions,
): void {
  if (metrics !== null) parseMetricList(metrics);
  if (reference === null) assertSameData(store, found);
  else parseSource(store, reference);
  if (samples < 2 * sets) {
    throw new RangeError(
      `Cannot measure ${sets} sets: expected 2 samples of each or more, got ${samples} of all`,
    );
  }
}

/** Measures the checkpoints on the open device against `--reference`, or the data they share. */
export async function measureAgainst(
  store: RunStore,
  found: readonly ResolvedCheckpoint[],
  options: CompareOptions,
  device: DeviceInfo,
  report: ProgressReport,
  signal: AbortSignal,
): Promise<Metrics> {
  const { metrics, sets, weights, seed } = options;
  using extractor = await openWantedExtractor(options.extractor, metrics);
  if (extractor !== null) {
    report.say(
      `extractor  ${extractor.name}, ${extractor.dim} features (${extractor.fingerprint})`,
    );
  }
  const samplesOfSet = Math.floor(options.samples / sets);
  const plan = {
    judged: [{ kind: "run", ...found[0]! }] as const,
    reference: options.reference === null ? null : parseSource(store, options.reference),
  };
  using opened = await OpenedPlan.open(plan, {
    ...{ store, weights, seed, samples: options.samples },
    ...{ size: null, channels: null, mirror: null, resize: false },
    elsewhere: "name what to measure against: --reference folder:PATH",
    data: {
      cacheDir: options.cache,
      threads: options.threads || navigator.hardwareConcurrency,
      signal,
      onProgress: (progress) => report.preparing(progress),
      onNotice: (message) => report.say(message),
    },
  });
  return await measureCheckpoints(
    store,
    found,
    opened.reference,
    { sets, samplesOfSet, firstSeed: seed, weights },
    {
      extractor,
      backend: device.backend,
      cache: new StatisticsCache(options.cache, (message) => report.say(message)),
      families: metrics === null ? null : parseMetricList(metrics),
      ...{ seed, signal },
      onProgress: (progress) => report.preparing(progress),
    },
  );
}
