/** Lines that say how far something has come: pure functions of numbers and a width. */

/** What a training line shows. */
export interface TrainingProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<string, number>>;
  readonly imagesPerSecond: number;
  /** Null until the pace is known, and at the end. */
  readonly secondsLeft: number | null;
}

/** What a preparation line shows. */
export interface PreparationProgress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly secondsLeft: number | null;
}

/** `8 s`, `2 min 10 s`, `3 h 05 min`, `2 d 4 h`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

/** `12.4 MB`: decimal units, as disks are sold. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Throughput: two digits are enough, and whole numbers from ten on. */
export function rate(perSecond: number): string {
  return perSecond >= 10 ? String(Math.round(perSecond)) : perSecond.toFixed(1);
}

/** A bar of `width` columns, `fraction` of it full. */
export function bar(fraction: number, width: number): string {
  const full = Math.round(Math.max(0, Math.min(1, fraction)) * width);
  return "━".repeat(full) + "╌".repeat(width - full);
}

const GAP = "  ";
const BAR = { least: 8, most: 40 };

/**
 * Joins parts into at most `width` columns and gives what is left to a bar after the first part.
 * Parts too many are left out, the ones with the highest rank first; the first part always stays.
 */
function fit(
  parts: readonly { readonly text: string; readonly rank: number }[],
  fraction: number,
  width: number,
): string {
  const kept = parts.filter((part) => part.text !== "");
  const length = () => kept.reduce((sum, part) => sum + part.text.length + GAP.length, -GAP.length);
  while (kept.length > 1 && length() > width) {
    const worst = Math.max(...kept.slice(1).map((part) => part.rank));
    kept.splice(kept.findLastIndex((part) => part.rank === worst), 1);
  }
  const free = Math.min(BAR.most, width - length() - GAP.length);
  const texts = kept.map((part) => part.text);
  if (free >= BAR.least) texts.splice(1, 0, bar(fraction, free));
  return texts.join(GAP).slice(0, Math.max(0, width));
}

/** `D 1.386  G 0.693` of `{ discriminator, generator }`; other names as they are. */
function lossText(losses: Readonly<Record<string, number>>, digits: number): string {
  const short: Readonly<Record<string, string>> = { discriminator: "D", generator: "G" };
  const values = Object.entries(losses).map(([name, value]) =>
    `${short[name] ?? name} ${value.toFixed(digits)}`
  );
  return values.length === 0 ? "" : `loss ${values.join(" ")}`;
}

function scoreText(scores: Readonly<Record<string, number>>): string {
  return Object.entries(scores).map(([name, value]) => `${name} ${value.toFixed(2)}`).join(GAP);
}

function stepText({ step, totalSteps }: TrainingProgress): string {
  return `step ${String(step).padStart(String(totalSteps).length)}/${totalSteps}`;
}

/** The bar while training, at most `width` columns: step, bar, losses, scores, images/s, ETA. */
export function trainingBar(progress: TrainingProgress, width: number): string {
  const { losses, scores, imagesPerSecond, secondsLeft } = progress;
  return fit(
    [
      { text: stepText(progress), rank: 0 },
      { text: lossText(losses, 3), rank: 2 },
      { text: scoreText(scores), rank: 4 },
      { text: `${rate(imagesPerSecond)} images/s`, rank: 3 },
      { text: secondsLeft === null ? "" : `ETA ${duration(secondsLeft)}`, rank: 1 },
    ],
    progress.totalSteps === 0 ? 1 : progress.step / progress.totalSteps,
    width,
  );
}

/** The same as a line of a log, whole whatever its length. */
export function trainingLine(progress: TrainingProgress): string {
  const { losses, scores, imagesPerSecond, secondsLeft } = progress;
  return [
    stepText(progress),
    lossText(losses, 4),
    scoreText(scores),
    `${rate(imagesPerSecond)} images/s`,
    secondsLeft === null ? "" : `ETA ${duration(secondsLeft)}`,
  ].filter((part) => part !== "").join(GAP);
}

/** What a line of a projection shows. */
export interface ProjectionProgress {
  readonly label: string;
  readonly step: number;
  readonly totalSteps: number;
  /** Of every start, as they stand. */
  readonly losses: ArrayLike<number>;
  readonly secondsLeft: number | null;
}

const startsText = ({ losses }: ProjectionProgress) =>
  Array.from(losses, (loss) => loss.toFixed(4)).join(" ");

/** The bar while a picture is projected, at most `width` columns: step, bar, best loss, all losses. */
export function projectionBar(progress: ProjectionProgress, width: number): string {
  const { label, step, totalSteps, losses, secondsLeft } = progress;
  const best = Math.min(...Array.from(losses));
  return fit(
    [
      {
        text: `${label} ${String(step).padStart(String(totalSteps).length)}/${totalSteps}`,
        rank: 0,
      },
      { text: `best loss ${best.toFixed(4)}`, rank: 1 },
      { text: losses.length > 1 ? `of ${startsText(progress)}` : "", rank: 3 },
      { text: secondsLeft === null ? "" : `ETA ${duration(secondsLeft)}`, rank: 2 },
    ],
    step / totalSteps,
    width,
  );
}

/** The same as a line of a log. */
export function projectionLine(progress: ProjectionProgress): string {
  const { label, step, totalSteps } = progress;
  return `${label}: step ${step}/${totalSteps}, losses ${startsText(progress)}`;
}

function amountText({ done, total, unit }: PreparationProgress): string {
  if (unit === "bytes") return `${bytes(done)} of ${bytes(total)}`;
  return `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${unit}`;
}

/** The bar while a dataset is prepared, at most `width` columns. */
export function preparationBar(progress: PreparationProgress, width: number): string {
  const { label, done, total, secondsLeft } = progress;
  const widest = amountText({ ...progress, done: total }).length; // so that the bar stands still
  return fit(
    [
      { text: label, rank: 0 },
      { text: amountText(progress).padStart(widest), rank: 2 },
      { text: secondsLeft === null ? "" : `ETA ${duration(secondsLeft)}`, rank: 1 },
    ],
    total === 0 ? 1 : done / total,
    width,
  );
}

/** How far preparing has come, in a line. */
export function preparationLine(progress: PreparationProgress): string {
  const { label, done, total } = progress;
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  return `${label}: ${amountText(progress)} (${percent} %)`;
}

/**
 * How long the rest will take, by the pace of the last updates: samples and checkpoints between
 * them count, a slow start is soon forgotten.
 */
export class Pace {
  static readonly #WINDOW = 64;
  readonly #marks: { readonly done: number; readonly time: number }[] = [];

  /** Notes that `done` of the whole were done at `time`, in milliseconds. */
  mark(done: number, time: number): void {
    this.#marks.push({ done, time });
    if (this.#marks.length > Pace.#WINDOW) this.#marks.shift();
  }

  /** Seconds until `total`; null until there is a pace to tell by, and once all is done. */
  secondsLeft(total: number): number | null {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || last.done <= first.done) return null;
    if (last.done >= total) return null;
    const secondsEach = (last.time - first.time) / 1000 / (last.done - first.done);
    return secondsEach * (total - last.done);
  }
}
