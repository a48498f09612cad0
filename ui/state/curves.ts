/** A run's scalars, and when it is worth drawing them anew. */
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { RunSeries, StoredEvent } from "../../src/core/protocol.ts";
import type { Clock } from "../transport.ts";
import { scalarsOf, SeriesBuffer } from "./series_buffer.ts";

/** Points a chart begins with: about one for each pixel of its width. */
export const CHART_POINTS = 1000;

/** Curves of fewer points than this are drawn with every update. */
const FEW_POINTS = 200;
/** Denser ones hardly change with one point more, and drawing is what costs. */
const REDRAW_EVERY_MS = 1000;

/** The run's scalars so far, and the signals to draw them by. */
export class Curves {
  /** Changed in place; `revision` tells when. */
  readonly buffer = new SeriesBuffer(2 * CHART_POINTS);
  readonly #revision = signal(0);
  readonly #drawing = signal(0);
  #lastId = 0;
  #drawnAt = 0;
  #scheduled = false;

  constructor(private readonly clock: Clock) {}

  /** Counts the changes of the buffer: for figures. */
  get revision(): ReadonlySignal<number> {
    return this.#revision;
  }

  /** Counts up when the curves are to be drawn: soon after each change, not with each. */
  get drawing(): ReadonlySignal<number> {
    return this.#drawing;
  }

  /** The newest event that the curves take account of. */
  get lastId(): number {
    return this.#lastId;
  }

  load(series: RunSeries): void {
    this.buffer.load(series);
    this.#lastId = series.lastEventId;
    batch(() => {
      this.#revision.value++;
      this.#draw();
    });
  }

  /** Takes account of an event, unless it has already. */
  apply({ id, event }: StoredEvent): void {
    if (id <= this.#lastId) return;
    this.#lastId = id;
    const scalars = scalarsOf(event);
    if (event.type === "started") this.buffer.truncate(event.step);
    else if (scalars) this.buffer.append(event.step, scalars);
    else return;
    this.#revision.value++;
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#scheduled) return;
    const every = this.buffer.steps.length < FEW_POINTS ? 0 : REDRAW_EVERY_MS;
    const wait = this.#drawnAt + every - this.clock.now();
    if (wait <= 0) return this.#draw();
    this.#scheduled = true;
    this.clock.after(wait, () => this.clock.frame(() => this.#draw()));
  }

  #draw(): void {
    this.#scheduled = false;
    this.#drawnAt = this.clock.now();
    this.#drawing.value++;
  }
}
