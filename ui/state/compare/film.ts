/** Playing the slider's stops one after another. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Clock } from "../../transport.ts";

/** What is played. */
export interface FilmOptions {
  readonly clock: Clock;
  readonly stop: ReadonlySignal<number>;
  readonly stops: ReadonlySignal<readonly number[]>;
  readonly goToStop: (index: number) => void;
  /** Whether the present stop's pictures are still to come: the film waits for them. */
  readonly waiting: ReadonlySignal<boolean>;
}

const FRAME_MS = 400;

/** From the first stop to the last, or on from the one that is shown. */
export class Film {
  readonly playing = signal(false);
  #cancel = () => {};

  constructor(private readonly options: FilmOptions) {}

  toggle(): void {
    if (this.playing.value) return this.pause();
    const { stop, stops, goToStop } = this.options;
    if (stops.value.length < 2) return;
    if (stop.value >= stops.value.length - 1) goToStop(0);
    this.playing.value = true;
    this.#later();
  }

  pause(): void {
    this.playing.value = false;
    this.#cancel();
  }

  #later(): void {
    const { clock, stop, stops, goToStop, waiting } = this.options;
    this.#cancel = clock.after(FRAME_MS, () => {
      if (!waiting.value) {
        if (stop.value >= stops.value.length - 1) return this.pause();
        goToStop(stop.value + 1);
      }
      this.#later();
    });
  }
}
