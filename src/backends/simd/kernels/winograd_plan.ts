/**
 * Which convolutions go by Winograd's minimal filtering, and in what blocks. Shapes alone decide, so that
 * results do not depend on the machine.
 */

/** A convolution in the terms of assembly/winograd/convolution.ts, or its input gradient. */
export interface Tiling {
  /** Points along a side of a tile of 4×4 outputs: taps of a phase + 3. */
  readonly points: number;
  /** Whether this is an input gradient. */
  readonly gradient: boolean;
  /** Tiles in all. */
  readonly tiles: number;
  /** Phases whose products add up, and phases that stand side by side in the target. */
  readonly inPhases: number;
  readonly outPhases: number;
  readonly sourceChannels: number;
  readonly targetChannels: number;
}

/** Sizes of blocks, and what is transformed ahead of the products. */
export interface Blocks {
  readonly tiles: number;
  readonly k: number;
  readonly n: number;
  /** Whether the filters are transformed ahead; else the tiles are. */
  readonly filtersAhead: boolean;
}

/** Bytes of a thread's scratch memory that blocks may fill; assembly/winograd/forward.ts keeps the rest. */
const ROOM = (1 << 19) - 16_384;
/** Tasks that keep a few threads busy to the end. */
const TASKS = 12;

/** Bytes of a block, [rows, columns] at every point, as `blockBytes` of assembly/winograd/convolution.ts. */
export function blockBytes(points: number, rows: number, columns: number): number {
  return points * points * (4 * rows * columns + 64);
}

/** Points for a square filter of `size` at `stride`, or 0 where none of ours fits. */
export function pointsFor(size: number, stride: number): number {
  if (stride === 1 && (size === 3 || size === 5)) return size + 3;
  return stride === 2 && size === 4 ? 5 : 0;
}

/**
 * How many times faster than a direct convolution of `products` multiplications a pair of channels. Beside
 * its own products there are the transforms, of tiles for each target channel, of sums for each source
 * channel, of filters for each tile; what they cost was fitted to times on one thread of a Zen 4 core, which
 * it meets within a sixth (ms, direct → Winograd):
 *
 *   3×3, 24×24×32→32, 8 images       1.83 → 0.81; input 1.84 → 0.81; filter 2.05 → 0.72
 *   3×3, 48×48×32→128, 8             26.5 → 12.1; 29.5 → 11.0; 27.9 → 10.9
 *   3×3, 7×7×128→128, 8              2.16 → 1.31; 2.16 → 1.37; 2.37 → 1.03
 *   5×5, 12×12×64→64, 128            33.5 → 8.2; 35.4 → 17.2; 37.6 → 8.6
 *   4×4 by 2, 32×32×64→128, 64       79.2 → 43.5; 82.7 → 50.7; 89.5 → 42.2
 *   4×4 by 2, 8×8×256→512, 64        70.2 → 47.6; 69.7 → 51.1; 70.6 → 39.5
 *   4×4 by 2, 8×8×64→128, 16         1.09 → 1.00; 1.09 → 1.13; 1.25 → 0.83
 */
export function gain(tiling: Tiling, products: number, way: "convolution" | "filter"): number {
  const { points, tiles, inPhases, outPhases, sourceChannels, targetChannels } = tiling;
  const fewer = products / (tiles * inPhases * outPhases * points ** 2);
  const k = inPhases * sourceChannels;
  if (way === "filter") return fewer / (1 + 5 / targetChannels + 5 / k + 5 / tiles);
  return fewer / (1.15 * (1 + 3 / targetChannels + 13 / k + 10 / tiles));
}

/** Blocks of a convolution or an input gradient. */
export function blocksFor(tiling: Tiling): Blocks {
  const { points, tiles, inPhases, outPhases, sourceChannels, targetChannels } = tiling;
  const matrix = inPhases * outPhases * sourceChannels * targetChannels;
  const [rows, columns] = [even(tiles), 8 * Math.ceil(targetChannels / 8)];
  // Where filters are large and tiles few, each filter is best transformed where it is used, once.
  if (tiles <= 64 && blockBytes(points, 1, matrix) > 4e6) {
    const n = 16;
    const room = ROOM - blockBytes(points, rows, n);
    const k = [128, 64, 32].find((k) => blockBytes(points, k, n) <= room)!;
    return { tiles: rows, k: Math.min(k, sourceChannels), n, filtersAhead: false };
  }
  const k = Math.min(sourceChannels, 64);
  let n = Math.min(columns, points === 5 ? 128 : 64);
  const fits = (count: number) =>
    blockBytes(points, count, k) + blockBytes(points, count, n) <= ROOM;
  // Multiples of six make whole tiles of the micro-kernel.
  const most = [48, 36, 24, 18, 12, 6].find(fits) ?? 4;
  while (n > 32 && tasks(tiling, most, n) < TASKS) n = 8 * Math.ceil(n / 16);
  const wanted = even(Math.ceil(tiles * tasks(tiling, tiles, n) / TASKS));
  return { tiles: Math.min(most, Math.max(wanted, 12), rows), k, n, filtersAhead: true };
}

function tasks({ tiles, outPhases, targetChannels }: Tiling, block: number, n: number): number {
  return outPhases * Math.ceil(tiles / block) * Math.ceil(targetChannels / n);
}

/** Even and at least four, as products take rows. */
function even(count: number): number {
  return Math.max(4, 2 * Math.ceil(count / 2));
}

/** Sizes of a filter gradient's blocks; `tiles` are transformed at one time. */
export type FilterBlocks = Omit<Blocks, "filtersAhead">;

/** Bytes of transformed tiles, of all phases, that a filter gradient works on at one time: they stay in a third-level cache. */
const BATCH_BYTES = 12e6;

/** Blocks of a filter gradient. */
export function filterBlocksFor(tiling: Tiling): FilterBlocks {
  const { points, tiles, inPhases, sourceChannels, targetChannels } = tiling;
  const perTile = blockBytes(points, 1, inPhases * sourceChannels + targetChannels);
  const batches = Math.ceil(tiles / Math.max(32, Math.floor(BATCH_BYTES / perTile)));
  let k = Math.min(sourceChannels, 32);
  let n = Math.min(8 * Math.ceil(targetChannels / 8), points === 8 ? 32 : 64);
  const count = () => inPhases * Math.ceil(sourceChannels / k) * Math.ceil(targetChannels / n);
  while (n > 16 && count() < TASKS) n = 8 * Math.ceil(n / 16);
  while (k > 16 && count() < TASKS) k = 4 * Math.ceil(k / 8);
  return { tiles: Math.ceil(tiles / batches), k, n };
}
