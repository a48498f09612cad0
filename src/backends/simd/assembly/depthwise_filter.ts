/**
 * The gradient of a depthwise convolution's filter: w[k, l, c] = Σ x[i·s − p + k·d, …, c] · dy[i, j, c].
 * Each task sums its rows into a partial filter of its own; the partials are added in their order.
 */
import { madd } from "./fma";
import { ARGUMENTS, parallelFor } from "./pool";

// @ts-ignore: decorator of AssemblyScript
@unmanaged
class Args {
  x: usize;
  dy: usize;
  filter: usize; // [taps, channels]
  partials: usize; // [tasks, taps, channels]
  height: i32;
  width: i32;
  outHeight: i32;
  outWidth: i32;
  channels: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
  rows: i32;
  tasks: i32;
}

/** Numbers that a task adds up. */
const SUM: i32 = 4096;

/**
 * `x` is [batch, height, width, channels], `dy` [batch, outHeight, outWidth, channels]; `partials` has
 * room for `tasks` filters: as many as there are tasks.
 */
export function depthwiseFilter(
  x: usize, dy: usize, filter: usize, partials: usize, tasks: i32, batch: i32,
  height: i32, width: i32, outHeight: i32, outWidth: i32, channels: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32,
  dilationHeight: i32, dilationWidth: i32, padTop: i32, padLeft: i32,
): void {
  const args = changetype<Args>(ARGUMENTS);
  args.x = x;
  args.dy = dy;
  args.filter = filter;
  args.partials = partials;
  args.height = height;
  args.width = width;
  args.outHeight = outHeight;
  args.outWidth = outWidth;
  args.channels = channels;
  args.filterHeight = filterHeight;
  args.filterWidth = filterWidth;
  args.strideHeight = strideHeight;
  args.strideWidth = strideWidth;
  args.dilationHeight = dilationHeight;
  args.dilationWidth = dilationWidth;
  args.padTop = padTop;
  args.padLeft = padLeft;
  args.rows = batch * outHeight;
  args.tasks = tasks;
  parallelFor(filterRows.index, ARGUMENTS, tasks);
  const size = filterHeight * filterWidth * channels;
  parallelFor(addPartials.index, ARGUMENTS, (size + SUM - 1) / SUM);
}

function addPartials(address: usize, index: i32): void {
  const args = changetype<Args>(address);
  const size = args.filterHeight * args.filterWidth * args.channels;
  const end = min(size, (index + 1) * SUM);
  for (let i = index * SUM; i < end; i++) {
    const at = <usize>i << 2;
    let sum: f32 = 0;
    for (let t = 0; t < args.tasks; t++) sum += load<f32>(args.partials + (<usize>(t * size) << 2) + at);
    store<f32>(args.filter + at, sum);
  }
}

function filterRows(address: usize, index: i32): void {
  const args = changetype<Args>(address);
  const bytes = <usize>(args.filterHeight * args.filterWidth * args.channels) << 2;
  const partial = args.partials + bytes * index;
  memory.fill(partial, 0, bytes);
  const first = <i32>(<i64>args.rows * index / args.tasks);
  const end = <i32>(<i64>args.rows * (index + 1) / args.tasks);
  for (let row = first; row < end; row++) {
    const sample = row / args.outHeight;
    const top = (row - sample * args.outHeight) * args.strideHeight - args.padTop;
    for (let kh = 0; kh < args.filterHeight; kh++) {
      const at = top + kh * args.dilationHeight;
      if (at < 0 || at >= args.height) continue;
      filterRow(args, partial, row, sample * args.height + at, kh);
    }
  }
}

/** One row of dy against one row of x: filter columns in threes as far as they go. */
function filterRow(args: Args, partial: usize, row: i32, line: i32, kh: i32): void {
  const size = <usize>args.channels << 2;
  const x = args.x + <usize>(line * args.width) * size;
  const dy = args.dy + <usize>(row * args.outWidth) * size;
  const advance = size * args.strideWidth;
  let kw = 0;
  for (; kw < args.filterWidth;) {
    const w = partial + <usize>(kh * args.filterWidth + kw) * size;
    const from = x + (kw * args.dilationWidth - args.padLeft) * <i32>size;
    const low = firstColumn(args, kw), high = endColumn(args, kw);
    if (kw + 3 > args.filterWidth) {
      oneTap(w, from, dy, args.channels, 0, low, high, advance, size);
      kw += 1;
      continue;
    }
    // Where all three meet the row, and for each what lies left and right of that.
    const left = max(low, firstColumn(args, kw + 2)), right = max(left, min(high, endColumn(args, kw + 2)));
    const dilation = size * args.dilationWidth;
    const wide = args.channels & ~15;
    for (let c = 0; c < wide; c += 16) {
      threeTaps(w, from, dy, <usize>c << 2, left, right, advance, dilation, size);
    }
    for (let k = 0; k < 3; k++) {
      const tap = w + k * size, start = from + k * dilation;
      const l = firstColumn(args, kw + k), h = endColumn(args, kw + k);
      oneTap(tap, start, dy, args.channels, wide, l, h, advance, size);
      oneTap(tap, start, dy, wide, 0, l, min(h, left), advance, size);
      oneTap(tap, start, dy, wide, 0, max(l, right), h, advance, size);
    }
    kw += 3;
  }
}

/** The columns of dy that filter column k meets. */
function firstColumn(args: Args, k: i32): i32 {
  const at = k * args.dilationWidth - args.padLeft;
  return at < 0 ? (args.strideWidth - 1 - at) / args.strideWidth : 0;
}

function endColumn(args: Args, k: i32): i32 {
  const at = k * args.dilationWidth - args.padLeft;
  return at >= args.width ? 0 : min(args.outWidth, (args.width - 1 - at) / args.strideWidth + 1);
}

/** Sixteen channels at byte `c`, a cache line, and three filter columns that lie `dilation` bytes apart in x. */
function threeTaps(
  w: usize, x: usize, dy: usize, c: usize, low: i32, high: i32, advance: usize, dilation: usize, size: usize,
): void {
  if (low >= high) return;
  w += c;
  x += c + advance * low;
  dy += c + size * low;
  const second = w + size, third = second + size;
  let a0 = v128.load(w), a1 = v128.load(w, 16), a2 = v128.load(w, 32), a3 = v128.load(w, 48);
  let b0 = v128.load(second), b1 = v128.load(second, 16), b2 = v128.load(second, 32), b3 = v128.load(second, 48);
  let c0 = v128.load(third), c1 = v128.load(third, 16), c2 = v128.load(third, 32), c3 = v128.load(third, 48);
  for (let j = low; j < high; j++) {
    const y = x + dilation, z = y + dilation;
    let g = v128.load(dy);
    a0 = madd(v128.load(x), g, a0);
    b0 = madd(v128.load(y), g, b0);
    c0 = madd(v128.load(z), g, c0);
    g = v128.load(dy, 16);
    a1 = madd(v128.load(x, 16), g, a1);
    b1 = madd(v128.load(y, 16), g, b1);
    c1 = madd(v128.load(z, 16), g, c1);
    g = v128.load(dy, 32);
    a2 = madd(v128.load(x, 32), g, a2);
    b2 = madd(v128.load(y, 32), g, b2);
    c2 = madd(v128.load(z, 32), g, c2);
    g = v128.load(dy, 48);
    a3 = madd(v128.load(x, 48), g, a3);
    b3 = madd(v128.load(y, 48), g, b3);
    c3 = madd(v128.load(z, 48), g, c3);
    x += advance;
    dy += size;
  }
  storeLine(w, a0, a1, a2, a3);
  storeLine(second, b0, b1, b2, b3);
  storeLine(third, c0, c1, c2, c3);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function storeLine(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, d, 48);
}

/** Channels `c` to `channels`, one filter column. */
function oneTap(
  w: usize, x: usize, dy: usize, channels: i32, c: i32, low: i32, high: i32, advance: usize, size: usize,
): void {
  if (low >= high) return;
  x += advance * low;
  dy += size * low;
  for (; c + 4 <= channels; c += 4) {
    const at = <usize>c << 2;
    let sum = v128.load(w + at);
    let u = x + at, v = dy + at;
    for (let j = low; j < high; j++, u += advance, v += size) sum = madd(v128.load(u), v128.load(v), sum);
    v128.store(w + at, sum);
  }
  for (; c < channels; c++) {
    const at = <usize>c << 2;
    let sum = load<f32>(w + at);
    let u = x + at, v = dy + at;
    for (let j = low; j < high; j++, u += advance, v += size) sum += load<f32>(u) * load<f32>(v);
    store<f32>(w + at, sum);
  }
}
