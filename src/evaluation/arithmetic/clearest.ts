/** Samples that are most clearly what is asked for: exemplars of a concept, by its attributes. */
import type { JudgedSamples } from "./judge.ts";
import { parseReading, type ReadClassifier, type Reading } from "./reading.ts";

/** Something that exemplars have, or have not. */
export interface Condition {
  readonly reading: Reading;
  readonly present: boolean;
}

/**
 * Reads `smiling=1`, `smiling=0`, `age>=40=1`. Throws a RangeError for anything else, and for what the
 * classifier does not know or cannot tell.
 */
export function parseCondition(text: string, classifier: ReadClassifier): Condition {
  const [, name, value] = /^\s*(.+?)\s*=\s*([01])\s*$/.exec(text) ?? [];
  if (name === undefined || name.endsWith(">")) {
    throw new RangeError(
      `Cannot pick exemplars of "${text}": expected NAME=1 or NAME=0, or a number's bound, such as ` +
        '"age>=40=1"',
    );
  }
  return { reading: parseReading(name, classifier), present: value === "1" };
}

/** How far an answer is past a condition's threshold, of as far as it can be; below 0 where it fails. */
function margin(answer: number, { reading, present }: Condition): number {
  const { threshold, attribute } = reading;
  const past = present ? answer - threshold : threshold - answer;
  const most = attribute.kind === "binary"
    ? present ? 1 - threshold : threshold
    : attribute.deviation;
  return past / Math.max(most, Number.EPSILON);
}

/**
 * The seeds of the `count` samples that meet all conditions most clearly: by the condition that each
 * meets least clearly. Throws a RangeError that names the conditions where too few meet them.
 */
export function clearestSeeds(
  { answers: { values, count: samples, dim }, firstSeed }: JudgedSamples,
  conditions: readonly Condition[],
  count: number,
): number[] {
  const margins = Array.from({ length: samples }, (_, i) =>
    Math.min(
      ...conditions.map((condition) =>
        margin(values[i * dim + condition.reading.column]!, condition)
      ),
    ));
  const meeting = margins.flatMap((value, i) => value >= 0 ? [i] : []);
  if (meeting.length < count) {
    const asked = conditions.map(({ reading, present }) => `${reading.name}=${Number(present)}`);
    throw new RangeError(
      `Cannot pick ${count} exemplars of ${asked.join(", ")}: of ${
        samples.toLocaleString("en")
      } samples ` +
        `${meeting.length} meet that. Pass more --samples, or fewer --exemplars`,
    );
  }
  return meeting.sort((a, b) => margins[b]! - margins[a]!).slice(0, count)
    .map((i) => firstSeed + i);
}
