/** The training pictures that the inspected one is like: is it new, or remembered? */
import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { NearestPictures, Preparing } from "../../../src/core/likeness.ts";
import type { CheckpointRef } from "../../generator/client.ts";
import type { Vector } from "../../lab.ts";
import { type Clock, type Transport, Unreachable } from "../../transport.ts";
import { faultText, isAbort } from "./faults.ts";

/** Pictures shown. */
export const NEAREST = 8;
/** Who leafs through seeds asks for nothing; who stays this long does. */
const SETTLED_AFTER_MS = 400;
const RETRY_AFTER_MS = 3000;

/** What the state takes. */
export interface NearestOptions {
  readonly transport: Pick<Transport, "nearestPictures">;
  readonly clock: Clock;
  readonly checkpoint: ReadonlySignal<CheckpointRef | null>;
  readonly latent: ReadonlySignal<Vector | null>;
  /** Whether anybody sees them. */
  readonly shown: ReadonlySignal<boolean>;
}

/** Asks once the reader stays at a picture, and lets go when they leave it. */
export class NearestState {
  readonly found: ReadonlySignal<NearestPictures | null>;
  /** How far the training pictures' features have come; null while nobody waits for them. */
  readonly progress: ReadonlySignal<Preparing["preparing"] | null>;
  readonly fault: ReadonlySignal<string | null>;
  readonly #found = signal<NearestPictures | null>(null);
  readonly #progress = signal<Preparing["preparing"] | null>(null);
  readonly #fault = signal<string | null>(null);
  readonly #stop: () => void;
  #aborting = new AbortController();
  #cancel = () => {};

  constructor(private readonly options: NearestOptions) {
    this.found = this.#found;
    this.progress = this.#progress;
    this.fault = this.#fault;
    const { checkpoint, latent, shown } = options;
    this.#stop = effect(() => {
      const [ref, z] = [checkpoint.value, latent.value];
      const wanted = shown.value && ref !== null && z !== null;
      untracked(() => {
        this.#letGo();
        if (wanted) this.#later(SETTLED_AFTER_MS, ref, z);
      });
    });
  }

  dispose(): void {
    this.#stop();
    this.#letGo();
  }

  #letGo(): void {
    this.#cancel();
    this.#aborting.abort();
    this.#found.value = null;
    this.#progress.value = null;
    this.#fault.value = null;
  }

  #later(ms: number, ref: CheckpointRef, z: Vector): void {
    this.#cancel = this.options.clock.after(ms, () => void this.#ask(ref, z));
  }

  async #ask(ref: CheckpointRef, z: Vector): Promise<void> {
    const { signal } = this.#aborting = new AbortController();
    try {
      const found = await this.options.transport.nearestPictures(ref, z, {
        count: NEAREST,
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) this.#progress.value = progress;
        },
      });
      if (signal.aborted) return;
      this.#found.value = found;
      this.#fault.value = null;
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.#fault.value = faultText(error);
      if (error instanceof Unreachable) this.#later(RETRY_AFTER_MS, ref, z);
    }
    this.#progress.value = null;
  }
}
