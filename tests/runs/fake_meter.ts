/** A meter that computes nothing: what it reports, and when, is the test's to say. */
import type { Meter, MeterOrder, MeterReport } from "../../src/runs/meter.ts";

export const DECIDING = "fcd-fake-10";

export class FakeMeter implements Meter {
  readonly deciding = DECIDING;
  /** Steps it was asked for. */
  readonly asked: number[] = [];
  disposed = false;
  readonly #reports: MeterReport[] = [];

  /** `answer` reports on a step as soon as it is asked for; null waits for `report`. */
  constructor(
    readonly order: MeterOrder | null = null,
    readonly answer: ((step: number) => MeterReport | null) | null = null,
  ) {}

  measure(_run: string, step: number): void {
    this.asked.push(step);
    const report = this.answer?.(step) ?? null;
    if (report !== null) this.report(report);
  }

  report(report: MeterReport): void {
    this.#reports.push(report);
  }

  poll(): readonly MeterReport[] {
    return this.#reports.splice(0);
  }

  [Symbol.dispose](): void {
    this.disposed = true;
  }
}

/** Of a step: its deciding figure, and one beside. */
export function measured(step: number, value: number): MeterReport {
  const figures = [{ name: DECIDING, value }, { name: "recall-fake-k3-10", value: 0.5 }];
  return { type: "measured", step, figures };
}
