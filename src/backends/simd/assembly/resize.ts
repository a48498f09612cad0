/** Images [images, height, width, channels] at another size, as TensorFlow.js takes its samples. */
import { madd } from "./fma";
import { ARGUMENTS, parallelFor } from "./pool";

/** Elements that are worth a task. */
export const TASK_ELEMENTS: i32 = 1 << 14;

/** How two sizes correspond. First part of the arguments of every task. */
@unmanaged
export class Scaling {
  images: i32;
  height: i32;
  width: i32;
  channels: i32;
  newHeight: i32;
  newWidth: i32;
  alignCorners: bool;
  halfPixelCenters: bool;
  nearest: bool;
  /** Steps in the image for one in the new one. */
  rowStep: f64;
  columnStep: f64;

  /** Bytes of a pixel. */
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get pixel(): usize {
    return <usize>this.channels << 2;
  }

  /** Where a row or column of the new image lies in the image. */
  // @ts-ignore: decorator of AssemblyScript
  @inline
  place(index: i32, step: f64): f64 {
    if (!this.halfPixelCenters) return step * <f64>index;
    return step * (<f64>index + 0.5) - (this.nearest ? 0.0 : 0.5);
  }

  /** The row or column of `side` that is nearest to a place. */
  // @ts-ignore: decorator of AssemblyScript
  @inline
  nearestTo(place: f64, side: i32): i32 {
    return max(0, min(side - 1, <i32>Math.floor(this.alignCorners ? place + 0.5 : place)));
  }
}

@unmanaged
class ResizeArgs extends Scaling {
  x: usize;
  y: usize;
  /** Rows of a task. */
  each: i32;
}

/** Tells what the next call works on. */
export function setScaling(
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  newHeight: i32,
  newWidth: i32,
  alignCorners: bool,
  halfPixelCenters: bool,
  nearest: bool,
): void {
  const scaling = changetype<Scaling>(ARGUMENTS);
  scaling.images = images;
  scaling.height = height;
  scaling.width = width;
  scaling.channels = channels;
  scaling.newHeight = newHeight;
  scaling.newWidth = newWidth;
  scaling.alignCorners = alignCorners;
  scaling.halfPixelCenters = halfPixelCenters;
  scaling.nearest = nearest;
  scaling.rowStep = step(height, newHeight, alignCorners);
  scaling.columnStep = step(width, newWidth, alignCorners);
}

function step(side: i32, newSide: i32, alignCorners: bool): f64 {
  const inset = alignCorners && newSide > 1 ? 1 : 0;
  return <f64>(side - inset) / <f64>(newSide - inset);
}

/** Writes the new images y. After `setScaling`. */
export function resize(x: usize, y: usize): void {
  const args = changetype<ResizeArgs>(ARGUMENTS);
  args.x = x;
  args.y = y;
  args.each = max(1, TASK_ELEMENTS / (args.newWidth * args.channels));
  const rows = args.images * args.newHeight;
  parallelFor(resizeTask.index, ARGUMENTS, (rows + args.each - 1) / args.each);
}

function resizeTask(address: usize, task: i32): void {
  const args = changetype<ResizeArgs>(address);
  const end = min(args.images * args.newHeight, (task + 1) * args.each);
  for (let row = task * args.each; row < end; row++) {
    if (args.nearest) nearestRow(args, row);
    else bilinearRow(args, row);
  }
}

function nearestRow(args: ResizeArgs, newRow: i32): void {
  const image = newRow / args.newHeight, pixel = args.pixel;
  const place = args.place(newRow % args.newHeight, args.rowStep);
  const row = image * args.height + args.nearestTo(place, args.height);
  const x = args.x + <usize>row * <usize>args.width * pixel;
  let y = args.y + <usize>newRow * <usize>args.newWidth * pixel;
  for (let column = 0; column < args.newWidth; column++, y += pixel) {
    const nearest = args.nearestTo(args.place(column, args.columnStep), args.width);
    copyPixel(x + <usize>nearest * pixel, y, args.channels);
  }
}

function copyPixel(x: usize, y: usize, channels: i32): void {
  for (; channels >= 4; channels -= 4, x += 16, y += 16) v128.store(y, v128.load(x));
  for (; channels > 0; channels--, x += 4, y += 4) store<u32>(y, load<u32>(x));
}

function bilinearRow(args: ResizeArgs, newRow: i32): void {
  const image = newRow / args.newHeight, pixel = args.pixel, row = <usize>args.width * pixel;
  const place = args.place(newRow % args.newHeight, args.rowStep);
  const top = max(0, <i32>Math.floor(place)), bottom = min(args.height - 1, <i32>Math.ceil(place));
  const start = args.x + <usize>(image * args.height) * row;
  const above = start + <usize>top * row, below = start + <usize>bottom * row;
  const down = f32x4.splat(<f32>(place - <f64>top));
  let y = args.y + <usize>newRow * <usize>args.newWidth * pixel;
  for (let column = 0; column < args.newWidth; column++, y += pixel) {
    const at = args.place(column, args.columnStep), left = max(0, <i32>Math.floor(at));
    const first = <usize>left * pixel;
    const second = <usize>min(args.width - 1, <i32>Math.ceil(at)) * pixel;
    const across = f32x4.splat(<f32>(at - <f64>left));
    blend(above + first, above + second, below + first, below + second, y, args.channels, across, down);
  }
}

/** The pixel between four. */
function blend(
  topLeft: usize,
  topRight: usize,
  bottomLeft: usize,
  bottomRight: usize,
  y: usize,
  channels: i32,
  across: v128,
  down: v128,
): void {
  const b = topRight - topLeft, c = bottomLeft - topLeft, d = bottomRight - topLeft;
  let x = topLeft;
  for (; channels >= 4; channels -= 4, x += 16, y += 16) {
    const left = v128.load(x), below = v128.load(x + c);
    v128.store(y, between(left, v128.load(x + b), below, v128.load(x + d), across, down));
  }
  for (; channels > 0; channels--, x += 4, y += 4) {
    const left = v128.load32_zero(x), below = v128.load32_zero(x + c);
    const right = v128.load32_zero(x + b), belowRight = v128.load32_zero(x + d);
    v128.store32_lane(y, between(left, right, below, belowRight, across, down), 0);
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function between(a: v128, b: v128, c: v128, d: v128, across: v128, down: v128): v128 {
  const top = madd(f32x4.sub(b, a), across, a), bottom = madd(f32x4.sub(d, c), across, c);
  return madd(f32x4.sub(bottom, top), down, top);
}
