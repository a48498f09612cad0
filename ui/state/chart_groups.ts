/** Which scalars share a chart, how each is drawn, and the arrays the chart is drawn from. */
import type { SeriesBuffer } from "./series_buffer.ts";
import { type Point, smooth } from "./smoothing.ts";

/** How a curve is drawn; style/tokens.css has a colour of each name. */
export type Tone = "accent" | "ink" | "muted";

/** A scalar in a chart. */
export interface Curve {
  /** As in `RunSeries`: `loss/generator`. */
  readonly name: string;
  readonly label: string;
  readonly tone: Tone;
}

/** A chart: the scalars that share its axes. */
export interface ChartGroup {
  readonly key: string;
  readonly title: string;
  readonly curves: readonly Curve[];
  /** Fixed ends of the vertical axis; otherwise it follows the curves. */
  readonly range?: readonly [number, number];
  /** A value worth a line of its own. */
  readonly reference?: number;
  /** Whether the reader's wish for a logarithmic scale is meant for this chart. */
  readonly mayBeLog: boolean;
  readonly tall: boolean;
}

type Presentation = Omit<ChartGroup, "key" | "curves">;

const PRESENTATIONS: Readonly<Record<string, Presentation>> = {
  loss: { title: "Losses", mayBeLog: true, tall: true },
  // Of networks that enlarge, whose own losses are a tenth of the discriminator's and would lie flat.
  enlarging: { title: "Enlarging network’s loss", mayBeLog: true, tall: true },
  judging: { title: "Discriminator’s loss", mayBeLog: true, tall: false },
  pixels: { title: "Loss of pixels", mayBeLog: true, tall: true },
  // At 0.5 the discriminator cannot tell real from generated.
  score: {
    title: "Discriminator scores",
    range: [0, 1],
    reference: 0.5,
    mayBeLog: false,
    tall: true,
  },
  images: { title: "Throughput", mayBeLog: false, tall: false },
};

/** Scalars of networks that enlarge, by their charts: trained by pixels alone, or by a discriminator. */
const PIXEL_LOSSES: Readonly<Record<string, string>> = { "loss/l1": "pixels", "loss/l2": "pixels" };
const ADVERSARIAL_LOSSES: Readonly<Record<string, string>> = {
  "loss/generator": "enlarging",
  "loss/content": "enlarging",
  "loss/discriminator": "judging",
};

/** What scalars of such networks are called where their own names would say little, or something else. */
const LABELS: Readonly<Record<string, string>> = {
  "loss/l1": "mean absolute difference, of pixels from −1 to 1",
  "loss/l2": "mean squared difference, of pixels from −1 to 1",
  "loss/generator": "content and verdict",
};

/** The score of what a generator made: of a latent, or of a small picture. */
export function scoreLabel(score: string, enlarges: boolean): string {
  return enlarges && score === "D(G(z))" ? "D(G(LR))" : score;
}

/** The accent is the generator's, in every chart. */
const ACCENTED: ReadonlySet<string> = new Set(["loss/generator", "score/D(G(z))", "images/s"]);
const OTHER_TONES: readonly Tone[] = ["ink", "muted"];

/** Sorts a run's scalars into charts: losses, scores, throughput, then any other by itself. */
export function chartGroups(names: Iterable<string>): ChartGroup[] {
  const all = [...names];
  const groups = new Map<string, string[]>(Object.keys(PRESENTATIONS).map((key) => [key, []]));
  const adversarial = all.includes("loss/content");
  for (const name of all) {
    const prefix = name.split("/", 1)[0]!;
    const key = PIXEL_LOSSES[name] ?? (adversarial ? ADVERSARIAL_LOSSES[name] : undefined) ??
      (prefix in PRESENTATIONS ? prefix : name);
    groups.set(key, [...groups.get(key) ?? [], name]);
  }
  return [...groups].filter(([, members]) => members.length > 0).map(([key, members]) => ({
    ...PRESENTATIONS[key] ?? { title: labelOf(key, false), mayBeLog: false, tall: false },
    key,
    curves: curvesOf(members, adversarial),
  }));
}

function curvesOf(names: readonly string[], adversarial: boolean): Curve[] {
  let others = 0;
  const alone = names.length === 1;
  const accentLast = (a: string, b: string) =>
    Number(ACCENTED.has(a)) - Number(ACCENTED.has(b)) || (a < b ? -1 : 1);
  return names.toSorted(accentLast).map((name) => ({
    name,
    label: labelOf(name, adversarial),
    tone: alone || ACCENTED.has(name)
      ? "accent"
      : OTHER_TONES[Math.min(others++, OTHER_TONES.length - 1)]!,
  }));
}

/** A scalar's name without its group; `images/s` is a unit and stays whole. */
function labelOf(name: string, adversarial: boolean): string {
  if (name === "images/s") return name;
  if (name in PIXEL_LOSSES || (adversarial && name in ADVERSARIAL_LOSSES)) {
    return LABELS[name] ?? name.slice(name.indexOf("/") + 1);
  }
  return scoreLabel(name.slice(name.indexOf("/") + 1), adversarial);
}

/** The arrays of one curve, each as long as the buffer's steps. */
export interface CurveData {
  readonly mean: Point[];
  readonly smooth: Point[];
  readonly min: Point[];
  readonly max: Point[];
}

/** A curve as it is drawn. On a logarithmic scale what is not positive is left out. */
export function curveData(
  buffer: SeriesBuffer,
  name: string,
  smoothing: number,
  log: boolean,
): CurveData {
  const column = buffer.columns.get(name);
  if (column === undefined) {
    const none = buffer.steps.map((): Point => null);
    return { mean: none, smooth: none, min: none, max: none };
  }
  const shown = (points: readonly Point[]) =>
    points.map((value) => log && value !== null && value <= 0 ? null : value);
  return {
    mean: shown(column.mean),
    smooth: shown(smoothing > 0 ? smooth(column.mean, smoothing) : column.mean),
    min: shown(column.min),
    max: shown(column.max),
  };
}

/** Share of the curves' own height by which extremes may stretch the axis, to either side. */
const STRETCH = 0.5;

/**
 * Ends of a vertical axis over points `from` to `to`, both included: the curves whole, their
 * extremes as far as they do not press the curves flat. Null without any point.
 */
export function verticalRange(
  curves: readonly CurveData[],
  from: number,
  to: number,
  log: boolean,
): [number, number] | null {
  const into = log ? Math.log : (value: number) => value;
  const [low, high] = extent(curves.flatMap(({ mean, smooth }) => [mean, smooth]), from, to, into);
  if (low > high) return null;
  const [lowest, highest] = extent(curves.flatMap(({ min, max }) => [min, max]), from, to, into);
  const room = STRETCH * (high - low);
  const pad = 0.04 * (high - low) || Math.abs(high) * 0.1 || 0.1;
  const bottom = Math.min(low, Math.max(lowest, low - room)) - pad;
  const top = Math.max(high, Math.min(highest, high + room)) + pad;
  return log ? [Math.exp(bottom), Math.exp(top)] : [bottom, top];
}

function extent(
  columns: readonly (readonly Point[])[],
  from: number,
  to: number,
  into: (value: number) => number,
): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const column of columns) {
    for (let i = from; i <= to; i++) {
      const value = column[i];
      if (value === null || value === undefined) continue;
      low = Math.min(low, into(value));
      high = Math.max(high, into(value));
    }
  }
  return [low, high];
}
