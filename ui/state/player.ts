/** Which sample grid is shown: the newest as it comes, one that was picked, or all in turn. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Sample } from "../api.ts";
import type { Clock } from "../transport.ts";

/** A whole history plays in about this time, as far as the bounds of a frame allow. */
const HISTORY_MS = 8000;
/** A picture that did not come is asked for again. */
const RETRY_MS = 3000;
const FRAME_MS = { least: 60, most: 300 } as const;

/** What the player plays, and how it waits for pictures. */
export interface PlayerOptions {
  readonly samples: ReadonlySignal<readonly Sample[]>;
  /** Resolves when the picture can be shown without delay, or with false if it cannot be had. */
  readonly load: (sample: Sample) => Promise<boolean>;
  readonly clock: Clock;
}

/** The sample grid's history as a film. Nothing picked means: follow the newest. */
export class SamplePlayer {
  readonly playing = signal(false);
  /** What is on screen: the chosen sample, once its picture has come. */
  readonly shown = signal<Sample | null>(null);
  readonly following: ReadonlySignal<boolean>;
  /** Position of the chosen sample in the history; -1 without one. */
  readonly index: ReadonlySignal<number>;
  readonly #picked = signal<number | null>(null); // by step, which survives a resumed run's cut
  readonly #options: PlayerOptions;
  #cancel = () => {};
  #cancelRetry = () => {};
  #turn = 0;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.following = computed(() => this.#picked.value === null);
    this.index = computed(() => {
      const samples = options.samples.value;
      const step = this.#picked.value;
      return step === null ? samples.length - 1 : lastUpTo(samples, step);
    });
  }

  /** Shows the sample at a position; past the end, the newest as it comes. */
  go(index: number): void {
    this.pause();
    this.#pick(index);
  }

  /** Shows the sample at a step, or the last before it. */
  goToStep(step: number): void {
    this.go(Math.max(0, lastUpTo(this.#options.samples.value, step)));
  }

  move(by: number): void {
    this.go(this.index.value + by);
  }

  toggle(): void {
    if (this.playing.value) return this.pause();
    const count = this.#options.samples.value.length;
    if (count < 2) return;
    this.playing.value = true;
    if (this.index.value >= count - 1) this.#pick(0);
    this.#playOn();
  }

  dispose(): void {
    this.pause();
    this.#turn++;
    this.#cancelRetry();
  }

  pause(): void {
    this.playing.value = false;
    this.#cancel();
  }

  /** To be called when the history or the choice changed: brings the chosen picture up. */
  async settle(): Promise<void> {
    const samples = this.#options.samples.value;
    const index = this.index.value;
    const chosen = samples[index];
    const turn = ++this.#turn;
    this.#cancelRetry();
    if (chosen === undefined) {
      this.shown.value = null;
      return;
    }
    const loaded = await this.#options.load(chosen);
    if (turn !== this.#turn) return; // overtaken by a later choice
    if (!loaded) { // what is on screen stays there meanwhile
      this.#cancelRetry = this.#options.clock.after(RETRY_MS, () => this.settle());
      return;
    }
    this.shown.value = chosen;
    for (const near of [index + 1, index - 1, index + 2]) {
      if (samples[near]) void this.#options.load(samples[near]);
    }
  }

  #pick(index: number): void {
    const samples = this.#options.samples.value;
    const sample = samples[Math.max(0, index)];
    batch(() => {
      this.#picked.value = index >= samples.length - 1 ? null : sample?.step ?? null;
    });
  }

  #playOn(): void {
    const samples = this.#options.samples.value;
    const ms = Math.max(FRAME_MS.least, Math.min(FRAME_MS.most, HISTORY_MS / samples.length));
    this.#cancel = this.#options.clock.after(ms, async () => {
      const next = samples[this.index.value + 1];
      if (next !== undefined) await this.#options.load(next);
      if (!this.playing.value) return;
      this.#pick(this.index.value + 1);
      if (this.following.value) this.pause();
      else this.#playOn();
    });
  }
}

/** Position of the last sample at or before a step; -1 if there is none. Samples ascend by step. */
function lastUpTo(samples: readonly Sample[], step: number): number {
  return samples.findLastIndex((sample) => sample.step <= step);
}
