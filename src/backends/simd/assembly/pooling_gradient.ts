/**
 * The gradient of largest values: dy goes to the first of each window's largest pixels. Where it lies
 * is found anew. A task owns some rows of dx, and adds to them what every window that reaches into them
 * gives, in the windows' order; so no two tasks write to one place.
 */
import { loadUpTo4, storeUpTo4 } from "./parts";
import { ARGUMENTS, parallelFor } from "./pool";
import { firstWindow, TASK_ELEMENTS, Windows } from "./pooling";

@unmanaged
class GradientArgs extends Windows {
  x: usize;
  dy: usize;
  dx: usize;
  /** Rows of a band of an image, and bands of an image. */
  bandRows: i32;
  bands: i32;
  /** Bands of a task. */
  each: i32;
  /** Whether each pixel lies in one window, two by two pixels large, and channels fill vectors. */
  tiled: bool;
}

/** After `setWindows`. */
export function largestGradient(x: usize, dy: usize, dx: usize): void {
  const args = changetype<GradientArgs>(ARGUMENTS);
  args.x = x;
  args.dy = dy;
  args.dx = dx;
  args.tiled = args.filterHeight === 2 && args.filterWidth === 2 && args.strideHeight === 2 &&
    args.strideWidth === 2 && args.padTop === 0 && args.padLeft === 0 && (args.channels & 3) === 0 &&
    args.outHeight * 2 === args.height && args.outWidth * 2 === args.width;
  const size = args.height * args.width * args.channels;
  // Bands start where windows do: windows that are no larger than their stride are then read once.
  const steps = (args.height + args.strideHeight - 1) / args.strideHeight;
  const wanted = max(1, min(steps, size / TASK_ELEMENTS));
  args.bandRows = (steps + wanted - 1) / wanted * args.strideHeight;
  args.bands = (args.height + args.bandRows - 1) / args.bandRows;
  args.each = max(1, TASK_ELEMENTS / size);
  const bands = args.images * args.bands;
  parallelFor(bandsTask.index, ARGUMENTS, (bands + args.each - 1) / args.each);
}

function bandsTask(address: usize, task: i32): void {
  const args = changetype<GradientArgs>(address);
  const end = min(args.images * args.bands, (task + 1) * args.each);
  for (let band = task * args.each; band < end; band++) {
    const image = band / args.bands, first = band % args.bands * args.bandRows;
    if (args.tiled) tiledBand(args, image, first);
    else gradientBand(args, image, first);
  }
}

/** Rows of dx from `first` on, of windows of two by two pixels. */
function tiledBand(args: GradientArgs, image: i32, first: i32): void {
  const end = min(args.height, first + args.bandRows), pixel = args.pixel;
  let at = <usize>(image * args.height + first) * args.row;
  let dy = args.dy + <usize>((image * args.height + first) / 2 * args.outWidth) * pixel;
  for (let row = first; row < end; row += 2, at += args.row) {
    for (let column = 0; column < args.outWidth; column++, dy += pixel, at += 2 * pixel) {
      fourPixels(args.x + at, args.dx + at, dy, args.row, pixel);
    }
  }
}

/** One window of two by two pixels. */
function fourPixels(x: usize, dx: usize, dy: usize, row: usize, pixel: usize): void {
  const lowest = f32x4.splat(-Infinity), gap = dx - x, low = x + row;
  const end = x + pixel;
  for (let below = low; x < end; x += 16, below += 16, dy += 16) {
    const a = v128.load(x), b = v128.load(x + pixel);
    const c = v128.load(below), d = v128.load(below + pixel), share = v128.load(dy);
    const largest = f32x4.pmax(f32x4.pmax(f32x4.pmax(f32x4.pmax(lowest, a), b), c), d);
    let left = v128.andnot(share, f32x4.eq(largest, lowest));
    let hit = f32x4.eq(a, largest);
    v128.store(x + gap, v128.and(left, hit));
    left = v128.andnot(left, hit);
    hit = f32x4.eq(b, largest);
    v128.store(x + pixel + gap, v128.and(left, hit));
    left = v128.andnot(left, hit);
    hit = f32x4.eq(c, largest);
    v128.store(below + gap, v128.and(left, hit));
    left = v128.andnot(left, hit);
    v128.store(below + pixel + gap, v128.and(left, f32x4.eq(d, largest)));
  }
}

/** Rows of dx from `first` on. */
function gradientBand(args: GradientArgs, image: i32, first: i32): void {
  const end = min(args.height, first + args.bandRows), pixel = args.pixel;
  const start = <usize>image * <usize>args.height * args.row;
  memory.fill(args.dx + start + <usize>first * args.row, 0, <usize>(end - first) * args.row);
  const last = min(args.outHeight - 1, (end - 1 + args.padTop) / args.strideHeight);
  let outRow = firstWindow(first + args.padTop, args.filterHeight, args.strideHeight);
  for (; outRow <= last; outRow++) {
    const corner = outRow * args.strideHeight - args.padTop, top = max(0, corner);
    const rows = min(args.height, corner + args.filterHeight) - top;
    const row = start + <usize>top * args.row;
    let dy = args.dy + <usize>(image * args.outHeight + outRow) * <usize>args.outWidth * pixel;
    let from = -args.padLeft;
    for (let column = 0; column < args.outWidth; column++, dy += pixel, from += args.strideWidth) {
      const left = max(0, from), columns = min(args.width, from + args.filterWidth) - left;
      const at = row + <usize>left * pixel;
      scatter(args, args.x + at, args.dx + at, dy, rows, columns, first - top, end - top);
    }
  }
}

/** Adds one window's dy to dx, in its rows from `first` until `end`. */
function scatter(
  args: GradientArgs,
  x: usize,
  dx: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  first: i32,
  end: i32,
): void {
  const pixel = args.pixel, next = args.row - <usize>max(0, columns) * pixel;
  let channels = args.channels;
  for (; channels >= 8; channels -= 8, x += 32, dx += 32, dy += 32) {
    scatterTwo(x, dx, dy, rows, columns, next, pixel, first, end);
  }
  for (; channels > 0; channels -= 4, x += 16, dx += 16, dy += 16) {
    scatterOne(x, dx, dy, rows, columns, next, pixel, first, end, min(4, channels));
  }
}

/** Eight channels. A window without a number, or of −∞ alone, has no largest pixel. */
// @ts-ignore: decorator of AssemblyScript
@inline
function scatterTwo(
  x: usize,
  dx: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  next: usize,
  pixel: usize,
  first: i32,
  end: i32,
): void {
  const lowest = f32x4.splat(-Infinity);
  let a = lowest, b = lowest, p = x;
  for (let i = 0; i < rows; i++, p += next) {
    for (let j = 0; j < columns; j++, p += pixel) {
      a = f32x4.pmax(a, v128.load(p));
      b = f32x4.pmax(b, v128.load(p, 16));
    }
  }
  const dyA = v128.load(dy), dyB = v128.load(dy, 16), gap = dx - x;
  let foundA = f32x4.eq(a, lowest), foundB = f32x4.eq(b, lowest);
  p = x;
  for (let i = 0; i < rows; i++, p += next) {
    const owned = i >= first && i < end;
    for (let j = 0; j < columns; j++, p += pixel) {
      const hitA = v128.andnot(f32x4.eq(v128.load(p), a), foundA);
      const hitB = v128.andnot(f32x4.eq(v128.load(p, 16), b), foundB);
      foundA = v128.or(foundA, hitA);
      foundB = v128.or(foundB, hitB);
      if (owned) {
        const q = p + gap;
        v128.store(q, f32x4.add(v128.load(q), v128.and(hitA, dyA)));
        v128.store(q, f32x4.add(v128.load(q, 16), v128.and(hitB, dyB)), 16);
      }
    }
  }
}

/** Up to four channels. */
function scatterOne(
  x: usize,
  dx: usize,
  dy: usize,
  rows: i32,
  columns: i32,
  next: usize,
  pixel: usize,
  first: i32,
  end: i32,
  lanes: i32,
): void {
  const lowest = f32x4.splat(-Infinity), share = loadUpTo4(dy, lanes), gap = dx - x;
  let a = lowest, p = x;
  for (let i = 0; i < rows; i++, p += next) {
    for (let j = 0; j < columns; j++, p += pixel) a = f32x4.pmax(a, loadUpTo4(p, lanes));
  }
  let found = f32x4.eq(a, lowest);
  p = x;
  for (let i = 0; i < rows; i++, p += next) {
    const owned = i >= first && i < end;
    for (let j = 0; j < columns; j++, p += pixel) {
      const hit = v128.andnot(f32x4.eq(loadUpTo4(p, lanes), a), found);
      found = v128.or(found, hit);
      if (!owned) continue;
      const q = p + gap;
      storeUpTo4(q, f32x4.add(loadUpTo4(q, lanes), v128.and(hit, share)), lanes);
    }
  }
}
