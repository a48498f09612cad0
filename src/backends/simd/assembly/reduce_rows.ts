/** Reductions of numbers that lie side by side. */
import { ARGUMENTS, parallelFor } from "./pool";
import {
  All,
  Any,
  ANY,
  Count,
  COUNT,
  joinLanes,
  MAX_FLOATS,
  MAX_INTEGERS,
  MaxFloats,
  MaxIntegers,
  MIN_FLOATS,
  MIN_INTEGERS,
  MinFloats,
  MinIntegers,
  Product,
  PRODUCT,
  SUM_FLOATS,
  SUM_INTEGERS,
  SumFloats,
  SumIntegers,
} from "./reduce_kinds";

/** Floats that are summed up as float32 before the sum is added to a float64: keeps rounding small. */
const RUN: i32 = 1024;
/** Elements that are worth a task; rows of at least two such are cut into segments of so many. */
const TASK_ELEMENTS: i32 = 1 << 15;

@unmanaged
class RowsArgs {
  kind: i32;
  x: usize;
  out: usize;
  /** A float64 for each segment; none where rows are whole. */
  partials: usize;
  rows: i32;
  length: i32;
  segments: i32;
  /** Segments of a task. */
  each: i32;
  /** Whether tasks join the segments of a row each. */
  joining: bool;
  divisor: f64;
}

function segmentsOf(length: i32): i32 {
  return length < 2 * TASK_ELEMENTS ? 1 : (length + TASK_ELEMENTS - 1) / TASK_ELEMENTS;
}

/** Bytes of scratch memory that `reduceRows` needs. */
export function rowsScratch(rows: i32, length: i32): usize {
  const segments = segmentsOf(length);
  return segments === 1 ? 0 : <usize>rows * <usize>segments << 3;
}

/** Reduces each of `rows` rows, and divides by `divisor`. `length` is positive. */
export function reduceRows(
  kind: i32,
  x: usize,
  out: usize,
  rows: i32,
  length: i32,
  divisor: f64,
  scratch: usize,
): void {
  const args = changetype<RowsArgs>(ARGUMENTS);
  const segments = segmentsOf(length);
  args.kind = kind;
  args.x = x;
  args.out = out;
  args.partials = scratch;
  args.rows = rows;
  args.length = length;
  args.segments = segments;
  args.each = segments > 1 ? 1 : max(1, TASK_ELEMENTS / length);
  args.joining = false;
  args.divisor = divisor;
  parallelFor(rowsTask.index, ARGUMENTS, (rows * segments + args.each - 1) / args.each);
  if (segments === 1) return;
  args.joining = true;
  for (let row = 0; row < rows; row++) rowsTask(ARGUMENTS, row);
}

function rowsTask(address: usize, task: i32): void {
  const args = changetype<RowsArgs>(address);
  const kind = args.kind;
  if (kind === SUM_FLOATS) work<SumFloats>(args, task);
  else if (kind === MAX_FLOATS) work<MaxFloats>(args, task);
  else if (kind === MIN_FLOATS) work<MinFloats>(args, task);
  else if (kind === SUM_INTEGERS) work<SumIntegers>(args, task);
  else if (kind === MAX_INTEGERS) work<MaxIntegers>(args, task);
  else if (kind === MIN_INTEGERS) work<MinIntegers>(args, task);
  else if (kind === PRODUCT) work<Product>(args, task);
  else if (kind === COUNT) work<Count>(args, task);
  else if (kind === ANY) work<Any>(args, task);
  else work<All>(args, task);
}

function work<Kind>(args: RowsArgs, task: i32): void {
  if (args.joining) joinSegments<Kind>(args, task);
  else if (args.segments === 1) wholeRows<Kind>(args, task);
  else segment<Kind>(args, task);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function wholeRows<Kind>(args: RowsArgs, task: i32): void {
  const first = task * args.each, end = min(args.rows, first + args.each);
  let x = args.x + (<usize>first * <usize>args.length << changetype<Kind>(0).shift);
  for (let row = first; row < end; row++) {
    finish<Kind>(args, row, run<Kind>(x, args.length));
    x += <usize>args.length << changetype<Kind>(0).shift;
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function segment<Kind>(args: RowsArgs, task: i32): void {
  const row = task / args.segments, start = task % args.segments * TASK_ELEMENTS;
  const at = <usize>row * <usize>args.length + <usize>start;
  const length = min(TASK_ELEMENTS, args.length - start);
  const value = run<Kind>(args.x + (at << changetype<Kind>(0).shift), length);
  store<f64>(args.partials + (<usize>task << 3), value);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function joinSegments<Kind>(args: RowsArgs, row: i32): void {
  const partials = args.partials + (<usize>row * <usize>args.segments << 3);
  let value = load<f64>(partials);
  for (let i = 1; i < args.segments; i++) {
    value = changetype<Kind>(0).one(value, load<f64>(partials + (<usize>i << 3)));
  }
  finish<Kind>(args, row, value);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function finish<Kind>(args: RowsArgs, row: i32, value: f64): void {
  const kind = changetype<Kind>(0), out = args.out + (<usize>row << kind.outShift);
  kind.write(out, args.divisor === 1 ? value : value / args.divisor);
}

/** Reduces `length` numbers, by vectors in parts of `RUN`. */
function run<Kind>(x: usize, length: i32): f64 {
  if (!changetype<Kind>(0).vectors) return scalarRun<Kind>(x, length, 1);
  if (length < 4) return scalarRun<Kind>(x, length, 1);
  let value = vectorRun<Kind>(x, min(RUN, length));
  for (let done = RUN; done < length; done += RUN) {
    const at = x + (<usize>done << 2), rest = length - done;
    const part = rest < 4 ? scalarRun<Kind>(at, rest, 1) : vectorRun<Kind>(at, min(RUN, rest));
    value = changetype<Kind>(0).one(value, part);
  }
  return value;
}

/** Of at least 4 numbers. */
function vectorRun<Kind>(x: usize, length: i32): f64 {
  const kind = changetype<Kind>(0);
  const vectors = x + (<usize>(length & ~3) << 2);
  let a = v128.load(x);
  x += 16;
  if (length >= 16) {
    let b = v128.load(x), c = v128.load(x, 16), d = v128.load(x, 32);
    for (x += 48; x + 64 <= vectors; x += 64) {
      a = kind.join(a, v128.load(x));
      b = kind.join(b, v128.load(x, 16));
      c = kind.join(c, v128.load(x, 32));
      d = kind.join(d, v128.load(x, 48));
    }
    a = kind.join(kind.join(a, b), kind.join(c, d));
  }
  for (; x < vectors; x += 16) a = kind.join(a, v128.load(x));
  const value = joinLanes<Kind>(a);
  return length & 3 ? kind.one(value, scalarRun<Kind>(x, length & 3, 1)) : value;
}

/** Reduces numbers `step` elements apart, one by one. */
export function scalarRun<Kind>(x: usize, length: i32, step: i32): f64 {
  const kind = changetype<Kind>(0), bytes = <usize>step << kind.shift;
  let value = kind.read(x);
  for (let i = 1; i < length; i++) {
    x += bytes;
    value = kind.one(value, kind.read(x));
  }
  return value;
}
