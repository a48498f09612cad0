/** How well the extractor's features answer on pictures it was not trained on. */
import type { Lesson } from "./lessons.ts";
import { FAULTS, type Task, TEXTURE_TASKS, TONES } from "./tasks.ts";

/** Means over the tasks of a kind. */
export interface HeldOutFigures {
  /** Share of right answers, the mean of those where yes and where no is right: 0.5 is a guess. */
  readonly binaryAttributes: number;
  /** Share of the variance explained: 0 is a guess. The same for those below. */
  readonly numericAttributes: number;
  readonly faults: number;
  readonly textures: number;
  readonly tones: number;
}

/** A target and the network's answer. */
type Pair = readonly [target: number, answer: number];

/** 1 − squared errors over squared deviations from the mean. */
function explained(pairs: readonly Pair[]): number {
  const mean = pairs.reduce((sum, [target]) => sum + target, 0) / pairs.length;
  const sum = (of: (pair: Pair) => number) => pairs.reduce((all, pair) => all + of(pair) ** 2, 0);
  return 1 - sum(([target, answer]) => target - answer) / sum(([target]) => target - mean);
}

/** Mean of the shares of right answers among yes and no, the logit's sign being the answer. */
function balanced(pairs: readonly Pair[]): number {
  const shares = [0, 1].map((truth) => {
    const of = pairs.filter(([target]) => target === truth);
    return of.filter(([, logit]) => (logit > 0) === (truth === 1)).length / of.length;
  });
  return (shares[0]! + shares[1]!) / 2;
}

/** The figures of a lesson whose outputs, [B, tasks], the network has given. */
export function heldOutFigures(
  tasks: readonly Task[],
  { targets, weights }: Lesson,
  outputs: ArrayLike<number>,
): HeldOutFigures {
  const pairs: Pair[][] = tasks.map(() => []);
  targets.forEach((target, at) => {
    if (weights[at]! > 0) pairs[at % tasks.length]!.push([target, outputs[at]!]);
  });
  const named = (names: readonly string[]) => (task: Task) => names.includes(task.name);
  const others = [...FAULTS, ...TEXTURE_TASKS, ...TONES];
  const mean = (which: (task: Task) => boolean, figure: (pairs: readonly Pair[]) => number) => {
    const chosen = pairs.filter((_, i) => which(tasks[i]!));
    return chosen.reduce((sum, each) => sum + figure(each), 0) / chosen.length;
  };
  const ofFaces = (kind: Task["kind"]) => (task: Task) =>
    task.kind === kind && !named(others)(task);
  return {
    binaryAttributes: mean(ofFaces("binary"), balanced),
    numericAttributes: mean(ofFaces("number"), explained),
    faults: mean(named(FAULTS), explained),
    textures: mean(named(TEXTURE_TASKS), explained),
    tones: mean(named(TONES), explained),
  };
}
