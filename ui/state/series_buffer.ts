/** A run's scalars in bounded memory, thinned as they come. */
import type { RunEvent, RunSeries } from "../../src/core/protocol.ts";
import type { Point } from "./smoothing.ts";

/**
 * The scalars an update's event carries, under the names that `RunSeries` has for them; null without any.
 * Metrics are none of them: they come late, of steps long past.
 */
export function scalarsOf(event: RunEvent): Record<string, number> | null {
  if (event.type !== "step") return null;
  const scalars: Record<string, number> = { "images/s": event.imagesPerSecond };
  for (const [name, value] of Object.entries(event.losses)) scalars[`loss/${name}`] = value;
  for (const [name, value] of Object.entries(event.scores)) scalars[`score/${name}`] = value;
  return scalars;
}

/** One scalar over the buckets of a `SeriesBuffer`; null where a bucket has no value of it. */
export interface Column {
  readonly mean: Point[];
  readonly min: Point[];
  readonly max: Point[];
  /** Values in each bucket. */
  readonly count: number[];
}

/**
 * Scalars by step. Each bucket keeps mean and extremes of `stepsPerBucket` steps; when there would
 * be more than `maxPoints` buckets, neighbours are merged. Appending takes constant time on average.
 */
export class SeriesBuffer {
  /** The last step of each bucket, ascending. */
  readonly steps: number[] = [];
  readonly columns = new Map<string, Column>();
  #stepsPerBucket = 1;
  /** The last step that still falls into the newest bucket. */
  #bucketEnd = 0;

  constructor(readonly maxPoints = 2000) {}

  get stepsPerBucket(): number {
    return this.#stepsPerBucket;
  }

  /** Replaces everything by what the server thinned. */
  load({ steps, stepsPerBucket, series }: RunSeries): void {
    this.steps.splice(0, Infinity, ...steps);
    this.#stepsPerBucket = stepsPerBucket;
    this.#bucketEnd = (steps.at(-2) ?? 0) + stepsPerBucket;
    this.columns.clear();
    for (const [name, { mean, min, max }] of Object.entries(series)) {
      const count = mean.map((value, i) =>
        value === null ? 0 : Math.max(1, steps[i]! - (steps[i - 1] ?? 0))
      );
      this.columns.set(name, { mean: [...mean], min: [...min], max: [...max], count });
    }
    while (this.steps.length > this.maxPoints) this.#halve();
  }

  /** Adds values at a step; steps before the newest one are refused silently: they are repeats. */
  append(step: number, values: Readonly<Record<string, number>>): void {
    const newest = this.steps.at(-1);
    if (newest !== undefined && step < newest) return;
    if (newest === undefined || step > this.#bucketEnd) this.#open(step);
    const last = this.steps.length - 1;
    this.steps[last] = step;
    for (const [name, value] of Object.entries(values)) {
      if (Number.isFinite(value)) addTo(this.#column(name), last, value);
    }
  }

  /** Forgets what came after a step. A bucket that reaches past it goes as a whole. */
  truncate(step: number): void {
    const kept = this.steps.findIndex((last) => last > step);
    if (kept < 0) return;
    this.steps.length = kept;
    for (const { mean, min, max, count } of this.columns.values()) {
      mean.length =
        min.length =
        max.length =
        count.length =
          kept;
    }
    this.#bucketEnd = this.steps.at(-1) ?? 0;
  }

  #open(step: number): void {
    if (this.steps.length >= this.maxPoints) this.#halve();
    if (this.steps.length > 0 && step <= this.#bucketEnd) return; // halving made room for it
    this.steps.push(step);
    this.#bucketEnd = step + this.#stepsPerBucket - 1;
    for (const { mean, min, max, count } of this.columns.values()) {
      mean.push(null);
      min.push(null);
      max.push(null);
      count.push(0);
    }
  }

  #column(name: string): Column {
    let column = this.columns.get(name);
    if (column === undefined) {
      const empty = () => this.steps.map((): Point => null);
      column = { mean: empty(), min: empty(), max: empty(), count: this.steps.map(() => 0) };
      this.columns.set(name, column);
    }
    return column;
  }

  /** Merges neighbours two by two; an odd last bucket stays open for as many steps again. */
  #halve(): void {
    const length = Math.ceil(this.steps.length / 2);
    if (this.steps.length % 2 === 1) this.#bucketEnd += this.#stepsPerBucket;
    for (let i = 0; i < length; i++) this.steps[i] = this.steps[2 * i + 1] ?? this.steps[2 * i]!;
    this.steps.length = length;
    for (const column of this.columns.values()) halveColumn(column, length);
    this.#stepsPerBucket *= 2;
  }
}

function addTo({ mean, min, max, count }: Column, i: number, value: number): void {
  count[i]! += 1;
  const before = mean[i] ?? value;
  mean[i] = before + (value - before) / count[i]!;
  min[i] = Math.min(min[i] ?? value, value);
  max[i] = Math.max(max[i] ?? value, value);
}

function halveColumn({ mean, min, max, count }: Column, length: number): void {
  for (let i = 0; i < length; i++) {
    const [a, b] = [2 * i, 2 * i + 1];
    const [left, right] = [count[a]!, count[b] ?? 0];
    const total = left + right;
    mean[i] = total === 0 ? null : ((mean[a] ?? 0) * left + (mean[b] ?? 0) * right) / total;
    min[i] = extreme(Math.min, min[a], min[b]);
    max[i] = extreme(Math.max, max[a], max[b]);
    count[i] = total;
  }
  mean.length =
    min.length =
    max.length =
    count.length =
      length;
}

function extreme(
  choose: (a: number, b: number) => number,
  a: Point | undefined,
  b: Point | undefined,
): Point {
  if (a === null || a === undefined) return b ?? null;
  return b === null || b === undefined ? a : choose(a, b);
}
