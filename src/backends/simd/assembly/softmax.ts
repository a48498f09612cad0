/** Softmax of each row, and the cross-entropy of rows with given probabilities. */
import { loadPart, storePart } from "./parts";
import { ARGUMENTS, parallelFor } from "./pool";
import { exp, log } from "./vector_math";

/** Elements that are worth a task. */
const TASK_ELEMENTS: i32 = 1 << 13;

@unmanaged
class SoftmaxArgs {
  x: usize;
  y: usize;
  /** 0 where no loss is asked for. */
  labels: usize;
  loss: usize;
  rows: i32;
  length: i32;
  /** Rows of a task. */
  each: i32;
}

/** Writes y, and where there are labels loss = −Σ labels·ln y of each row. `length` is positive. */
export function softmax(x: usize, y: usize, labels: usize, loss: usize, rows: i32, length: i32): void {
  const args = changetype<SoftmaxArgs>(ARGUMENTS);
  args.x = x;
  args.y = y;
  args.labels = labels;
  args.loss = loss;
  args.rows = rows;
  args.length = length;
  args.each = max(1, TASK_ELEMENTS / length);
  parallelFor(softmaxTask.index, ARGUMENTS, (rows + args.each - 1) / args.each);
}

function softmaxTask(address: usize, task: i32): void {
  const args = changetype<SoftmaxArgs>(address);
  const length = args.length, first = task * args.each, end = min(args.rows, first + args.each);
  const bytes = <usize>length << 2;
  for (let row = first; row < end; row++) {
    const at = <usize>row * bytes, x = args.x + at, y = args.y + at;
    const largest = f32x4.splat(largestOf(x, length));
    const sum = f32x4.splat(exponentials(x, y, largest, length));
    if (args.labels !== 0) {
      const loss = crossEntropy(x, args.labels + at, largest, log(sum), length);
      store<f32>(args.loss + (<usize>row << 2), loss);
    }
    divide(y, sum, length);
  }
}

/** NaN where there is one. */
function largestOf(x: usize, length: i32): f32 {
  if (length < 4) {
    let largest = load<f32>(x);
    for (let i = 1; i < length; i++) largest = max<f32>(largest, load<f32>(x + (<usize>i << 2)));
    return largest;
  }
  const last = x + (<usize>(length - 4) << 2);
  let largest = v128.load(last);
  for (; x < last; x += 16) largest = f32x4.max(largest, v128.load(x));
  const pairs = f32x4.max(largest, v128.shuffle<i32>(largest, largest, 2, 3, 0, 1));
  return max<f32>(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** Writes exp(x − largest) and returns their sum. */
function exponentials(x: usize, y: usize, largest: v128, length: i32): f32 {
  let sum = f32x4.splat(0);
  for (const whole = x + (<usize>(length & ~3) << 2); x < whole; x += 16, y += 16) {
    const value = exp(f32x4.sub(v128.load(x), largest));
    v128.store(y, value);
    sum = f32x4.add(sum, value);
  }
  const rest = length & 3;
  if (rest !== 0) {
    storePart(y, exp(f32x4.sub(loadPart(x, rest), largest)), rest);
    sum = f32x4.add(sum, loadPart(y, rest));
  }
  return sumOf(sum);
}

/** Σ labels·(log − (x − largest)). */
function crossEntropy(x: usize, labels: usize, largest: v128, log: v128, length: i32): f32 {
  let loss = f32x4.splat(0);
  for (const whole = x + (<usize>(length & ~3) << 2); x < whole; x += 16, labels += 16) {
    const surprise = f32x4.sub(log, f32x4.sub(v128.load(x), largest));
    loss = f32x4.add(loss, f32x4.mul(v128.load(labels), surprise));
  }
  const end = x + (<usize>(length & 3) << 2);
  let tail: f32 = 0;
  for (; x < end; x += 4, labels += 4) {
    const shifted = load<f32>(x) - f32x4.extract_lane(largest, 0);
    tail += load<f32>(labels) * (f32x4.extract_lane(log, 0) - shifted);
  }
  return sumOf(loss) + tail;
}

function sumOf(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

function divide(y: usize, divisor: v128, length: i32): void {
  for (const whole = y + (<usize>(length & ~3) << 2); y < whole; y += 16) {
    v128.store(y, f32x4.div(v128.load(y), divisor));
  }
  const end = y + (<usize>(length & 3) << 2);
  for (; y < end; y += 4) store<f32>(y, load<f32>(y) / f32x4.extract_lane(divisor, 0));
}
