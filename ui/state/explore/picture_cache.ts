/** Pictures by name: drawn in batches as they come to be wanted, kept while there is room. */
import { effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { CheckpointRef, DrawnImages, GeneratorClient } from "../../generator/client.ts";
import type { Vector } from "../../lab.ts";
import { type Clock, Unreachable } from "../../transport.ts";
import { faultText, isAbort } from "./faults.ts";

/** One picture, RGBA [H, H, 4]. */
export interface Picture {
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly size: number;
}

/** What is wanted, the most urgent first. */
export interface PictureOrder<Key> {
  /** Names checkpoint and truncation: pictures of another generation are drawn anew. */
  readonly generation: string;
  readonly checkpoint: CheckpointRef;
  readonly keys: readonly Key[];
  /** Latents of some keys, [B, Z]; null while they cannot be told. */
  latentsOf(keys: readonly Key[]): Vector | null;
}

/** A batch should take about so long: sliders wait for the one under way. */
const BATCH_MS = 60;
const BATCH = { least: 4, first: 16, most: 64 } as const;
/** Bytes of pixels that are kept, and pictures that are kept however large they are. */
const KEPT_BYTES = 64 * 2 ** 20;
const KEPT_AT_LEAST = 1024;
const RETRY_AFTER_MS = 2000;

interface Kept {
  readonly picture: Signal<Picture | null>;
  generation: string | null;
  /** Counts batches: the larger the younger; 0 before any. */
  drawn: number;
}

interface Batch<Key> {
  readonly keys: readonly Key[];
  readonly generation: string;
  readonly aborting: AbortController;
}

/** Draws one batch at a time, so that whatever else is drawn waits for no more than one. */
export class PictureCache<Key extends string | number> {
  /** Why nothing comes; null while all is well. */
  readonly fault = signal<string | null>(null);
  /** Images per second of late; null before the first batch. */
  readonly imagesPerSecond = signal<number | null>(null);
  /** Whether wanted pictures are still to come. */
  readonly waiting = signal(false);
  /** By key, the one used last at the end. */
  readonly #kept = new Map<Key, Kept>();
  readonly #stop: () => void;
  #order: PictureOrder<Key> | null = null;
  #batch: Batch<Key> | null = null;
  #batches = 0;
  #batchSize: number = BATCH.first;
  #pictureBytes = 1;
  #cancelRetry = () => {};
  #disposed = false;

  constructor(
    private readonly client: GeneratorClient,
    private readonly clock: Clock,
    order: () => PictureOrder<Key> | null,
    private readonly keptBytes: number = KEPT_BYTES,
  ) {
    this.#stop = effect(() => {
      const next = order();
      untracked(() => this.#follow(next));
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
    this.#cancelRetry();
    this.#batch?.aborting.abort();
  }

  /** A key's newest picture; of an earlier generation until its own is drawn, null before any. */
  of(key: Key): ReadonlySignal<Picture | null> {
    return this.#keep(key).picture;
  }

  /** Pictures kept: for those who look after memory. */
  get size(): number {
    return this.#kept.size;
  }

  #follow(order: PictureOrder<Key> | null): void {
    if (order?.generation !== this.#order?.generation) {
      this.fault.value = null;
      this.#cancelRetry();
    }
    this.#order = order;
    const batch = this.#batch;
    // One that is overtaken by a slider is let be: its pictures are nearer than those on the screen.
    if (batch !== null && order !== null && order.keys.length > 0) {
      const wanted = new Set(order.keys);
      if (!batch.keys.some((key) => wanted.has(key))) this.#abandon(batch);
    } else if (batch !== null) this.#abandon(batch);
    this.#goOn();
  }

  #abandon(batch: Batch<Key>): void {
    this.#batch = null;
    batch.aborting.abort();
  }

  #goOn(): void {
    if (this.#disposed || this.#batch !== null || this.fault.value !== null) return;
    const order = this.#order;
    const lacking = order === null ? [] : this.#lacking(order);
    this.waiting.value = lacking.length > 0;
    if (order === null || lacking.length === 0) return;
    const keys = lacking.slice(0, this.#batchSize);
    const latents = order.latentsOf(keys);
    if (latents === null) return;
    const batch = { keys, generation: order.generation, aborting: new AbortController() };
    this.#batch = batch;
    void this.#draw(batch, order.checkpoint, latents);
  }

  /** Keys without a picture of the order's generation: the longest out of date first. */
  #lacking({ keys, generation }: PictureOrder<Key>): Key[] {
    const age = (key: Key) => this.#kept.get(key)?.drawn ?? 0;
    return keys.filter((key) => this.#kept.get(key)?.generation !== generation)
      .sort((a, b) => age(a) - age(b)); // stable: equal ones stay in the order's own order
  }

  async #draw(batch: Batch<Key>, checkpoint: CheckpointRef, latents: Vector): Promise<void> {
    const { keys, aborting: { signal } } = batch;
    const from = performance.now();
    try {
      const images = await this.client.draw(checkpoint, latents, keys.length, { signal });
      if (this.#batch !== batch) return;
      this.#measure(keys.length, performance.now() - from);
      this.#store(batch, images);
    } catch (error) {
      if (this.#batch !== batch) return;
      const stale = batch.generation !== this.#order?.generation;
      if (!isAbort(error) && !stale) this.#refused(error);
    }
    this.#batch = null;
    this.#goOn();
  }

  #store({ keys, generation }: Batch<Key>, images: DrawnImages): void {
    const { size, pixels } = images;
    const length = size * size * 4;
    this.#pictureBytes = length;
    this.#batches++;
    keys.forEach((key, i) => {
      const kept = this.#keep(key);
      kept.generation = generation;
      kept.drawn = this.#batches;
      kept.picture.value = { pixels: pixels.subarray(i * length, (i + 1) * length), size };
    });
    this.#forget();
  }

  #keep(key: Key): Kept {
    const kept = this.#kept.get(key) ?? { picture: signal(null), generation: null, drawn: 0 };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept;
  }

  /** Lets go of pictures that were not looked at for longest; never of those in the order. */
  #forget(): void {
    const most = Math.max(KEPT_AT_LEAST, Math.floor(this.keptBytes / this.#pictureBytes));
    if (this.#kept.size <= most) return;
    const wanted = new Set(this.#order?.keys);
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= most) break;
      if (!wanted.has(key)) this.#kept.delete(key);
    }
  }

  #measure(count: number, ms: number): void {
    const rate = 1000 * count / Math.max(1, ms);
    const before = this.imagesPerSecond.value;
    this.imagesPerSecond.value = before === null ? rate : 0.7 * before + 0.3 * rate;
    const fitting = this.imagesPerSecond.value * BATCH_MS / 1000;
    this.#batchSize = Math.round(Math.max(BATCH.least, Math.min(BATCH.most, fitting)));
  }

  #refused(error: unknown): void {
    this.fault.value = faultText(error);
    if (!(error instanceof Unreachable)) return;
    this.#cancelRetry = this.clock.after(RETRY_AFTER_MS, () => {
      this.fault.value = null;
      this.#goOn();
    });
  }
}
