/** Pictures of several checkpoints by seed: drawn as they are wanted, kept so that a slider can go back. */
import { effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { CheckpointRef, DrawnImages, GeneratorClient } from "../../generator/client.ts";
import type { Vector } from "../../lab.ts";
import { type Clock, Unreachable } from "../../transport.ts";
import { faultText, isAbort } from "../explore/faults.ts";
import type { Picture } from "../explore/picture_cache.ts";

/** Pictures of one checkpoint that are wanted. */
export interface Order {
  /** Names checkpoint and truncation: what pictures are kept under. */
  readonly generation: string;
  readonly checkpoint: CheckpointRef;
  readonly seeds: readonly number[];
  /** Latents of seeds, [B, Z]. */
  readonly latentsOf: (seeds: readonly number[]) => Vector;
}

/** A batch should take about so long: whatever else is wanted waits for it. */
const BATCH_MS = 60;
const BATCH = { least: 4, first: 16, most: 64 } as const;
const KEPT_BYTES = 128 * 2 ** 20;
const RETRY_AFTER_MS = 2000;

interface Batch {
  readonly order: Order;
  readonly seeds: readonly number[];
  readonly aborting: AbortController;
}

/**
 * Draws one batch at a time: what is wanted in its order, then what may be wanted next. A checkpoint that
 * cannot be drawn is left out and says why; a server that is gone is asked again.
 */
export class PictureStore {
  /** Why a generation cannot be drawn. */
  readonly faults: ReadonlySignal<ReadonlyMap<string, string>>;
  /** Why nothing is drawn at all: the server is gone. */
  readonly outage: ReadonlySignal<string | null>;
  /** Images per second of late; null before the first batch. */
  readonly imagesPerSecond: ReadonlySignal<number | null>;
  /** Whether something that is wanted is still to come. */
  readonly waiting: ReadonlySignal<boolean>;
  readonly #faults = signal<ReadonlyMap<string, string>>(new Map());
  readonly #outage = signal<string | null>(null);
  readonly #imagesPerSecond = signal<number | null>(null);
  readonly #waiting = signal(false);
  /** By generation and seed; what was wanted last comes last. */
  readonly #kept = new Map<string, Signal<Picture | null>>();
  readonly #stop: () => void;
  #wanted: readonly Order[] = [];
  #ahead: readonly Order[] = [];
  #batch: Batch | null = null;
  #batchSize: number = BATCH.first;
  #bytes = 0;
  #cancelRetry = () => {};
  #disposed = false;

  /** `wanted`: the most urgent first. `ahead`: what may be wanted next. */
  constructor(
    private readonly client: GeneratorClient,
    private readonly clock: Clock,
    orders: () => { readonly wanted: readonly Order[]; readonly ahead: readonly Order[] },
  ) {
    this.faults = this.#faults;
    this.outage = this.#outage;
    this.imagesPerSecond = this.#imagesPerSecond;
    this.waiting = this.#waiting;
    this.#stop = effect(() => {
      const { wanted, ahead } = orders();
      untracked(() => this.#follow(wanted, ahead));
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
    this.#cancelRetry();
    this.#batch?.aborting.abort();
  }

  /** A picture; null until it is drawn. */
  of(generation: string, seed: number): ReadonlySignal<Picture | null> {
    return this.#signalOf(generation, seed);
  }

  #follow(wanted: readonly Order[], ahead: readonly Order[]): void {
    this.#wanted = wanted;
    this.#ahead = ahead;
    for (const { generation, seeds } of wanted) {
      for (const seed of seeds) this.#signalOf(generation, seed); // now the last to be let go of
    }
    const batch = this.#batch;
    const still = batch &&
      [...wanted, ...ahead].some(({ generation, seeds }) =>
        generation === batch.order.generation && seeds.includes(batch.seeds[0]!)
      );
    if (batch && !still) {
      this.#batch = null;
      batch.aborting.abort();
    }
    this.#goOn();
  }

  #goOn(): void {
    if (this.#disposed) return;
    const wanted = this.#firstLacking(this.#wanted);
    this.#waiting.value = wanted !== null;
    if (this.#batch !== null || this.#outage.value !== null) return;
    const next = wanted ?? this.#firstLacking(this.#ahead);
    if (next === null) return;
    const seeds = next.seeds.slice(0, this.#batchSize);
    this.#batch = { order: next.order, seeds, aborting: new AbortController() };
    void this.#draw(this.#batch);
  }

  /** The first order that lacks pictures, and which. */
  #firstLacking(
    orders: readonly Order[],
  ): { readonly order: Order; readonly seeds: readonly number[] } | null {
    for (const order of orders) {
      if (this.#faults.value.has(order.generation)) continue;
      const seeds = order.seeds.filter((seed) =>
        (this.#kept.get(keyOf(order.generation, seed))?.value ?? null) === null
      );
      if (seeds.length > 0) return { order, seeds };
    }
    return null;
  }

  async #draw(batch: Batch): Promise<void> {
    const { order: { checkpoint, generation, latentsOf }, seeds, aborting: { signal } } = batch;
    const from = performance.now();
    try {
      const images = await this.client.draw(checkpoint, latentsOf(seeds), seeds.length, { signal });
      if (this.#batch !== batch) return;
      this.#measure(seeds.length, performance.now() - from);
      this.#keep(generation, seeds, images);
    } catch (error) {
      if (this.#batch !== batch) return;
      if (!isAbort(error)) this.#refused(generation, error);
    }
    this.#batch = null;
    this.#goOn();
  }

  #keep(generation: string, seeds: readonly number[], { size, pixels }: DrawnImages): void {
    const length = 4 * size * size;
    seeds.forEach((seed, i) => {
      const picture = this.#signalOf(generation, seed);
      if (picture.value === null) this.#bytes += length;
      picture.value = { size, pixels: pixels.slice(i * length, (i + 1) * length) };
    });
    const needed = new Set(
      this.#wanted.flatMap((order) => order.seeds.map((seed) => keyOf(order.generation, seed))),
    );
    for (const [key, picture] of this.#kept) {
      if (this.#bytes <= KEPT_BYTES) break;
      if (needed.has(key)) continue;
      this.#bytes -= picture.value?.pixels.length ?? 0;
      this.#kept.delete(key);
    }
  }

  #signalOf(generation: string, seed: number): Signal<Picture | null> {
    const key = keyOf(generation, seed);
    const picture = this.#kept.get(key) ?? signal<Picture | null>(null);
    this.#kept.delete(key);
    this.#kept.set(key, picture);
    return picture;
  }

  #measure(count: number, ms: number): void {
    const rate = 1000 * count / Math.max(1, ms);
    const before = this.#imagesPerSecond.value;
    this.#imagesPerSecond.value = before === null ? rate : 0.7 * before + 0.3 * rate;
    const fitting = this.#imagesPerSecond.value * BATCH_MS / 1000;
    this.#batchSize = Math.round(Math.max(BATCH.least, Math.min(BATCH.most, fitting)));
  }

  #refused(generation: string, error: unknown): void {
    if (!(error instanceof Unreachable)) {
      this.#faults.value = new Map([...this.#faults.value, [generation, faultText(error)]]);
      return;
    }
    this.#outage.value = faultText(error);
    this.#cancelRetry = this.clock.after(RETRY_AFTER_MS, () => {
      this.#outage.value = null;
      this.#goOn();
    });
  }
}

const keyOf = (generation: string, seed: number) => `${generation} ${seed}`;
