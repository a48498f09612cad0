/** Checkpoints measured on sets of the same seeds, against one reference. */
import type { GeneratorWeights } from "../../runs/checkpoint_format.ts";
import type { ResolvedCheckpoint } from "../../runs/open_generator.ts";
import type { RunStore } from "../../runs/store.ts";
import { familyOf } from "../../metrics/names.ts";
import { type Evaluation, type EvaluationOptions, Reference } from "../evaluate.ts";
import { openRunSource } from "../run_source.ts";
import type { ImageSource } from "../source.ts";
import { addressOf, type Metrics } from "./comparison.ts";
import { type MeasuredRow, metricRow } from "./metric_rows.ts";

/** Which samples are measured. */
export interface SetsOptions {
  /** Disjoint sets of consecutive seeds. */
  readonly sets: number;
  readonly samplesOfSet: number;
  readonly firstSeed: number;
  readonly weights: GeneratorWeights;
}

/**
 * Throws a RangeError unless all runs were trained on the same pictures, prepared alike: what is nearer
 * to one data set may be farther from another.
 */
export function assertSameData(store: RunStore, found: readonly ResolvedCheckpoint[]): void {
  const seen = new Map<string, string>();
  for (const { run: id } of found) {
    using run = store.open(id);
    const { data, dataset } = run.record();
    seen.set(data?.fingerprint ?? `unknown data of ${id}`, `${id}: ${dataset}`);
  }
  if (seen.size === 1) return;
  throw new RangeError(
    "Cannot measure these checkpoints against their data: expected runs of the same pictures, got " +
      `${
        [...seen.values()].join(", ")
      }. Name what to measure against, --reference DATA, or leave ` +
      "metrics out, --metrics none",
  );
}

/**
 * Measures every set of every checkpoint against `source`, which is borrowed. Throws as
 * `Reference.judge` does.
 */
export async function measureCheckpoints(
  store: RunStore,
  found: readonly ResolvedCheckpoint[],
  source: ImageSource,
  { sets, samplesOfSet, firstSeed, weights }: SetsOptions,
  evaluation: EvaluationOptions,
): Promise<Metrics> {
  // How far sets scatter is seen, and need not be estimated.
  const reference = new Reference(source, { ...evaluation, slowErrors: false });
  const first = found[0]!;
  reference.assertMeasurable({ label: addressOf(first), count: samplesOfSet });
  const measured: (readonly Evaluation[])[] = [];
  for (const checkpoint of found) {
    const ofSets: Evaluation[] = [];
    for (let i = 0; i < sets; i++) {
      const seed = firstSeed + i * samplesOfSet;
      using samples = await openRunSource(store, checkpoint, {
        ...{ count: samplesOfSet, firstSeed: seed, weights },
      });
      ofSets.push(await reference.judge(samples));
    }
    measured.push(ofSets);
  }
  const { label, described } = measured[0]![0]!.b;
  return {
    extractor: evaluation.extractor?.name ?? null,
    reference: `${label}, ${described}`,
    ...{ sets, samplesOfSet, firstSeed },
    rows: rowsOf(measured).map(metricRow),
  };
}

/** Figures by metric, in the order of tables. */
function rowsOf(measured: readonly (readonly Evaluation[])[]): readonly MeasuredRow[] {
  return measured[0]![0]!.metrics.map(({ family, name, better, reference }, at) => ({
    ...{ name, better, title: familyOf(family).title, reference: reference ?? null },
    figures: measured.map((ofSets) => ofSets.map(({ metrics }) => metrics[at]!.value)),
  }));
}
