/** A walk through the picks: a path, a place on it, and pictures drawn ahead of whoever walks. */
import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { CheckpointRef, GeneratorClient } from "../../generator/client.ts";
import { formatExpression, parseExpression } from "../../lab.ts";
import type { Clock } from "../../transport.ts";
import type { LatentSource } from "./latent_source.ts";
import { type Picture, PictureCache } from "./picture_cache.ts";
import type { ExploreView, LatentText } from "./view.ts";

/** Frames from a stop to the next: a leg takes two seconds. */
export const FRAMES_PER_LEG = 60;
/** Frames shown in a second of walking. */
export const FRAMES_PER_SECOND = 30;
const FRAME_MS = 1000 / FRAMES_PER_SECOND;
/** Pictures in the strip, ends included. */
const STRIP_LENGTH = 9;
/** Frames drawn ahead of the walker, and round one who stands. */
const AHEAD = 240;
const AROUND = 24;
/** With reduced motion a walk is a slide show: a quarter of a leg at a time. */
const SLIDE_FRAMES = FRAMES_PER_LEG / 4;
const SLIDE_MS = 1000;

/** What the state takes. */
export interface WalkOptions {
  readonly client: GeneratorClient;
  readonly clock: Clock;
  readonly view: ExploreView;
  readonly checkpoint: ReadonlySignal<CheckpointRef | null>;
  readonly latents: LatentSource;
  /** Names checkpoint and truncation. */
  readonly generation: ReadonlySignal<string>;
  readonly shown: ReadonlySignal<boolean>;
  readonly reducedMotion: ReadonlySignal<boolean>;
}

/** A picture of the strip, and its place in frames. */
export interface StripPlace {
  readonly frame: number;
  readonly text: LatentText;
}

/** The walk's state. Places are counted in frames from the first stop. */
export class WalkState {
  /** Picks that can be drawn. */
  readonly stops: ReadonlySignal<readonly LatentText[]>;
  /** Legs of the path; 0 where there is no way to go. */
  readonly legs: ReadonlySignal<number>;
  /** The last frame; of a loop, the first stop again. */
  readonly last: ReadonlySignal<number>;
  readonly frame: ReadonlySignal<number>;
  readonly text: ReadonlySignal<LatentText | null>;
  readonly strip: ReadonlySignal<readonly StripPlace[]>;
  readonly playing: ReadonlySignal<boolean>;
  readonly cache: PictureCache<LatentText>;
  /** The picture of the present frame, or the last one shown until that is drawn. */
  readonly picture: ReadonlySignal<Picture | null>;
  /** What is written of the path so far, by frame. */
  readonly #path: ReadonlySignal<
    { readonly stops: readonly LatentText[]; readonly texts: Map<number, LatentText> }
  >;
  readonly #playing = signal(false);
  /** Where the player is; the address learns of it when it stops. */
  readonly #playhead = signal<number | null>(null);
  #lastShown: Picture | null = null;
  #cancel = () => {};
  readonly #stop: () => void;

  constructor(private readonly options: WalkOptions) {
    const { client, clock, view, checkpoint, latents, generation, shown } = options;
    this.playing = this.#playing;
    this.stops = computed(() =>
      view.picks.value.value.filter((text) => latents.attempt(text).fault === null)
    );
    this.#path = computed(() => {
      view.method.value.value; // another method, other texts
      return { stops: this.stops.value, texts: new Map() };
    });
    this.legs = computed(() => {
      const { length } = this.stops.value;
      return length < 2 ? 0 : view.loop.value.value ? length : length - 1;
    });
    this.last = computed(() => this.legs.value * FRAMES_PER_LEG);
    this.frame = computed(() => {
      const frame = this.#playhead.value ?? Math.round(view.place.value.value * FRAMES_PER_LEG);
      return Math.min(frame, this.last.value);
    });
    this.text = computed(() => this.textAt(this.frame.value));
    this.strip = computed(() => this.#strip());
    this.cache = new PictureCache(client, clock, () => {
      const ref = checkpoint.value;
      if (ref === null || !shown.value || this.stops.value.length === 0) return null;
      return {
        generation: generation.value,
        checkpoint: ref,
        keys: this.#wanted(),
        latentsOf: (texts) => latents.several(texts),
      };
    });
    this.picture = computed(() => {
      const text = this.text.value;
      if (text === null) return null;
      this.#lastShown = this.cache.of(text).value ?? this.#lastShown;
      return this.#lastShown;
    });
    this.#stop = effect(() => {
      if (!shown.value || this.legs.value === 0) untracked(() => this.pause());
    });
  }

  dispose(): void {
    this.#stop();
    this.#cancel();
    this.cache.dispose();
  }

  /** The latent at a frame: a stop, or between two. */
  textAt(frame: number): LatentText | null {
    const { stops, texts } = this.#path.value;
    if (stops.length === 0) return null;
    const known = texts.get(frame) ?? this.#write(stops, frame);
    texts.set(frame, known);
    return known;
  }

  #write(stops: readonly LatentText[], frame: number): LatentText {
    const leg = Math.floor(frame / FRAMES_PER_LEG);
    const t = (frame % FRAMES_PER_LEG) / FRAMES_PER_LEG;
    const from = stops[leg % stops.length]!;
    if (t === 0) return from;
    const to = stops[(leg + 1) % stops.length]!;
    return formatExpression({
      kind: this.options.view.method.value.value,
      from: parseExpression(from),
      to: parseExpression(to),
      t,
    });
  }

  /** Goes to a frame, and stays there. */
  go(frame: number): void {
    this.pause();
    this.#setPlace(Math.max(0, Math.min(this.last.value, Math.round(frame))));
  }

  toggle(): void {
    if (this.#playing.value) this.pause();
    else this.play();
  }

  /** Walks on from where it stands; from the end, from the beginning. */
  play(): void {
    if (this.legs.value === 0 || this.#playing.value) return;
    this.#playhead.value = this.frame.value >= this.last.value ? 0 : this.frame.value;
    this.#playing.value = true;
    this.#next(this.options.clock.now());
  }

  pause(): void {
    if (!this.#playing.value) return;
    this.#cancel();
    this.#playing.value = false;
    const frame = this.frame.value;
    this.#playhead.value = null;
    this.#setPlace(frame);
  }

  #setPlace(frame: number): void {
    this.options.view.place.set(frame / FRAMES_PER_LEG);
  }

  /** Waits for the time of the next frame, and for its picture: a slow generator slows the walk. */
  #next(shownAt: number): void {
    const { clock, reducedMotion } = this.options;
    const [frames, ms] = reducedMotion.value ? [SLIDE_FRAMES, SLIDE_MS] : [1, FRAME_MS];
    const again = (at: number) => {
      if (!this.#playing.value) return;
      const now = clock.now();
      const steps = Math.floor((now - at + 1) / ms);
      if (steps < 1) return this.#wait(() => again(at));
      const target = this.#onwards(this.frame.value + frames);
      if (target === null) return this.pause();
      if (this.cache.of(this.textAt(target)!).value === null) {
        return this.#wait(() => again(now - ms));
      }
      this.#playhead.value = target;
      // What is late by a frame or two is made up for; a longer wait is not.
      this.#next(steps > 3 ? now : at + ms);
    };
    this.#wait(() => again(shownAt));
  }

  /** The frame after the last one begins a loop again; null where the walk ends. */
  #onwards(frame: number): number | null {
    if (frame <= this.last.value) return frame;
    if (!this.options.view.loop.value.value) return null;
    return frame - this.last.value;
  }

  #wait(callback: () => void): void {
    let called = false;
    this.#cancel = () => called = true;
    this.options.clock.frame(() => {
      if (!called) callback();
    });
  }

  #strip(): StripPlace[] {
    if (this.legs.value === 0) return [];
    const { value: last } = this.last;
    return Array.from({ length: STRIP_LENGTH }, (_, i) => {
      const frame = Math.round(i * last / (STRIP_LENGTH - 1));
      return { frame, text: this.textAt(frame)! };
    });
  }

  /** The present frame, the strip, and the frames that come next. */
  #wanted(): LatentText[] {
    const { value: frame } = this.frame;
    const { value: last } = this.last;
    const frames = [frame];
    if (this.#playing.value) {
      const step = this.options.reducedMotion.value ? SLIDE_FRAMES : 1;
      for (let i = 1; i <= Math.min(AHEAD, last); i++) {
        frames.push(this.#onwards(frame + i * step) ?? last);
      }
    } else {
      for (let i = 1; i <= AROUND; i++) {
        frames.push(Math.min(last, frame + i), Math.max(0, frame - i));
      }
    }
    const texts = frames.map((each) => this.textAt(each)!);
    return [...new Set([texts[0]!, ...this.strip.value.map(({ text }) => text), ...texts])];
  }
}
