/** Pictures that follow what they are made of: drawn anew at each change, the newest alone. */
import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { CheckpointRef, DrawnImages, GeneratorClient } from "../../generator/client.ts";
import type { Vector } from "../../lab.ts";
import { type Clock, Unreachable } from "../../transport.ts";
import { faultText, isAbort } from "./faults.ts";
import type { Picture } from "./picture_cache.ts";

/** What is to be drawn: [B, Z] of a checkpoint. */
export interface DrawRequest {
  readonly checkpoint: CheckpointRef;
  readonly latents: Vector;
  /** What each of the B images is to whoever asked. */
  readonly names: readonly string[];
}

/** Images with what they were drawn of. */
export interface Drawn {
  readonly request: DrawRequest;
  readonly images: DrawnImages;
}

/** The image of a name, RGBA [H, H, 4]; null where none of that name was drawn. */
export function pictureNamed(drawn: Drawn | null, name: string): Picture | null {
  const index = drawn?.request.names.indexOf(name) ?? -1;
  if (drawn === null || index < 0) return null;
  const { size, pixels } = drawn.images;
  const length = size * size * 4;
  return { size, pixels: pixels.subarray(index * length, (index + 1) * length) };
}

/** While the server is gone it is asked this often. */
const RETRY_AFTER_MS = 2000;

/**
 * Draws what `request` asks for whenever it changes. One drawing is under way at a time; what was asked
 * for meanwhile is skipped, all but the last. The pictures stay until their successors are there.
 */
export class LiveDrawing {
  readonly drawn: ReadonlySignal<Drawn | null>;
  /** Why the newest request was not drawn; null while all is well. */
  readonly fault: ReadonlySignal<string | null>;
  /** Milliseconds from asking to having, of the newest drawing. */
  readonly tookMs: ReadonlySignal<number | null>;
  readonly #drawn = signal<Drawn | null>(null);
  readonly #fault = signal<string | null>(null);
  readonly #tookMs = signal<number | null>(null);
  readonly #aborting = new AbortController();
  readonly #stop: () => void;
  /** The newest request; null where nothing is to be shown. */
  #wanted: DrawRequest | null = null;
  /** `#wanted` until its drawing begins. */
  #next: DrawRequest | null = null;
  #busy = false;
  #cancelRetry = () => {};

  constructor(
    private readonly client: GeneratorClient,
    private readonly clock: Clock,
    private readonly lane: string,
    request: () => DrawRequest | null,
  ) {
    this.drawn = this.#drawn;
    this.fault = this.#fault;
    this.tookMs = this.#tookMs;
    this.#stop = effect(() => {
      const next = request();
      untracked(() => this.#ask(next));
    });
  }

  dispose(): void {
    this.#stop();
    this.#cancelRetry();
    this.#aborting.abort();
  }

  #ask(request: DrawRequest | null): void {
    this.#cancelRetry();
    this.#next = this.#wanted = request;
    if (request === null) {
      this.#drawn.value = null;
      this.#fault.value = null;
    } else if (!this.#busy) void this.#draw();
  }

  async #draw(): Promise<void> {
    this.#busy = true;
    for (let request = this.#take(); request !== null; request = this.#take()) {
      const from = performance.now();
      try {
        const { checkpoint, latents, names } = request;
        const options = { lane: this.lane, signal: this.#aborting.signal };
        const images = await this.client.draw(checkpoint, latents, names.length, options);
        if (this.#aborting.signal.aborted) return;
        if (this.#wanted === null) continue;
        this.#tookMs.value = performance.now() - from;
        this.#fault.value = null;
        this.#drawn.value = { request, images };
      } catch (error) {
        if (this.#aborting.signal.aborted) return;
        this.#refused(request, error);
      }
    }
    this.#busy = false;
  }

  #take(): DrawRequest | null {
    const request = this.#next;
    this.#next = null;
    return request;
  }

  #refused(request: DrawRequest, error: unknown): void {
    if (isAbort(error) || this.#wanted === null) return; // nobody waits for it any more
    this.#fault.value = faultText(error);
    if (!(error instanceof Unreachable) || this.#next !== null) return;
    this.#cancelRetry = this.clock.after(RETRY_AFTER_MS, () => this.#ask(request));
  }
}
