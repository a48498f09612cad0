/**
 * The gradient of resizing: each pixel of dy goes where its value came from. A task owns some rows of dx
 * and adds to them, in order, what the rows of dy give that reach into them.
 */
import { madd } from "./fma";
import { loadUpTo4, storeUpTo4 } from "./parts";
import { ARGUMENTS, parallelFor } from "./pool";
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

/** Writes dx. After `setScaling`. */
export function resizeGradient(dy: usize, dx: usize): void {
  const args = changetype<GradientArgs>(ARGUMENTS);
  args.dy = dy;
  args.dx = dx;
  const work = args.newHeight * args.newWidth * args.channels;
  const wanted = max(1, min(args.height, work / TASK_ELEMENTS));
  args.bandRows = (args.height + wanted - 1) / wanted;
  args.bands = (args.height + args.bandRows - 1) / args.bandRows;
  args.each = max(1, TASK_ELEMENTS / max(1, work));
  const bands = args.images * args.bands;
  parallelFor(bandsTask.index, ARGUMENTS, (bands + args.each - 1) / args.each);
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
  const whole = f32x4.splat(1);
  for (let column = 0; column < args.newWidth; column++, dy += pixel) {
    const nearest = args.nearestTo(args.place(column, args.columnStep), args.width);
    addPixel(into + <usize>nearest * pixel, dy, args.channels, whole);
  }
}

/** Adds a row of dy to the two rows of dx that it lies between, where they lie between first and last. */
function addBilinear(args: GradientArgs, dx: usize, image: i32, newRow: i32, first: i32, last: i32): void {
  const place = args.place(newRow, args.rowStep);
  const top = max(0, <i32>Math.floor(place)), bottom = min(args.height - 1, <i32>Math.ceil(place));
  if (bottom < first || top > last) return;
  const row = <usize>args.width * args.pixel, down = place - <f64>top;
  const dy = args.dy + <usize>(image * args.newHeight + newRow) * <usize>args.newWidth * args.pixel;
  if (top >= first) addRow(args, dx + <usize>top * row, dy, 1.0 - down);
  if (bottom <= last) addRow(args, dx + <usize>bottom * row, dy, down);
}

function addRow(args: GradientArgs, dx: usize, dy: usize, weight: f64): void {
  const pixel = args.pixel, channels = args.channels;
  for (let column = 0; column < args.newWidth; column++, dy += pixel) {
    const at = args.place(column, args.columnStep), left = max(0, <i32>Math.floor(at));
    const right = min(args.width - 1, <i32>Math.ceil(at)), across = at - <f64>left;
    addPixel(dx + <usize>left * pixel, dy, channels, f32x4.splat(<f32>(weight * (1.0 - across))));
    addPixel(dx + <usize>right * pixel, dy, channels, f32x4.splat(<f32>(weight * across)));
  }
}

function addPixel(dx: usize, dy: usize, channels: i32, weight: v128): void {
  for (; channels > 0; channels -= 4, dx += 16, dy += 16) {
    const lanes = min(4, channels);
    storeUpTo4(dx, madd(loadUpTo4(dy, lanes), weight, loadUpTo4(dx, lanes)), lanes);
  }
}
