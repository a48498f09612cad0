/** `deno task directions --attributes`: directions of what a classifier of the pictures can tell. */
import { judgeOf } from "../evaluation/arithmetic/judge.ts";
import { attributeDirections } from "../evaluation/attribute_directions.ts";
import { parseProbed, toldProbes } from "../evaluation/probes.ts";
import type { Direction } from "../latent/directions/direction.ts";
import { canTell } from "../metrics/classifier/telling.ts";
import { classifierFor } from "./arithmetic_evaluate.ts";
import type { OpenCheckpoint } from "./open_checkpoint.ts";
import { ProgressReport } from "./progress_report.ts";
import { stderr } from "./terminal.ts";

/** What looking for them takes of the command's options. */
export interface AttributeDirectionOptions {
  /** null for all that can be told. */
  readonly attributes: readonly string[] | null;
  readonly samples: number;
  /** The first sample's. */
  readonly seed: number;
  readonly orthogonal: boolean;
  readonly classifier: string | null;
  readonly cache: string;
  readonly threads: number;
}

/** Finds them, and says on standard error what had to be left out. Throws the signal's reason. */
export async function findAttributeDirections(
  checkpoint: OpenCheckpoint,
  options: AttributeDirectionOptions,
  signal: AbortSignal,
): Promise<Direction[]> {
  const report = new ProgressReport(stderr);
  try {
    const found = await classifierFor(checkpoint, options, report, signal);
    signal.throwIfAborted();
    using classifier = found!;
    const probed = options.attributes === null
      ? toldProbes(classifier)
      : options.attributes.map((text) => parseProbed(text, classifier));
    const { generator } = checkpoint;
    let done = 0;
    const onImages = (count: number) => {
      done += count;
      report.preparing({ label: "Judging", done, total: options.samples, unit: "images" });
    };
    const { directions, leftOut } = await attributeDirections(
      judgeOf(generator, classifier, { signal, onImages }),
      {
        ...{ latentDim: generator.latentDim, samples: options.samples, firstSeed: options.seed },
        ...{ probed, held: options.orthogonal ? toldProbes(classifier) : [] },
      },
    );
    const notTold = classifier.attributes.filter((attribute) => !canTell(attribute));
    if (options.attributes === null && notTold.length > 0) {
      report.say(`Not told, and left out: ${notTold.map(({ name }) => name).join(", ")}`);
    }
    for (const { reason } of leftOut) report.say(reason);
    if (directions.length > 0) return directions;
    throw new RangeError(
      "Cannot find directions: there is no attribute that the classifier can tell and that enough " +
        "samples have",
    );
  } finally {
    report.close();
  }
}
