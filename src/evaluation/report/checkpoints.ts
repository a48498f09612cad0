/** The checkpoints of a comparison: found, opened and drawn, the same seeds of each. */
import type { ImageBatch } from "../../core/images.ts";
import { parseAddress } from "../../latent/address.ts";
import type { GeneratorWeights } from "../../runs/checkpoint_format.ts";
import {
  assertDraws,
  openGenerator,
  resolveCheckpoint,
  type ResolvedCheckpoint,
} from "../../runs/open_generator.ts";
import type { RunStore } from "../../runs/store.ts";
import { addressOf, type ComparedCheckpoint, letterOf } from "./comparison.ts";

/** Fewest and most checkpoints of a comparison. */
export const CHECKPOINTS = { least: 2, most: 12 } as const;
/** Images drawn between two looks at the signal. */
const AT_ONCE = 64;

/**
 * The checkpoints that texts name (`run@500`). Throws a RangeError for too few or too many, one named
 * twice, the address of one picture, and a run that draws none; and as `resolveCheckpoint` does.
 */
export function findCheckpoints(
  store: RunStore,
  texts: readonly string[],
): readonly ResolvedCheckpoint[] {
  if (texts.length < CHECKPOINTS.least || texts.length > CHECKPOINTS.most) {
    throw new RangeError(
      `Cannot compare ${texts.length === 1 ? "one checkpoint" : `${texts.length} checkpoints`}: ` +
        `expected ${CHECKPOINTS.least} to ${CHECKPOINTS.most}, such as latest@500 latest@2000`,
    );
  }
  const found = new Map<string, ResolvedCheckpoint>();
  for (const text of texts) {
    if (parseAddress(text).seed !== null) {
      throw new RangeError(
        `Cannot compare "${text}": it names one picture. Leave out the seed; --seeds says which ` +
          "pictures are shown",
      );
    }
    const checkpoint = resolveCheckpoint(store, text);
    using run = store.open(checkpoint.run);
    assertDraws(run);
    const address = addressOf(checkpoint);
    if (found.has(address)) {
      throw new RangeError(`"${text}" is ${address}, which is named already; name each once`);
    }
    found.set(address, checkpoint);
  }
  return [...found.values()];
}

/** A checkpoint, and its pictures of the seeds. */
export interface DrawnCheckpoint {
  readonly checkpoint: ComparedCheckpoint;
  readonly images: ImageBatch;
}

/** How checkpoints are drawn. */
export interface DrawOptions {
  readonly seeds: readonly number[];
  readonly weights: GeneratorWeights;
  readonly signal?: AbortSignal | undefined;
  readonly onDrawn?: ((images: number, total: number) => void) | undefined;
}

/**
 * Draws the same seeds of every checkpoint on the open device, one generator at a time. Throws a
 * RangeError where images are not all of one size and colour, the signal's reason, and as
 * `openGenerator` does.
 */
export async function drawCheckpoints(
  store: RunStore,
  found: readonly ResolvedCheckpoint[],
  { seeds, weights, signal, onDrawn }: DrawOptions,
): Promise<readonly DrawnCheckpoint[]> {
  const drawn: DrawnCheckpoint[] = [];
  const total = found.length * seeds.length;
  for (const [place, { run: id, step }] of found.entries()) {
    using run = store.open(id);
    using generator = await openGenerator(run, step, weights);
    const { latentDim, size, channels } = generator;
    const checkpoint = {
      ...{ letter: letterOf(place), run: id, step, weights },
      ...{ latentDim, size, channels },
    };
    assertShape(checkpoint, drawn[0]?.checkpoint ?? checkpoint);
    const length = size * size * channels;
    const pixels = new Float32Array(seeds.length * length);
    for (let from = 0; from < seeds.length; from += AT_ONCE) {
      signal?.throwIfAborted();
      const some = await generator.drawSeeds(seeds.slice(from, from + AT_ONCE));
      pixels.set(some.pixels, from * length);
      onDrawn?.(place * seeds.length + from + some.count, total);
    }
    drawn.push({ checkpoint, images: { pixels, count: seeds.length, size, channels } });
  }
  return drawn;
}

function assertShape(checkpoint: ComparedCheckpoint, first: ComparedCheckpoint): void {
  if (checkpoint.size === first.size && checkpoint.channels === first.channels) return;
  const shown = (each: ComparedCheckpoint) =>
    `${addressOf(each)} draws ${each.size}×${each.size}×${each.channels}`;
  throw new RangeError(
    `Cannot compare these checkpoints: expected images of one size and colour, but ${
      shown(first)
    } and ${
      shown(checkpoint)
    }. Neither pictures nor metrics of different sizes can be compared: name checkpoints of one size`,
  );
}
