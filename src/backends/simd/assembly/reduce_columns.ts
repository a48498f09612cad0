/** Reductions over an axis with others behind it: x [outer, length, inner] to [outer, inner]. */
import { Columns, columnsScratch, splitColumns, STRIP } from "./columns";
import { ARGUMENTS, parallelFor } from "./pool";
import {
  All,
  Any,
  ANY,
  Count,
  COUNT,
  MAX_FLOATS,
  MAX_INTEGERS,
  MaxFloats,
  MaxIntegers,
  MIN_FLOATS,
  MinFloats,
  MinIntegers,
  Product,
  PRODUCT,
  SCALAR_KINDS,
  SUM_FLOATS,
  SUM_INTEGERS,
  SumFloats,
  SumIntegers,
} from "./reduce_kinds";
import { scalarRun } from "./reduce_rows";

/** Rows that are read side by side. */
const CHUNK: i32 = 8;
/** Elements that are worth a task; matrices of at least two such are split themselves. */
const TASK_ELEMENTS: i32 = 1 << 15;

@unmanaged
class SplitArgs extends Columns {
  kind: i32;
  x: usize;
  /** A wide row a block. */
  partials: usize;
}

@unmanaged
class OuterArgs {
  kind: i32;
  x: usize;
  out: usize;
  outer: i32;
  length: i32;
  inner: i32;
  /** Matrices of a task. */
  each: i32;
  divisor: f32;
}

// @ts-ignore: decorator of AssemblyScript
@inline
function isSplit(kind: i32, length: i32, inner: i32): bool {
  return kind < SCALAR_KINDS && length * inner >= 2 * TASK_ELEMENTS;
}

/** Bytes of scratch memory that `reduceColumns` needs. */
export function reduceColumnsScratch(kind: i32, length: i32, inner: i32): usize {
  return isSplit(kind, length, inner) ? columnsScratch(length, inner, 0, 1) : 0;
}

/** Reduces the middle axis, and divides by `divisor`. `length` and `inner` are positive. */
export function reduceColumns(
  kind: i32,
  x: usize,
  out: usize,
  outer: i32,
  length: i32,
  inner: i32,
  divisor: f32,
  scratch: usize,
): void {
  if (isSplit(kind, length, inner)) {
    const bytes = <usize>inner << 2;
    for (let i = 0; i < outer; i++, x += <usize>length * bytes, out += bytes) {
      reduceSplit(kind, x, out, length, inner, scratch);
      if (divisor !== 1) divide(out, inner, divisor);
    }
    return;
  }
  const args = changetype<OuterArgs>(ARGUMENTS);
  args.kind = kind;
  args.x = x;
  args.out = out;
  args.outer = outer;
  args.length = length;
  args.inner = inner;
  args.divisor = divisor;
  args.each = max(1, TASK_ELEMENTS / (length * inner));
  const tasks = (outer + args.each - 1) / args.each;
  parallelFor(kind < SCALAR_KINDS ? outerTask.index : scalarTask.index, ARGUMENTS, tasks);
}

/** Reduces some whole matrices. */
function outerTask(address: usize, task: i32): void {
  const args = changetype<OuterArgs>(address);
  const kind = args.kind, length = args.length, inner = args.inner, divisor = args.divisor;
  const first = task * args.each, end = min(args.outer, first + args.each);
  const bytes = <usize>inner << 2;
  let x = args.x + <usize>first * <usize>length * bytes, out = args.out + <usize>first * bytes;
  for (let i = first; i < end; i++, x += <usize>length * bytes, out += bytes) {
    for (let row = 0; row < length; row += CHUNK) {
      addRows(kind, out, x + <usize>row * bytes, bytes, inner, min(CHUNK, length - row), row > 0);
    }
    if (divisor !== 1) divide(out, inner, divisor);
  }
}

/** Reduces some whole matrices, of kinds without vectors. */
function scalarTask(address: usize, task: i32): void {
  const args = changetype<OuterArgs>(address);
  if (args.kind === PRODUCT) scalarMatrices<Product>(args, task);
  else if (args.kind === COUNT) scalarMatrices<Count>(args, task);
  else if (args.kind === ANY) scalarMatrices<Any>(args, task);
  else scalarMatrices<All>(args, task);
}

function scalarMatrices<Kind>(args: OuterArgs, task: i32): void {
  const kind = changetype<Kind>(0), length = args.length, inner = args.inner;
  const first = task * args.each, end = min(args.outer, first + args.each);
  for (let i = first; i < end; i++) {
    const x = args.x + (<usize>i * <usize>length * <usize>inner << kind.shift);
    const out = args.out + (<usize>i * <usize>inner << kind.outShift);
    for (let column = 0; column < inner; column++) {
      const value = scalarRun<Kind>(x + (<usize>column << kind.shift), length, inner);
      kind.write(out + (<usize>column << kind.outShift), value);
    }
  }
}

/** Reduces one large matrix on all threads. */
function reduceSplit(kind: i32, x: usize, out: usize, length: i32, inner: i32, scratch: usize): void {
  const args = changetype<SplitArgs>(changetype<usize>(splitColumns(length, inner)));
  const stride = args.stride, bytes = <usize>inner << 2;
  args.kind = kind;
  args.x = x;
  args.partials = scratch;
  parallelFor(splitTask.index, changetype<usize>(args), args.tasks);
  for (let block = 1; block < args.blocks; block++) {
    addRows(kind, scratch, scratch + <usize>block * stride, stride, args.width, 1, true);
  }
  for (let copy = 0; args.rows > 0 && copy < args.copies; copy++) {
    addRows(kind, out, scratch + <usize>copy * bytes, bytes, inner, 1, copy > 0);
  }
  const left = x + <usize>args.rows * stride;
  for (let row = 0; row < args.left; row++) {
    addRows(kind, out, left + <usize>row * bytes, bytes, inner, 1, row > 0 || args.rows > 0);
  }
}

/** One tile of one block. */
function splitTask(address: usize, task: i32): void {
  const args = changetype<SplitArgs>(address);
  const kind = args.kind, stride = args.stride, columns = args.columns(task);
  const column = <usize>args.firstColumn(task) << 2, end = args.endRow(task);
  const partial = args.partials + <usize>(task / args.tiles) * stride + column;
  const first = args.firstRow(task);
  for (let row = first; row < end; row += CHUNK) {
    const x = args.x + <usize>row * stride + column;
    addRows(kind, partial, x, stride, columns, min(CHUNK, end - row), row > first);
  }
}

/** Joins `rows` > 0 rows, and with `more` what is at `into`, there. */
function addRows(
  kind: i32,
  into: usize,
  x: usize,
  stride: usize,
  columns: i32,
  rows: i32,
  more: bool,
): void {
  if (kind === SUM_FLOATS) addRowsOf<SumFloats>(into, x, stride, columns, rows, more);
  else if (kind === MAX_FLOATS) addRowsOf<MaxFloats>(into, x, stride, columns, rows, more);
  else if (kind === MIN_FLOATS) addRowsOf<MinFloats>(into, x, stride, columns, rows, more);
  else if (kind === SUM_INTEGERS) addRowsOf<SumIntegers>(into, x, stride, columns, rows, more);
  else if (kind === MAX_INTEGERS) addRowsOf<MaxIntegers>(into, x, stride, columns, rows, more);
  else addRowsOf<MinIntegers>(into, x, stride, columns, rows, more);
}

function addRowsOf<Kind>(
  into: usize,
  x: usize,
  stride: usize,
  columns: i32,
  rows: i32,
  more: bool,
): void {
  const kind = changetype<Kind>(0);
  const end = into + (<usize>columns << 2), strips = into + (<usize>(columns & -STRIP) << 2);
  const last = <usize>(rows - 1) * stride;
  for (; into < strips; into += 64, x += 64) {
    let a = v128.load(x), b = v128.load(x, 16), c = v128.load(x, 32), d = v128.load(x, 48);
    for (let row = x + stride, stop = x + last; row <= stop; row += stride) {
      a = kind.join(a, v128.load(row));
      b = kind.join(b, v128.load(row, 16));
      c = kind.join(c, v128.load(row, 32));
      d = kind.join(d, v128.load(row, 48));
    }
    if (more) {
      a = kind.join(a, v128.load(into));
      b = kind.join(b, v128.load(into, 16));
      c = kind.join(c, v128.load(into, 32));
      d = kind.join(d, v128.load(into, 48));
    }
    v128.store(into, a);
    v128.store(into, b, 16);
    v128.store(into, c, 32);
    v128.store(into, d, 48);
  }
  for (const vectors = into + (<usize>(columns & 12) << 2); into < vectors; into += 16, x += 16) {
    let a = v128.load(x);
    for (let row = x + stride, stop = x + last; row <= stop; row += stride) {
      a = kind.join(a, v128.load(row));
    }
    v128.store(into, more ? kind.join(a, v128.load(into)) : a);
  }
  for (; into < end; into += 4, x += 4) {
    let a = v128.load32_zero(x);
    for (let row = x + stride, stop = x + last; row <= stop; row += stride) {
      a = kind.join(a, v128.load32_zero(row));
    }
    v128.store32_lane(into, more ? kind.join(a, v128.load32_zero(into)) : a, 0);
  }
}

/** Divides floats. */
function divide(x: usize, count: i32, divisor: f32): void {
  for (const end = x + (<usize>count << 2); x < end; x += 4) store<f32>(x, load<f32>(x) / divisor);
}
