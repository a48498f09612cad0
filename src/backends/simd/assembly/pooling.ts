/** Windows over images [images, height, width, channels]: their largest values and their averages. */
import { loadUpTo4, storeUpTo4 } from "./parts";
import { ARGUMENTS, parallelFor } from "./pool";

/** Elements that are worth a task. */
export const TASK_ELEMENTS: i32 = 1 << 15;

/** Where windows lie. First part of the arguments of every task. */
@unmanaged
export class Windows {
  images: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  padTop: i32;
  padLeft: i32;

  /** Bytes of a pixel. */
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get pixel(): usize {
    return <usize>this.channels << 2;
  }

  /** Bytes of a row of the images. */
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get row(): usize {
    return <usize>this.width * this.pixel;
  }
}

@unmanaged
class PoolingArgs extends Windows {
  x: usize;
  y: usize;
  /** Rows of a task. */
  each: i32;
  average: bool;
}

/** Tells where the windows lie that the next call works on. */
export function setWindows(
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const windows = changetype<Windows>(ARGUMENTS);
  windows.images = images;
  windows.height = height;
  windows.width = width;
  windows.channels = channels;
  windows.outHeight = outHeight;
  windows.outWidth = outWidth;
  windows.filterHeight = filterHeight;
  windows.filterWidth = filterWidth;
  windows.strideHeight = strideHeight;
  windows.strideWidth = strideWidth;
  windows.padTop = padTop;
  windows.padLeft = padLeft;
}

/** The average, or else the largest value, of each window's part within the image. After `setWindows`. */
export function poolImages(x: usize, y: usize, average: bool): void {
  const args = changetype<PoolingArgs>(ARGUMENTS);
  args.x = x;
  args.y = y;
  args.average = average;
  const work = args.outWidth * args.channels * args.filterHeight * args.filterWidth;
  runRows(args, args.images * args.outHeight, work, poolTask.index);
}

/** The gradient of averages of whole windows, padding counted in, as TensorFlow.js defines it: dy to dx. */
export function averageGradient(dy: usize, dx: usize): void {
  const args = changetype<PoolingArgs>(ARGUMENTS);
  args.x = dx;
  args.y = dy;
  runRows(args, args.images * args.height, 2 * args.width * args.channels, gradientTask.index);
}

function runRows(args: PoolingArgs, rows: i32, workEach: i32, task: u32): void {
  args.each = max(1, TASK_ELEMENTS / max(1, workEach));
  parallelFor(task, ARGUMENTS, (rows + args.each - 1) / args.each);
}

function poolTask(address: usize, task: i32): void {
  const args = changetype<PoolingArgs>(address);
  const end = min(args.images * args.outHeight, (task + 1) * args.each);
  for (let row = task * args.each; row < end; row++) {
    if (args.average) poolRow<Average>(args, row);
    else poolRow<Largest>(args, row);
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function poolRow<Kind>(args: PoolingArgs, outRow: i32): void {
  const image = outRow / args.outHeight, channels = args.channels, pixel = args.pixel;
  const corner = outRow % args.outHeight * args.strideHeight - args.padTop;
  const top = max(0, corner), rows = min(args.height, corner + args.filterHeight) - top;
  const x = args.x + <usize>(image * args.height + top) * args.row;
  let y = args.y + <usize>outRow * <usize>args.outWidth * pixel;
  let start = -args.padLeft;
  for (let column = 0; column < args.outWidth; column++, start += args.strideWidth, y += pixel) {
    const left = max(0, start), columns = min(args.width, start + args.filterWidth) - left;
    const count = max(0, rows) * max(0, columns);
    window<Kind>(x + <usize>left * pixel, y, channels, rows, columns, args.row, pixel, <f32>count);
  }
}

/** Some rows of dx: each pixel is the sum of dy over the windows that it lies in, by their size. */
function gradientTask(address: usize, task: i32): void {
  const args = changetype<PoolingArgs>(address);
  const end = min(args.images * args.height, (task + 1) * args.each);
  for (let row = task * args.each; row < end; row++) gradientRow(args, row);
}

function gradientRow(args: PoolingArgs, row: i32): void {
  const image = row / args.height, pixel = args.pixel, outRow = <usize>args.outWidth * pixel;
  const at = row % args.height + args.padTop;
  const top = firstWindow(at, args.filterHeight, args.strideHeight);
  const rows = min(args.outHeight, at / args.strideHeight + 1) - top;
  const dy = args.y + <usize>(image * args.outHeight + top) * outRow;
  const size = <f32>(args.filterHeight * args.filterWidth);
  let dx = args.x + <usize>row * args.row;
  for (let column = args.padLeft; column < args.width + args.padLeft; column++, dx += pixel) {
    const left = firstWindow(column, args.filterWidth, args.strideWidth);
    const columns = min(args.outWidth, column / args.strideWidth + 1) - left;
    const start = dy + <usize>left * pixel;
    window<Average>(start, dx, args.channels, rows, columns, outRow, pixel, size);
  }
}

/** The first window that holds position `at`, counted from the padding's start. */
export function firstWindow(at: i32, filter: i32, stride: i32): i32 {
  return at < filter ? 0 : (at - filter) / stride + 1;
}

@unmanaged
class Average {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  start(): v128 {
    return f32x4.splat(0);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  join(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  finish(sum: v128, divisor: f32): v128 {
    return f32x4.div(sum, f32x4.splat(divisor));
  }
}

/** Passes over NaN, as the stock kernel does. */
@unmanaged
class Largest {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  start(): v128 {
    return f32x4.splat(-Infinity);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  join(a: v128, b: v128): v128 {
    return f32x4.pmax(a, b);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  finish(largest: v128, _divisor: f32): v128 {
    return largest;
  }
}

/** One window of every channel: `rows` by `columns` pixels from `x` on. */
function window<Kind>(
  x: usize,
  y: usize,
  channels: i32,
  rows: i32,
  columns: i32,
  row: usize,
  pixel: usize,
  divisor: f32,
): void {
  const kind = changetype<Kind>(0);
  const next = row - <usize>max(0, columns) * pixel;
  for (; channels >= 16; channels -= 16, x += 64, y += 64) {
    let a = kind.start(), b = a, c = a, d = a, p = x;
    for (let i = 0; i < rows; i++, p += next) {
      for (let j = 0; j < columns; j++, p += pixel) {
        a = kind.join(a, v128.load(p));
        b = kind.join(b, v128.load(p, 16));
        c = kind.join(c, v128.load(p, 32));
        d = kind.join(d, v128.load(p, 48));
      }
    }
    v128.store(y, kind.finish(a, divisor));
    v128.store(y, kind.finish(b, divisor), 16);
    v128.store(y, kind.finish(c, divisor), 32);
    v128.store(y, kind.finish(d, divisor), 48);
  }
  for (; channels > 0; channels -= 4, x += 16, y += 16) {
    const lanes = min(4, channels);
    let a = kind.start(), p = x;
    for (let i = 0; i < rows; i++, p += next) {
      for (let j = 0; j < columns; j++, p += pixel) a = kind.join(a, loadUpTo4(p, lanes));
    }
    storeUpTo4(y, kind.finish(a, divisor), lanes);
  }
}
