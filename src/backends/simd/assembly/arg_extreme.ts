/** Where along an axis the largest or smallest number lies, the first of equal ones: [outer, length, inner]. */
import { ARGUMENTS, parallelFor } from "./pool";

/** Elements that are worth a task. */
const TASK_ELEMENTS: i32 = 1 << 14;

@unmanaged
class ArgExtremeArgs {
  x: usize;
  out: usize;
  outer: i32;
  length: i32;
  inner: i32;
  /** Matrices of a task. */
  each: i32;
  /** Whether elements are int32. */
  integers: bool;
  smallest: bool;
}

/** `length` is positive. */
export function argExtreme(
  x: usize,
  out: usize,
  outer: i32,
  length: i32,
  inner: i32,
  integers: bool,
  smallest: bool,
): void {
  const args = changetype<ArgExtremeArgs>(ARGUMENTS);
  args.x = x;
  args.out = out;
  args.outer = outer;
  args.length = length;
  args.inner = inner;
  args.each = max(1, TASK_ELEMENTS / max(1, length * inner));
  args.integers = integers;
  args.smallest = smallest;
  parallelFor(argExtremeTask.index, ARGUMENTS, (outer + args.each - 1) / args.each);
}

function argExtremeTask(address: usize, task: i32): void {
  const args = changetype<ArgExtremeArgs>(address);
  const length = args.length, inner = args.inner;
  const first = task * args.each, end = min(args.outer, first + args.each);
  for (let i = first; i < end; i++) {
    const x = args.x + (<usize>i * <usize>length * <usize>inner << 2);
    const out = args.out + (<usize>i * <usize>inner << 2);
    if (args.integers) matrix<i32>(x, out, length, inner, args.smallest);
    else matrix<f32>(x, out, length, inner, args.smallest);
  }
}

/** Four columns at a time, then one. */
function matrix<T>(x: usize, out: usize, length: i32, inner: i32, smallest: bool): void {
  const stride = <usize>inner << 2;
  if (inner === 1) {
    store<i32>(out, smallest ? row<T>(x, length, true) : row<T>(x, length, false));
    return;
  }
  let column = 0;
  for (; column + 4 <= inner; column += 4, x += 16, out += 16) {
    v128.store(out, smallest ? four<T>(x, length, stride, true) : four<T>(x, length, stride, false));
  }
  for (; column < inner; column++, x += 4, out += 4) {
    store<i32>(out, smallest ? one<T>(x, length, stride, true) : one<T>(x, length, stride, false));
  }
}

/** Four columns. A NaN is never larger: only where it comes first is it kept, as in the stock kernels. */
// @ts-ignore: decorator of AssemblyScript
@inline
function four<T>(x: usize, length: i32, stride: usize, smallest: bool): v128 {
  let best = v128.load(x), at = i32x4.splat(0);
  for (let i = 1; i < length; i++) {
    x += stride;
    const value = v128.load(x);
    const better = smallest ? v128.lt<T>(value, best) : v128.gt<T>(value, best);
    best = v128.bitselect(value, best, better);
    at = v128.bitselect(i32x4.splat(i), at, better);
  }
  return at;
}

/**
 * Numbers side by side, by four searches of every fourth: each starts from the first number, so that
 * each finds the first of equal ones, and a NaN in front is kept.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function row<T>(x: usize, length: i32, smallest: bool): i32 {
  let best = v128.splat<T>(load<T>(x)), at = i32x4.splat(0);
  let index = i32x4(0, 1, 2, 3), i = 0;
  const four = i32x4.splat(4);
  for (; i + 4 <= length; i += 4) {
    const value = v128.load(x + (<usize>i << 2));
    const better = smallest ? v128.lt<T>(value, best) : v128.gt<T>(value, best);
    best = v128.bitselect(value, best, better);
    at = v128.bitselect(index, at, better);
    index = i32x4.add(index, four);
  }
  let first = v128.extract_lane<T>(best, 0), found = i32x4.extract_lane(at, 0);
  for (let lane = 1; lane < 4; lane++) {
    best = v128.shuffle<i32>(best, best, 1, 2, 3, 0);
    at = v128.shuffle<i32>(at, at, 1, 2, 3, 0);
    const value = v128.extract_lane<T>(best, 0), place = i32x4.extract_lane(at, 0);
    const better = smallest ? value < first : value > first;
    if (better || (value === first && place < found)) {
      first = value;
      found = place;
    }
  }
  for (; i < length; i++) {
    const value = load<T>(x + (<usize>i << 2));
    if (smallest ? value < first : value > first) {
      first = value;
      found = i;
    }
  }
  return found;
}

/** Numbers `stride` bytes apart. */
// @ts-ignore: decorator of AssemblyScript
@inline
function one<T>(x: usize, length: i32, stride: usize, smallest: bool): i32 {
  let best = load<T>(x), at = 0;
  for (let i = 1; i < length; i++) {
    x += stride;
    const value = load<T>(x);
    if (smallest ? value < best : value > best) {
      best = value;
      at = i;
    }
  }
  return at;
}
