/**
 * Depthwise convolution, NHWC, one filter a channel: forward and input gradient, any stride, dilation
 * and padding. Both are sums over taps,
 *
 *   forward   y[i, j] = Σ x[i·s − p + k·d, …] · w[k, …]
 *   gradient  x[i, j] = Σ y[(i + p − k·d) / s, …] · w[k, …], where that divides,
 *
 * so that one routine does both: for each row, and each set of columns that share their taps, a list
 * of addresses that all pixels of the row go through side by side.
 */
import { fourPixels, onePixel } from "./depthwise_pixels";
import { ARGUMENTS, parallelFor, threadScratch } from "./pool";

// @ts-ignore: decorator of AssemblyScript
@unmanaged
class Args {
  source: usize;
  filter: usize; // [taps, channels]
  /** The filter repeated for `GROUP` pixels, [taps, GROUP, channels]; 0 where pixels are not grouped. */
  grouped: usize;
  target: usize;
  bias: usize; // 0 for none
  groupedBias: usize;
  sourceHeight: i32;
  sourceWidth: i32;
  targetHeight: i32;
  targetWidth: i32;
  channels: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
  gradient: i32;
  activation: i32;
  alpha: f32;
  rows: i32;
  rowsPerTask: i32;
}

/** Pixels side by side that are taken for one with more channels, where channels are not in fours. */
const GROUP: i32 = 4;

/**
 * Convolves each channel of `source`, [batch, sourceHeight, sourceWidth, channels], with its own filter;
 * or, with `gradient`, goes the way back: `source` is then the gradient of the result. `spare` has room
 * for filter and bias `GROUP` times over where channels are not a multiple of four, and is 0 elsewhere.
 */
export function depthwise(
  source: usize, filter: usize, target: usize, bias: usize, spare: usize, batch: i32,
  sourceHeight: i32, sourceWidth: i32, targetHeight: i32, targetWidth: i32, channels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32,
  dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
  gradient: i32, activation: i32, alpha: f32,
): void {
  const args = changetype<Args>(ARGUMENTS);
  args.source = source;
  args.filter = filter;
  args.target = target;
  args.bias = bias;
  args.sourceHeight = sourceHeight;
  args.sourceWidth = sourceWidth;
  args.targetHeight = targetHeight;
  args.targetWidth = targetWidth;
  args.channels = channels;
  args.filterHeight = filterHeight;
  args.filterWidth = filterWidth;
  args.strideHeight = strideHeight;
  args.strideWidth = strideWidth;
  args.dilationHeight = dilationHeight;
  args.dilationWidth = dilationWidth;
  args.padTop = padTop;
  args.padLeft = padLeft;
  args.gradient = gradient;
  args.activation = activation;
  args.alpha = alpha;
  args.grouped = strideWidth === 1 && spare !== 0 ? spare : 0;
  if (args.grouped !== 0) repeatFilter(args);
  args.rows = batch * targetHeight;
  const work = targetWidth * channels * filterHeight * filterWidth; // multiplications a row
  args.rowsPerTask = max(1, 200_000 / max(1, work));
  parallelFor(depthwiseRows.index, ARGUMENTS, (args.rows + args.rowsPerTask - 1) / args.rowsPerTask);
}

function repeatFilter(args: Args): void {
  const row = <usize>args.channels << 2;
  const taps = args.filterHeight * args.filterWidth;
  let to = args.grouped;
  for (let tap = 0; tap < taps; tap++) to = repeat(args.filter + tap * row, to, row);
  args.groupedBias = to;
  if (args.bias !== 0) repeat(args.bias, to, row);
}

/** Writes a row `GROUP` times; returns where it ends. */
function repeat(from: usize, to: usize, row: usize): usize {
  for (let i = 0; i < GROUP; i++, to += row) memory.copy(to, from, row);
  return to;
}

function depthwiseRows(address: usize, index: i32): void {
  const args = changetype<Args>(address);
  const first = index * args.rowsPerTask;
  const end = min(first + args.rowsPerTask, args.rows);
  const step = args.gradient ? args.strideWidth : 1;
  for (let row = first; row < end; row++) {
    for (let start = 0; start < min(step, args.targetWidth); start++) columns(args, row, start, step);
  }
}

/** Columns start, start + step, … of a row: those whose taps lie alike. */
function columns(args: Args, row: i32, start: i32, step: i32): void {
  const advance = args.gradient ? 1 : args.strideWidth;
  const count = (args.targetWidth - start + step - 1) / step;
  // Between `low` and `high` every tap that a column can have lies inside the source.
  let low = 0, high = count;
  for (let k = 0; k < args.filterWidth; k++) {
    if (!reaches(args, start, k)) continue;
    const at = sourceColumn(args, start, k);
    if (at < 0) low = max(low, (advance - 1 - at) / advance);
    high = min(high, at >= args.sourceWidth ? 0 : (args.sourceWidth - 1 - at) / advance + 1);
  }
  low = min(low, count);
  high = max(high, low);
  for (let j = 0; j < low; j++) run(args, row, start + j * step, step, 1, false);
  const whole = args.grouped !== 0 ? (high - low) / GROUP : 0;
  if (whole > 0) run(args, row, start + low * step, step, whole, true);
  run(args, row, start + (low + whole * GROUP) * step, step, high - low - whole * GROUP, false);
  for (let j = high; j < count; j++) run(args, row, start + j * step, step, 1, false);
}

/** Whether column `start` meets source columns at filter column `k`: going back, only each stride-th. */
// @ts-ignore: decorator of AssemblyScript
@inline
function reaches(args: Args, start: i32, k: i32): bool {
  return !args.gradient || (start + args.padLeft - k * args.dilationWidth) % args.strideWidth === 0;
}

// @ts-ignore: decorator of AssemblyScript
@inline
function sourceColumn(args: Args, start: i32, k: i32): i32 {
  if (args.gradient) return (start + args.padLeft - k * args.dilationWidth) / args.strideWidth;
  return start * args.strideWidth - args.padLeft + k * args.dilationWidth;
}

/** The source row that filter row `k` meets, or -1. */
function sourceRow(args: Args, row: i32, k: i32): i32 {
  let at: i32;
  if (args.gradient) {
    at = row + args.padTop - k * args.dilationHeight;
    if (at < 0 || at % args.strideHeight !== 0) return -1;
    at /= args.strideHeight;
  } else {
    at = row * args.strideHeight - args.padTop + k * args.dilationHeight;
  }
  return at >= 0 && at < args.sourceHeight ? at : -1;
}

/** `pixels` pixels (or groups of them) from target column `column` on. */
function run(args: Args, row: i32, column: i32, step: i32, pixels: i32, grouped: bool): void {
  if (pixels <= 0) return;
  const size = <usize>args.channels << 2;
  const width = grouped ? args.channels * GROUP : args.channels;
  const advance = <usize>(grouped ? GROUP : args.gradient ? 1 : args.strideWidth) * size;
  const taps = threadScratch();
  const end = listTaps(args, row, column, grouped, taps);
  const target = args.target + <usize>(row * args.targetWidth + column) * size;
  const stepBytes = <usize>(grouped ? GROUP : step) * size;
  const bias = grouped && args.bias !== 0 ? args.groupedBias : args.bias;
  // Channels innermost: a cache line is read whole, and lines a power of two apart do not meet.
  const activation = args.activation, alpha = args.alpha;
  let at: usize = 0, y = target;
  for (let p = 0; p + 4 <= pixels; p += 4) {
    fourPixels(taps, end, bias, width, advance, at, y, stepBytes, activation, alpha);
    at += advance << 2;
    y += stepBytes << 2;
  }
  for (let p = pixels & ~3; p < pixels; p++) {
    onePixel(taps, end, bias, width, at, y, activation, alpha);
    at += advance;
    y += stepBytes;
  }
}

/** Writes pairs of addresses, source and filter, of the taps that `column` has inside the source. */
function listTaps(args: Args, row: i32, column: i32, grouped: bool, taps: usize): usize {
  const size = <usize>args.channels << 2;
  const sample = row / args.targetHeight;
  const filter = grouped ? args.grouped : args.filter;
  const filterStep = grouped ? size * GROUP : size;
  for (let kh = 0; kh < args.filterHeight; kh++) {
    const sourceAt = sourceRow(args, row - sample * args.targetHeight, kh);
    if (sourceAt < 0) continue;
    const line = (sample * args.sourceHeight + sourceAt) * args.sourceWidth;
    for (let kw = 0; kw < args.filterWidth; kw++) {
      if (!reaches(args, column, kw)) continue;
      const at = sourceColumn(args, column, kw);
      if (at < 0 || at >= args.sourceWidth) continue;
      store<usize>(taps, args.source + <usize>(line + at) * size);
      store<usize>(taps, filter + <usize>(kh * args.filterWidth + kw) * filterStep, 4);
      taps += 8;
    }
  }
  return taps;
}
