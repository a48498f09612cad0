/** The concepts of latent arithmetic: exemplars by name, or picked by what a classifier tells of them. */
import { z } from "zod";
import { clearestSeeds, parseCondition } from "../evaluation/arithmetic/clearest.ts";
import { judgeOf, judgeSeeds } from "../evaluation/arithmetic/judge.ts";
import { classifierFor } from "./arithmetic_evaluate.ts";
import { type LatentRef, LatentRefs, parseLatentRefs } from "./latent_refs.ts";
import type { OpenCheckpoint } from "./open_checkpoint.ts";
import { ProgressReport } from "./progress_report.ts";
import { stderr } from "./terminal.ts";

/** A concept as it is asked for. */
export type Concept =
  | { readonly kind: "latents"; readonly refs: readonly LatentRef[] }
  | { readonly kind: "attributes"; readonly conditions: readonly string[] };

/** `smiling=1,glasses=0`, or latents as `LatentRefs` reads them. */
export const Concept = z.string().min(1).transform((text, context): Concept => {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.every((part) => part.includes("=") && !part.startsWith("z:"))) {
    return { kind: "attributes", conditions: parts };
  }
  const refs = LatentRefs.safeParse(text);
  if (refs.success) return { kind: "latents", refs: refs.data };
  context.issues.push({ code: "custom", input: text, message: refs.error.issues[0]!.message });
  return z.NEVER;
});

/** How exemplars are picked. */
export interface PickOptions {
  readonly exemplars: number;
  readonly samples: number;
  readonly firstSeed: number;
  readonly classifier: string | null;
  readonly cache: string;
  readonly threads: number;
}

/**
 * The latents of each concept, as references. Judges samples only where a concept is given by
 * attributes, and says on standard error which seeds it picked. Throws the signal's reason.
 */
export async function exemplarsOf(
  checkpoint: OpenCheckpoint,
  concepts: Readonly<Record<string, Concept>>,
  options: PickOptions,
  signal: AbortSignal,
): Promise<Record<string, readonly LatentRef[]>> {
  const named = Object.entries(concepts);
  if (named.every(([, { kind }]) => kind === "latents")) {
    return Object.fromEntries(
      named.map(([key, one]) => [key, one.kind === "latents" ? one.refs : []]),
    );
  }
  const report = new ProgressReport(stderr);
  try {
    const found = await classifierFor(checkpoint, options, report, signal);
    signal.throwIfAborted();
    using classifier = found!;
    const asked = named.map(([key, one]) => (
      {
        key,
        one,
        conditions: one.kind === "latents"
          ? []
          : one.conditions.map((text) => parseCondition(text, classifier)),
      }
    ));
    const { samples: total, firstSeed } = options;
    let done = 0;
    const onImages = (count: number) =>
      report.preparing({ label: "Judging", done: done += count, total, unit: "images" });
    const { latentDim } = checkpoint.generator;
    const judge = judgeOf(checkpoint.generator, classifier, { signal, onImages });
    const samples = await judgeSeeds(judge, { firstSeed, count: total, latentDim });
    return Object.fromEntries(asked.map(({ key, one, conditions }) => {
      if (one.kind === "latents") return [key, one.refs];
      const seeds = clearestSeeds(samples, conditions, options.exemplars).join(",");
      report.say(`${key.toUpperCase()}: ${one.conditions.join(", ")}: seeds ${seeds}`);
      return [key, parseLatentRefs(seeds)];
    }));
  } finally {
    report.close();
  }
}
