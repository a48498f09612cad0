/** How a projection goes, on the terminal: a bar that changes in place, or log lines. */
import type { ProjectionStep } from "../latent/project.ts";
import { Pace, projectionBar, projectionLine } from "./progress.ts";
import { type Screen, StatusLine } from "./terminal.ts";

/** Between two drawings of the bar, and between two lines of a log. */
const DRAW_EVERY_MS = 100;
const LINE_EVERY_MS = 5000;

/** Tells a person how one picture's projection goes. Owns the screen's last line. */
export class ProjectionReport {
  readonly #line: StatusLine;
  readonly #drawn: boolean;
  readonly #pace = new Pace();
  #lastTime = -Infinity;

  /** `now` in milliseconds. */
  constructor(
    screen: Screen,
    private readonly label: string,
    private readonly totalSteps: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#line = new StatusLine(screen);
    this.#drawn = screen.columns() !== null;
  }

  /** Shows a step, where it is time for that; the last one always. */
  step({ step, losses }: ProjectionStep): void {
    const time = this.now();
    this.#pace.mark(step, time);
    const everyMs = this.#drawn ? DRAW_EVERY_MS : LINE_EVERY_MS;
    if (step < this.totalSteps && time - this.#lastTime < everyMs) return;
    this.#lastTime = time;
    const { label, totalSteps } = this;
    const secondsLeft = this.#pace.secondsLeft(totalSteps);
    const progress = { label, step, totalSteps, losses, secondsLeft };
    if (this.#drawn) this.#line.draw((width) => projectionBar(progress, width));
    else this.#line.print(projectionLine(progress));
  }

  /** Takes the bar away. */
  close(): void {
    this.#line.clear();
  }
}
