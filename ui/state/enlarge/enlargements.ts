/** What comes of a picture by each model: one at a time, as far as somebody wants to see it. */
import { effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { Enlarged, PictureTransport } from "../../picture_transport.ts";
import { type Clock, Refused, Unreachable } from "../../transport.ts";
import { faultText, isAbort } from "../explore/faults.ts";

/** How the page stands with one result. */
export type Enlargement =
  | { readonly state: "waiting" }
  /** Parts of the work; `total` null before any is known. */
  | { readonly state: "running"; readonly done: number; readonly total: number | null }
  | ({ readonly state: "done" } & Enlarged)
  | { readonly state: "failed"; readonly message: string }
  /** By the reader. */
  | { readonly state: "cancelled" };

/** What is to be made. */
export interface Wanted {
  /** The server's name for the picture. */
  readonly picture: string;
  /** The most urgent first. */
  readonly models: readonly string[];
}

/** What is taken of the world. */
export interface EnlargementsOptions {
  readonly pictures: PictureTransport;
  readonly clock: Clock;
  /** null while there is nothing to enlarge. */
  readonly wanted: () => Wanted | null;
  /** Called when the server has forgotten the picture. */
  readonly onForgotten: () => void;
}

interface Work {
  readonly picture: string;
  readonly model: string;
  readonly aborting: AbortController;
}

const RETRY_AFTER_MS = 2000;
const WAITING: Enlargement = { state: "waiting" };

/** Results by picture and model. What was done stays known, as the server keeps the pictures. */
export class Enlargements {
  /** Why nothing goes on: the server is gone. */
  readonly outage: ReadonlySignal<string | null>;
  readonly #outage = signal<string | null>(null);
  readonly #known = new Map<string, Signal<Enlargement>>();
  /** Those whose picture could not be shown, though the server had made it. */
  readonly #unshown = new Set<string>();
  readonly #stop: () => void;
  #wanted: Wanted | null = null;
  #work: Work | null = null;
  #cancelRetry = () => {};
  #disposed = false;

  constructor(private readonly options: EnlargementsOptions) {
    this.outage = this.#outage;
    this.#stop = effect(() => {
      const wanted = options.wanted();
      untracked(() => this.#follow(wanted));
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
    this.#cancelRetry();
    this.#work?.aborting.abort();
  }

  /** How a result stands. */
  of(picture: string, model: string): ReadonlySignal<Enlargement> {
    return this.#signalOf(picture, model);
  }

  /** Stops the work on a result, or lets it never begin. */
  cancel(picture: string, model: string): void {
    this.#signalOf(picture, model).value = { state: "cancelled" };
    this.#breakOff(picture, model);
    this.#goOn();
  }

  /** Begins anew what was cancelled or has failed. */
  retry(picture: string, model: string): void {
    this.#signalOf(picture, model).value = WAITING;
    this.#goOn();
  }

  /** The browser could not show a result: the server may have let go of it, and is asked for it once more. */
  unshown(picture: string, model: string): void {
    const key = keyOf(picture, model);
    const again = !this.#unshown.has(key);
    this.#unshown.add(key);
    this.#signalOf(picture, model).value = again ? WAITING : {
      state: "failed",
      message: "The browser cannot show this result; it may be too large for it",
    };
    this.#goOn();
  }

  #follow(wanted: Wanted | null): void {
    this.#wanted = wanted;
    const work = this.#work;
    const still = work && work.picture === wanted?.picture && wanted.models.includes(work.model);
    if (work && !still) {
      this.#signalOf(work.picture, work.model).value = WAITING;
      this.#breakOff(work.picture, work.model);
    }
    this.#goOn();
  }

  #breakOff(picture: string, model: string): void {
    const work = this.#work;
    if (work?.picture !== picture || work.model !== model) return;
    this.#work = null;
    work.aborting.abort();
  }

  #goOn(): void {
    const wanted = this.#wanted;
    if (this.#disposed || wanted === null) return;
    if (this.#work !== null || this.#outage.value !== null) return;
    const { picture } = wanted;
    const model = wanted.models.find((each) =>
      this.#signalOf(picture, each).value.state === "waiting"
    );
    if (model === undefined) return;
    this.#work = { picture, model, aborting: new AbortController() };
    this.#signalOf(picture, model).value = { state: "running", done: 0, total: null };
    void this.#enlarge(this.#work);
  }

  async #enlarge(work: Work): Promise<void> {
    const { picture, model, aborting: { signal } } = work;
    const result = this.#signalOf(picture, model);
    const current = () => this.#work === work;
    const onProgress = (done: number, total: number) => {
      if (current()) result.value = { state: "running", done, total };
    };
    try {
      const enlarged = await this.options.pictures.enlarge(picture, model, { signal, onProgress });
      if (!current()) return;
      result.value = { state: "done", ...enlarged };
    } catch (error) {
      if (!current() || isAbort(error)) return;
      await this.#failed(work, error);
      if (!current()) return;
    }
    this.#work = null;
    this.#goOn();
  }

  async #failed(work: Work, error: unknown): Promise<void> {
    const { picture, model } = work;
    const result = this.#signalOf(picture, model);
    if (error instanceof Unreachable) {
      result.value = WAITING;
      this.#pause(error);
      return;
    }
    const missing = error instanceof Refused && error.status === 404;
    const forgotten = missing && await this.#isForgotten(picture);
    if (this.#work !== work) return; // meanwhile cancelled, or another picture is wanted
    if (forgotten) {
      for (const [key, each] of this.#known) {
        if (key.startsWith(keyOf(picture, ""))) each.value = WAITING;
      }
      this.#wanted = null; // until the picture is there again
      this.options.onForgotten();
    } else result.value = { state: "failed", message: faultText(error) };
  }

  /** Whether it is the picture that is missing, not the model. */
  async #isForgotten(picture: string): Promise<boolean> {
    try {
      await this.options.pictures.find(picture);
      return false;
    } catch (error) {
      return error instanceof Refused && error.status === 404;
    }
  }

  #pause(error: unknown): void {
    this.#outage.value = faultText(error);
    this.#cancelRetry = this.options.clock.after(RETRY_AFTER_MS, () => {
      this.#outage.value = null;
      this.#goOn();
    });
  }

  #signalOf(picture: string, model: string): Signal<Enlargement> {
    const key = keyOf(picture, model);
    const known = this.#known.get(key) ?? signal<Enlargement>(WAITING);
    this.#known.set(key, known);
    return known;
  }
}

const keyOf = (picture: string, model: string) => `${picture} ${model}`;
