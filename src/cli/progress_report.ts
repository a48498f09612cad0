/** What preparing and training say on the terminal: a bar that changes in place, or log lines. */
import { SAMPLE_DIVERSITY } from "../core/diversity.ts";
import type { BestCheckpoint, RunEvent } from "../core/protocol.ts";
import type { Preparation } from "../../data/dataset.ts";
import { betterOf } from "../metrics/better.ts";
import { isOfFamily, type MetricFamily } from "../metrics/names.ts";
import { figureText } from "../core/figure_text.ts";
import {
  bytes,
  duration,
  Pace,
  preparationBar,
  preparationLine,
  trainingBar,
  trainingLine,
  type TrainingProgress,
} from "./progress.ts";
import { type Screen, StatusLine } from "./terminal.ts";

/** Between two drawings of the bar. */
const DRAW_EVERY_MS = 100;
/** Between two lines of a log. */
const LINE_EVERY_MS = 5000;
/** Before a line for a sample or checkpoint; they may come with every step. */
const NOTE_EVERY_MS = 1000;

/** Tells a person how preparing data and then training go. Owns the screen's last line. */
export class ProgressReport {
  readonly #line: StatusLine;
  readonly #drawn: boolean;
  readonly #now: () => number;
  readonly #pace = new Pace();
  #preparing: { readonly label: string; readonly pace: Pace } | null = null;
  #shown: TrainingProgress | null = null;
  #deciding: MetricFamily | null = null;
  #best: BestCheckpoint | null = null;
  #totalSteps = 0;
  #startTime = 0;
  #startStep = 0;
  #lastTime = -Infinity;

  /** `now` in milliseconds. */
  constructor(screen: Screen, now: () => number = () => performance.now()) {
    this.#line = new StatusLine(screen);
    this.#drawn = screen.columns() !== null;
    this.#now = now;
  }

  /** Prints a line that stays. */
  say(line: string): void {
    this.#line.print(line);
  }

  /** Shows how far a dataset's preparation is. */
  preparing(progress: Preparation): void {
    const time = this.#now();
    if (this.#preparing?.label !== progress.label) {
      this.#preparing = { label: progress.label, pace: new Pace() };
      this.#lastTime = -Infinity;
    }
    const { pace } = this.#preparing;
    pace.mark(progress.done, time);
    if (!this.#due(time, progress.done >= progress.total)) return;
    const shown = { ...progress, secondsLeft: pace.secondsLeft(progress.total) };
    if (this.#drawn) this.#line.draw((width) => preparationBar(shown, width));
    else this.#line.print(preparationLine(shown));
  }

  /** Shows an event of the run. */
  event(event: RunEvent): void {
    switch (event.type) {
      case "started":
        return this.#started(event);
      case "step":
        return this.#step(event);
      case "sample":
        return this.#note(`sample ${event.file}`);
      case "checkpoint":
        return this.#note(`checkpoint, ${bytes(event.bytes)}`);
      case "metric":
        if (event.name === SAMPLE_DIVERSITY) return; // with every sample: the page shows it
        return this.#metric(event);
      case "warning":
        return this.say(`warning at step ${event.step}: ${event.message}`);
      case "finished":
        return this.#finished(event);
      default:
        event satisfies never;
    }
  }

  /** Says from here on which measured checkpoint is the best by a family of metrics; `best` is so far. */
  followBest(family: MetricFamily, best: BestCheckpoint | null): void {
    this.#deciding = family;
    this.#best = best;
  }

  /** Takes the bar away. */
  close(): void {
    this.#line.clear();
  }

  /** Whether it is time for a drawing or a line; `last` ones are always shown. */
  #due(time: number, last: boolean, everyMs = this.#drawn ? DRAW_EVERY_MS : LINE_EVERY_MS) {
    if (!last && time - this.#lastTime < everyMs) return false;
    this.#lastTime = time;
    return true;
  }

  #started(event: Extract<RunEvent, { type: "started" }>): void {
    this.#line.clear();
    this.#totalSteps = event.totalSteps;
    this.#startStep = event.step;
    this.#startTime = this.#now();
    this.#lastTime = -Infinity;
    this.#pace.mark(event.step, this.#startTime);
    if (event.resumed) this.say(`Resumed after step ${event.step} of ${event.totalSteps}`);
    // A GPU compiles its kernels in the first step, and a large network takes long at any.
    const waiting = `step ${event.step}/${event.totalSteps}, the first one under way`;
    if (this.#drawn) this.#line.draw((width) => waiting.slice(0, width));
    else this.#line.print(waiting);
  }

  #metric({ step, name, value }: Extract<RunEvent, { type: "metric" }>): void {
    let note = "";
    if (this.#deciding !== null && isOfFamily(name, this.#deciding)) {
      const known = this.#best?.metric === name ? this.#best.value : null;
      const lower = betterOf(name) === "lower";
      if (known === null || (lower ? value < known : value > known)) {
        this.#best = { step, metric: name, value };
        note = ", the best so far";
      }
    }
    this.say(`step ${step}: ${name} ${figureText(value, null)}${note}`);
  }

  #step(event: Extract<RunEvent, { type: "step" }>): void {
    const time = this.#now();
    this.#pace.mark(event.step, time);
    this.#shown = {
      ...event,
      totalSteps: this.#totalSteps,
      secondsLeft: this.#pace.secondsLeft(this.#totalSteps),
    };
    const first = event.step === this.#startStep + 1;
    if (!this.#due(time, first || event.step === this.#totalSteps)) return;
    const shown = this.#shown;
    if (this.#drawn) this.#line.draw((width) => trainingBar(shown, width));
    else this.#line.print(trainingLine(shown));
  }

  /** A log says what was kept, with the step it was kept at; the bar has no room for it. */
  #note(what: string): void {
    if (this.#drawn || this.#shown === null) return;
    if (this.#due(this.#now(), false, NOTE_EVERY_MS)) {
      this.#line.print(`${trainingLine(this.#shown)}  ${what}`);
    }
  }

  #finished({ step, reason }: Extract<RunEvent, { type: "finished" }>): void {
    this.#line.clear();
    if (reason === "failed") return; // whoever awaits the training prints the message
    const took = duration((this.#now() - this.#startTime) / 1000);
    const done = step - this.#startStep;
    const steps = done === 1 ? "1 step" : `${done} steps`;
    this.say(
      reason === "completed"
        ? `Finished: ${steps} in ${took}`
        : `Stopped after step ${step} of ${this.#totalSteps}, ${steps} in ${took}`,
    );
  }
}
