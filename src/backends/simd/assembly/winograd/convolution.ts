/** What a Winograd convolution is made of: its shape, its phases, and where its tiles lie. */

/**
 * A convolution, or the input gradient of one, whose `stride`·`taps` by `stride`·`taps` filter falls into
 * phases of `taps` by `taps`: stride² of them. Forward, phase (a, b) meets the source pixels
 * stride·(i, j) + (a, b) − pad, and all phases add up: they are so many more channels. Going back, phase
 * (a, b) makes the target pixels stride·(i, j) + (a, b).
 *
 * Taps are points − 3: each tile has 4×4 outputs in the coordinates of a phase.
 */
@unmanaged
export class Convolution {
  source: usize;
  filter: usize; // as TensorFlow.js has it: [height, width, in, out]
  target: usize;
  bias: usize; // 0 for none
  /** Transformed filters, block after block; 0 where each task transforms what it needs. */
  filters: usize;
  /** Transformed tiles, likewise. */
  tiles: usize;
  batch: i32;
  sourceHeight: i32;
  sourceWidth: i32;
  sourceChannels: i32;
  targetHeight: i32;
  targetWidth: i32;
  targetChannels: i32;
  points: i32;
  stride: i32;
  padTop: i32;
  padLeft: i32;
  gradient: bool;
  activation: i32;
  alpha: f32;
  slopes: usize; // of PRELU
  /** Tiles, source channels and target channels in a block, which stays in a second-level cache. */
  blockTiles: i32;
  blockK: i32;
  blockN: i32;
}

/** Bytes from a block's values at one point to those at the next: a line more, so that they do not meet in a cache. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function across(rows: i32, columns: i32): usize {
  return (<usize>(rows * columns) << 2) + 64;
}

/** Bytes of a block at all points. */
export function blockBytes(convolution: Convolution, rows: i32, columns: i32): usize {
  return <usize>(convolution.points * convolution.points) * across(rows, columns);
}

/** Blocks of source channels: those of all phases that add up. No block is of two phases. */
export function blocksOfK(convolution: Convolution): i32 {
  return inPhases(convolution) * blocksOf(convolution.sourceChannels, convolution.blockK);
}

export function blocksOfN(convolution: Convolution): i32 {
  return blocksOf(convolution.targetChannels, convolution.blockN);
}

export function blocksOfTiles(convolution: Convolution): i32 {
  return blocksOf(tilesOf(convolution), convolution.blockTiles);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function blocksOf(count: i32, size: i32): i32 {
  return (count + size - 1) / size;
}

/** Tiles of four along a side of the target. */
export function tilesAlong(convolution: Convolution, side: i32): i32 {
  const step = convolution.gradient ? convolution.stride : 1;
  return ((side + step - 1) / step + 3) / 4;
}

export function tilesOf(convolution: Convolution): i32 {
  return convolution.batch * tilesAlong(convolution, convolution.targetHeight) *
    tilesAlong(convolution, convolution.targetWidth);
}

/** Phases that add up. */
export function inPhases(convolution: Convolution): i32 {
  return convolution.gradient ? 1 : convolution.stride * convolution.stride;
}

/** Phases that stand side by side in the target. */
export function outPhases(convolution: Convolution): i32 {
  return convolution.gradient ? convolution.stride * convolution.stride : 1;
}

/** The source row (or column) of a phase's tap 0 at its output 0. */
export function sourceOffset(convolution: Convolution, phase: i32, pad: i32): i32 {
  if (!convolution.gradient) return phase - pad;
  return (phase + pad) / convolution.stride - (convolution.points - 4);
}

/** The filter row (or column) of a phase's tap 0; the next tap's is `tapStep` behind. */
export function firstTap(convolution: Convolution, phase: i32, pad: i32): i32 {
  if (!convolution.gradient) return phase;
  return convolution.stride * (convolution.points - 4) + (phase + pad) % convolution.stride;
}

export function tapStep(convolution: Convolution): i32 {
  return convolution.gradient ? -convolution.stride : convolution.stride;
}

/** Lists the addresses of a tile's source pixels; `zeros` for those outside. */
export function listSources(
  convolution: Convolution, tile: i32, rowPhase: i32, columnPhase: i32, channel: i32, zeros: usize, table: usize,
): void {
  const wide = tilesAlong(convolution, convolution.targetWidth);
  const high = tilesAlong(convolution, convolution.targetHeight);
  const sample = tile / (wide * high), row = tile / wide % high, column = tile % wide;
  const step = convolution.gradient ? 1 : convolution.stride;
  const top = row * 4 * step + sourceOffset(convolution, rowPhase, convolution.padTop);
  const left = column * 4 * step + sourceOffset(convolution, columnPhase, convolution.padLeft);
  const height = convolution.sourceHeight, width = convolution.sourceWidth;
  const pixel = <usize>convolution.sourceChannels << 2;
  const base = convolution.source + (<usize>channel << 2);
  const points = convolution.points;
  for (let i = 0, y = top; i < points; i++, y += step) {
    const inside = y >= 0 && y < height;
    const line = base + <usize>((sample * height + y) * width) * pixel;
    for (let j = 0, x = left; j < points; j++, x += step) {
      store<usize>(table, inside && x >= 0 && x < width ? line + <usize>x * pixel : zeros);
      table += 4;
    }
  }
}

/** Lists the addresses of a tile's 4×4 target pixels; `outside` for those outside. */
export function listTargets(
  convolution: Convolution, tile: i32, phase: i32, channel: i32, outside: usize, table: usize,
): void {
  const wide = tilesAlong(convolution, convolution.targetWidth);
  const high = tilesAlong(convolution, convolution.targetHeight);
  const sample = tile / (wide * high), row = tile / wide % high, column = tile % wide;
  const step = convolution.gradient ? convolution.stride : 1;
  const top = row * 4 * step + phase / step, left = column * 4 * step + phase % step;
  const height = convolution.targetHeight, width = convolution.targetWidth;
  const pixel = <usize>convolution.targetChannels << 2;
  const base = convolution.target + (<usize>channel << 2);
  for (let i = 0, y = top; i < 4; i++, y += step) {
    const line = base + <usize>((sample * height + y) * width) * pixel;
    for (let j = 0, x = left; j < 4; j++, x += step) {
      store<usize>(table, y < height && x < width ? line + <usize>x * pixel : outside);
      table += 4;
    }
  }
}
