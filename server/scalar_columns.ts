/** Named scalars over rising steps, as columns, and how they are thinned. */
import type { RunSeries } from "../src/core/protocol.ts";

const FIRST_CAPACITY = 1024;

/** Where a step lacks a scalar. */
const ABSENT = NaN;

interface Thinned {
  readonly mean: (number | null)[];
  readonly min: (number | null)[];
  readonly max: (number | null)[];
}

/** Grows by doubling, so that appending a row costs no copy on average. */
export class ScalarColumns {
  #steps = new Float64Array(FIRST_CAPACITY);
  #length = 0;
  readonly #columns = new Map<string, Float64Array<ArrayBuffer>>();

  /** Steps held. */
  get length(): number {
    return this.#length;
  }

  /** Adds a step, greater than every one held. */
  append(step: number, scalars: Iterable<readonly [name: string, value: number]>): void {
    if (this.#length === this.#steps.length) this.#grow();
    const row = this.#length++;
    this.#steps[row] = step;
    for (const [name, value] of scalars) {
      let column = this.#columns.get(name);
      if (!column) {
        column = new Float64Array(this.#steps.length).fill(ABSENT);
        this.#columns.set(name, column);
      }
      column[row] = value;
    }
  }

  /** Means and extremes over at most `points` buckets, of equally many steps but for the last. */
  thin(points: number): Omit<RunSeries, "lastEventId"> {
    const stepsPerBucket = Math.max(1, Math.ceil(this.#length / points));
    const steps: number[] = [];
    for (let start = 0; start < this.#length; start += stepsPerBucket) {
      steps.push(this.#steps[Math.min(start + stepsPerBucket, this.#length) - 1]!);
    }
    const series: Record<string, Thinned> = {};
    for (const [name, column] of this.#columns) {
      const thinned = thinColumn(column.subarray(0, this.#length), stepsPerBucket);
      if (thinned.mean.some((value) => value !== null)) series[name] = thinned;
    }
    return { steps, stepsPerBucket, series };
  }

  #grow(): void {
    const grown = (from: Float64Array, rest: number) => {
      const to = new Float64Array(2 * from.length);
      to.set(from);
      return to.fill(rest, from.length);
    };
    this.#steps = grown(this.#steps, 0);
    for (const [name, column] of this.#columns) this.#columns.set(name, grown(column, ABSENT));
  }
}

function thinColumn(column: Float64Array, rowsPerBucket: number): Thinned {
  const thinned: Thinned = { mean: [], min: [], max: [] };
  for (let start = 0; start < column.length; start += rowsPerBucket) {
    const end = Math.min(start + rowsPerBucket, column.length);
    let sum = 0;
    let count = 0;
    let min = Infinity;
    let max = -Infinity;
    for (let row = start; row < end; row++) {
      const value = column[row]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    thinned.mean.push(count > 0 ? sum / count : null);
    thinned.min.push(count > 0 ? min : null);
    thinned.max.push(count > 0 ? max : null);
  }
  return thinned;
}
