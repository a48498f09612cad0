/** Transforms filters into panels that products read: G g Gᵀ, eight target channels side by side. */
import { across, blocksOfK, Convolution, firstTap, inPhases, tapStep } from "./convolution";
import { filterLine } from "./filter_lines";

/** Scratch: an intermediate square of points·taps vectors, then eight filters at every point. */
const SQUARE_BYTES: usize = 1024;

/**
 * Transforms the filters of one out phase from block `k` of source channels to block `n` of target
 * channels, panels `first` to `end` of eight, to [point, panel, source channel, 8] at `to`.
 */
export function filterBlock(
  convolution: Convolution, phase: i32, k: i32, n: i32, first: i32, end: i32, to: usize, scratch: usize,
): void {
  const step = across(convolution.blockK, convolution.blockN);
  const perPhase = blocksOfK(convolution) / inPhases(convolution);
  const tapPhase = convolution.gradient ? phase : k / perPhase;
  const row = tapPhase / convolution.stride, column = tapPhase % convolution.stride;
  const c = k % perPhase * convolution.blockK;
  const steps = min(convolution.blockK, convolution.sourceChannels - c);
  for (let panel = first; panel < end; panel++) {
    const d = n * convolution.blockN + (panel << 3);
    const count = min(8, convolution.targetChannels - d);
    const at = to + (<usize>(panel * steps) << 5);
    if (convolution.gradient) turnedPanel(convolution, row, column, c, steps, d, count, at, step, scratch);
    else plainPanel(convolution, row, column, c, steps, d, count, at, step, scratch);
  }
}

function plainPanel(
  convolution: Convolution, row: i32, column: i32, c: i32, steps: i32, d: i32, count: i32, to: usize, step: usize,
  scratch: usize,
): void {
  let from = filterAt(convolution, row, column, c, d);
  for (let k = 0; k < steps; k++) {
    transform(convolution, from, to, step, scratch);
    if (count > 4) transform(convolution, from + 16, to + 16, step, scratch);
    else clear(convolution.points, to + 16, step);
    from += <usize>convolution.targetChannels << 2;
    to += 32;
  }
}

function turnedPanel(
  convolution: Convolution, row: i32, column: i32, c: i32, steps: i32, d: i32, count: i32, to: usize, step: usize,
  scratch: usize,
): void {
  const next = <usize>convolution.sourceChannels << 2;
  let from = filterAt(convolution, row, column, d, c);
  for (let k = 0; k < steps; k += 4) {
    turned(convolution, from, next, count, to, step, scratch);
    from += 16;
    to += 128;
  }
}

/** Address of tap (0, 0) of a phase, from channel `c` of the filter's in channels to `d` of its out channels. */
function filterAt(convolution: Convolution, rowPhase: i32, columnPhase: i32, c: i32, d: i32): usize {
  const row = firstTap(convolution, rowPhase, convolution.padTop);
  const column = firstTap(convolution, columnPhase, convolution.padLeft);
  return convolution.filter + <usize>(row * side(convolution) + column) * matrix(convolution) +
    (<usize>(c * (convolution.gradient ? convolution.sourceChannels : convolution.targetChannels) + d) << 2);
}

/** Taps along a side of the whole filter. */
// @ts-ignore: decorator of AssemblyScript
@inline
function side(convolution: Convolution): i32 {
  return convolution.stride * (convolution.points - 3);
}

/** Bytes of one tap. */
// @ts-ignore: decorator of AssemblyScript
@inline
function matrix(convolution: Convolution): usize {
  return <usize>(convolution.sourceChannels * convolution.targetChannels) << 2;
}

function transform(convolution: Convolution, from: usize, to: usize, step: usize, square: usize): void {
  const column = matrix(convolution) * <usize>tapStep(convolution), row = column * <usize>side(convolution);
  if (convolution.points === 5) transformAt(5, from, row, column, square, to, step);
  else if (convolution.points === 6) transformAt(6, from, row, column, square, to, step);
  else transformAt(8, from, row, column, square, to, step);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function transformAt(
  points: i32, from: usize, row: usize, column: usize, square: usize, to: usize, step: usize,
): void {
  const taps = points - 3;
  for (let j = 0; j < taps; j++) {
    filterLine(points, from, row, square + (<usize>j << 4), <usize>taps << 4);
    from += column;
  }
  for (let i = 0; i < points; i++) {
    filterLine(points, square + (<usize>(i * taps) << 4), 16, to, step);
    to += <usize>points * step;
  }
}

function clear(points: i32, to: usize, step: usize): void {
  for (let i = points * points; i > 0; i--) {
    v128.store(to, f32x4.splat(0));
    to += step;
  }
}

/**
 * Filters of `count` target channels, 4 or 8, `next` bytes apart, whose vectors are of four source channels:
 * four rows of a panel, by exchanging rows and columns at each point.
 */
function turned(
  convolution: Convolution, from: usize, next: usize, count: i32, to: usize, step: usize,
  scratch: usize,
): void {
  const filters = scratch + SQUARE_BYTES;
  for (let i = 0; i < count; i++) {
    transform(convolution, from, filters + (<usize>i << 4), 128, scratch);
    from += next;
  }
  let at = filters;
  for (let i = convolution.points * convolution.points; i > 0; i--) {
    turn(at, to);
    if (count > 4) turn(at + 64, to + 16);
    else for (let r: usize = 0; r < 128; r += 32) v128.store(to + r, f32x4.splat(0), 16);
    at += 128;
    to += step;
  }
}

/** Transposes 4×4 values to rows that lie 32 bytes apart. */
// @ts-ignore: decorator of AssemblyScript
@inline
function turn(from: usize, to: usize): void {
  const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 32);
  v128.store(to, v128.shuffle<f32>(ef, gh, 0, 1, 4, 5), 64);
  v128.store(to, v128.shuffle<f32>(ef, gh, 2, 3, 6, 7), 96);
}
