/**
 * Passes over two arrays: y = f(a, b). y lies as rows of columns, the rows in three nested loops. Where an
 * operand is broadcast along a loop, its stride there is 0.
 */
import { Mode, row } from "./binary_rows";
import { BinaryOp } from "./op_codes";
import { ARGUMENTS, parallelFor, threadScratch } from "./pool";
import { CHUNK, SPLIT } from "./unary";

/** A vector that is added to many short rows is repeated to this many elements. */
const LONG_ROW: i32 = 512;

@unmanaged
class BinaryArgs {
  op: i32;
  mode: i32;
  p: f32;
  a: usize;
  b: usize;
  y: usize;
  rows: i32;
  rows1: i32;
  rows2: i32;
  columns: i32;
  /** Elements from one row to the next, along each loop. */
  a0: i32;
  a1: i32;
  a2: i32;
  b0: i32;
  b1: i32;
  b2: i32;
  rowsPerTask: i32;
  tasksPerRow: i32;
}

/** One row: two arrays of one shape, or an array and a number. `p` is the op's setting. */
export function binary(op: i32, mode: i32, a: usize, b: usize, y: usize, n: i32, p: f32): void {
  if (n < SPLIT) row(op, mode, a, b, y, n, p);
  else rows(op, mode, a, b, y, 1, 1, 1, n, 0, 0, 0, 0, 0, 0, p);
}

/** Rows of any broadcast; strides are counted in elements. */
export function binaryRows(
  op: i32, mode: i32, a: usize, b: usize, y: usize,
  rows0: i32, rows1: i32, rows2: i32, columns: i32,
  a0: i32, a1: i32, a2: i32, b0: i32, b1: i32, b2: i32,
): void {
  if (rows0 * rows1 * rows2 * columns === 0) return;
  const short = mode === Mode.BothMove && columns < LONG_ROW / 2 && rows2 > 1 && (a2 === 0 || b2 === 0);
  if (!short) return rows(op, mode, a, b, y, rows0, rows1, rows2, columns, a0, a1, a2, b0, b1, b2, 0);
  const shift = inputShift(op), step = (<usize>(rows2 * columns)) << outputShift(op);
  for (let i0 = 0; i0 < rows0; i0++) {
    for (let i1 = 0; i1 < rows1; i1++, y += step) {
      const first = a + ((<usize>(i0 * a0 + i1 * a1)) << shift), second = b + ((<usize>(i0 * b0 + i1 * b1)) << shift);
      shortRows(op, first, second, y, rows2, columns, a2 === 0);
    }
  }
}

/** Rows too short for a loop of their own, of which one operand is the same in all. */
function shortRows(op: i32, a: usize, b: usize, y: usize, count: i32, columns: i32, aStays: bool): void {
  const shift = inputShift(op);
  const repeats = min(LONG_ROW / columns, count);
  const vector = repeated(aStays ? a : b, columns << shift, repeats);
  const long = columns * repeats, whole = count / repeats;
  const first = aStays ? vector : a, second = aStays ? b : vector;
  rows(op, Mode.BothMove, first, second, y, 1, 1, whole, long, 0, 0, aStays ? 0 : long, 0, 0, aStays ? long : 0, 0);
  const done = whole * long, rest = (count - whole * repeats) * columns;
  const moved = (<usize>done) << shift;
  row(op, Mode.BothMove, aStays ? vector : a + moved, aStays ? b + moved : vector, y + ((<usize>done) << outputShift(op)), rest, 0);
}

/** Copies of an array, one behind the other, in this thread's scratch memory. */
function repeated(source: usize, bytes: i32, times: i32): usize {
  const target = threadScratch();
  for (let i = 0; i < times; i++) memory.copy(target + i * bytes, source, bytes);
  return target;
}

function rows(
  op: i32, mode: i32, a: usize, b: usize, y: usize,
  rows0: i32, rows1: i32, rows2: i32, columns: i32,
  a0: i32, a1: i32, a2: i32, b0: i32, b1: i32, b2: i32, p: f32,
): void {
  const args = changetype<BinaryArgs>(ARGUMENTS);
  args.op = op;
  args.mode = mode;
  args.p = p;
  args.a = a;
  args.b = b;
  args.y = y;
  args.rows = rows0 * rows1 * rows2;
  args.rows1 = rows1;
  args.rows2 = rows2;
  args.columns = columns;
  args.a0 = a0;
  args.a1 = a1;
  args.a2 = a2;
  args.b0 = b0;
  args.b1 = b1;
  args.b2 = b2;
  const small = args.rows * columns < SPLIT;
  args.tasksPerRow = small ? 1 : (columns + CHUNK - 1) / CHUNK;
  args.rowsPerTask = small ? args.rows : max(1, CHUNK / max(1, columns));
  const groups = (args.rows + args.rowsPerTask - 1) / args.rowsPerTask;
  parallelFor(binaryTask.index, ARGUMENTS, groups * args.tasksPerRow);
}

/** Several short rows, or a part of a long one. */
function binaryTask(address: usize, index: i32): void {
  const args = changetype<BinaryArgs>(address);
  const perRow = args.tasksPerRow;
  const start = (index % perRow) * CHUNK;
  const n = (perRow === 1 ? args.columns : min(start + CHUNK, args.columns)) - start;
  const first = (index / perRow) * args.rowsPerTask;
  const last = min(first + args.rowsPerTask, args.rows);
  const op = args.op, mode = args.mode, p = args.p, shift = inputShift(op);
  const a = args.a + ((<usize>(mode === Mode.AStays ? 0 : start)) << shift);
  const b = args.b + ((<usize>(mode === Mode.BStays ? 0 : start)) << shift);
  let y = args.y + ((<usize>(first * args.columns + start)) << outputShift(op));
  const step = (<usize>args.columns) << outputShift(op);
  let i2 = first % args.rows2, i1 = (first / args.rows2) % args.rows1, i0 = first / args.rows2 / args.rows1;
  for (let r = first; r < last; r++, y += step) {
    const atA = i0 * args.a0 + i1 * args.a1 + i2 * args.a2, atB = i0 * args.b0 + i1 * args.b1 + i2 * args.b2;
    row(op, mode, a + ((<usize>atA) << shift), b + ((<usize>atB) << shift), y, n, p);
    if (++i2 < args.rows2) continue;
    i2 = 0;
    if (++i1 < args.rows1) continue;
    i1 = 0;
    i0++;
  }
}

/** log₂ of the bytes of an operand's element. */
// @ts-ignore: decorator
@inline
function inputShift(op: i32): i32 {
  return op >= BinaryOp.BoolEqual ? 0 : 2;
}

// @ts-ignore: decorator
@inline
function outputShift(op: i32): i32 {
  return op >= BinaryOp.Equal ? 0 : 2;
}
