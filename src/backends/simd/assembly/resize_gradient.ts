/**
 * The gradient of resizing: each pixel of dy goes where its value came from. A task owns some rows of dx
 * and adds to them, in order, what the rows of dy give that reach into them.
 */
import { madd } from "./fma";
import { ARGUMENTS, parallelFor, SCRATCH_BYTES, threadScratch } from "./pool";
import { Scaling, TASK_ELEMENTS } from "./resize";

@unmanaged
class GradientArgs extends Scaling {
  dy: usize;
  dx: usize;
  /** Rows of a band of dx, bands of an image, and bands of a task. */
  bandRows: i32;
  bands: i32;
  each: i32;
}

/** Writes dx, after `setScaling`. False where a row of dx is longer than what there is room for. */
export function resizeGradient(dy: usize, dx: usize): bool {
  const args = changetype<GradientArgs>(ARGUMENTS);
  if (<usize>args.width * args.pixel > <usize>SCRATCH_BYTES) return false;
  args.dy = dy;
  args.dx = dx;
  const work = args.newHeight * args.newWidth * args.channels;
  const wanted = max(1, min(args.height, work / TASK_ELEMENTS));
  args.bandRows = (args.height + wanted - 1) / wanted;
  args.bands = (args.height + args.bandRows - 1) / args.bandRows;
  args.each = max(1, TASK_ELEMENTS / max(1, work));
  const bands = args.images * args.bands;
  parallelFor(bandsTask.index, ARGUMENTS, (bands + args.each - 1) / args.each);
  return true;
}

function bandsTask(address: usize, task: i32): void {
  const args = changetype<GradientArgs>(address);
  const end = min(args.images * args.bands, (task + 1) * args.each);
  for (let band = task * args.each; band < end; band++) {
    const image = band / args.bands, first = band % args.bands * args.bandRows;
    const last = min(args.height, first + args.bandRows) - 1;
    const row = <usize>args.width * args.pixel;
    const dx = args.dx + <usize>image * <usize>args.height * row;
    memory.fill(dx + <usize>first * row, 0, <usize>(last - first + 1) * row);
    for (let newRow = 0; newRow < args.newHeight; newRow++) {
      if (args.nearest) addNearest(args, dx, image, newRow, first, last);
      else addBilinear(args, dx, image, newRow, first, last);
    }
  }
}

/** Adds a row of dy to the row of dx that it was copied from, if that lies between first and last. */
function addNearest(args: GradientArgs, dx: usize, image: i32, newRow: i32, first: i32, last: i32): void {
  const row = args.nearestTo(args.place(newRow, args.rowStep), args.height), pixel = args.pixel;
  if (row < first || row > last) return;
  const into = dx + <usize>row * <usize>args.width * pixel;
  let dy = args.dy + <usize>(image * args.newHeight + newRow) * <usize>args.newWidth * pixel;
  for (let column = 0; column < args.newWidth; column++, dy += pixel) {
    const nearest = args.nearestTo(args.place(column, args.columnStep), args.width);
    addScaled(into + <usize>nearest * pixel, dy, args.channels, 1);
  }
}

/**
 * Adds a row of dy to the two rows of dx that it lies between, where they lie between first and last: first
 * from column to column into a row of its own, then that one with a weight for each of the two.
 */
function addBilinear(args: GradientArgs, dx: usize, image: i32, newRow: i32, first: i32, last: i32): void {
  const place = args.place(newRow, args.rowStep);
  const top = max(0, <i32>Math.floor(place)), bottom = min(args.height - 1, <i32>Math.ceil(place));
  if (bottom < first || top > last) return;
  const pixel = args.pixel, channels = args.channels;
  const row = <usize>args.width * pixel, down = <f32>(place - <f64>top), spread = threadScratch();
  let dy = args.dy + <usize>(image * args.newHeight + newRow) * <usize>args.newWidth * pixel;
  memory.fill(spread, 0, row);
  for (let column = 0; column < args.newWidth; column++, dy += pixel) {
    const at = args.place(column, args.columnStep), left = max(0, <i32>Math.floor(at));
    const right = min(args.width - 1, <i32>Math.ceil(at)), across = <f32>(at - <f64>left);
    addScaled(spread + <usize>left * pixel, dy, channels, 1 - across);
    addScaled(spread + <usize>right * pixel, dy, channels, across);
  }
  const width = args.width * channels;
  if (top >= first) addScaled(dx + <usize>top * row, spread, width, 1 - down);
  if (bottom <= last) addScaled(dx + <usize>bottom * row, spread, width, down);
}

/** y += weight·x. */
function addScaled(y: usize, x: usize, count: i32, weight: f32): void {
  const weights = f32x4.splat(weight);
  for (; count >= 4; count -= 4, y += 16, x += 16) {
    v128.store(y, madd(v128.load(x), weights, v128.load(y)));
  }
  for (; count > 0; count--, y += 4, x += 4) store<f32>(y, load<f32>(y) + load<f32>(x) * weight);
}
