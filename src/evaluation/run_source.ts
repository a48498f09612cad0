/** What a checkpoint's generator draws, as a set to measure. */
import type { ImageBatch } from "../core/images.ts";
import type { Generator } from "../latent/generator.ts";
import type { GeneratorWeights } from "../runs/checkpoint_format.ts";
import { openGenerator } from "../runs/open_generator.ts";
import type { RunStore } from "../runs/store.ts";
import type { ImageSource } from "./source.ts";

/** Which images a checkpoint's set has. */
export interface SampleOptions {
  readonly count: number;
  /** The first image's; image i is that of `firstSeed + i`. */
  readonly firstSeed: number;
  readonly weights: GeneratorWeights;
}

/** Owns the generator. */
class RunSource implements ImageSource {
  readonly label: string;
  readonly described: string;
  readonly count: number;
  readonly kept = null;
  readonly #generator: Generator;
  readonly #firstSeed: number;

  constructor(generator: Generator, label: string, { count, firstSeed, weights }: SampleOptions) {
    this.label = label;
    this.count = count;
    this.#generator = generator;
    this.#firstSeed = firstSeed;
    this.described = `${count.toLocaleString("en")} samples of the ${weights} weights, ` +
      `seeds ${firstSeed} to ${firstSeed + count - 1}`;
  }

  get size(): number {
    return this.#generator.size;
  }

  get channels(): number {
    return this.#generator.channels;
  }

  get whole(): ImageSource {
    return this;
  }

  read(from: number, count: number): Promise<ImageBatch> {
    const first = this.#firstSeed + from;
    return this.#generator.drawSeeds(Array.from({ length: count }, (_, i) => first + i), count);
  }

  [Symbol.dispose](): void {
    this.#generator.dispose();
  }
}

/**
 * Opens a checkpoint's samples on the open device; the caller disposes of them. Throws as
 * `openGenerator` does.
 */
export async function openRunSource(
  store: RunStore,
  { run: id, step }: { readonly run: string; readonly step: number },
  options: SampleOptions,
): Promise<ImageSource> {
  using run = store.open(id);
  return new RunSource(await openGenerator(run, step, options.weights), `${id}@${step}`, options);
}
