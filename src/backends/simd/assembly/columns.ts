/**
 * How a matrix [rows, channels] is laid out for work on its columns, and how it is split into tasks.
 *
 * Few channels fill no vectors. So `copies` rows are taken as one row of `width` = copies·channels
 * columns, a multiple of 16; what is found of the copies of a channel is joined in the end, along with
 * the `left` last rows that fill no such row. Everything here follows from the shape alone.
 */
import { ARGUMENTS } from "./pool";

/** Columns that inner loops take at a time. */
export const STRIP: i32 = 16;
/** Width below which rows are joined. */
const MIN_WIDTH: i32 = 64;
/** Columns of a task at most: its sums fit the first-level cache. */
export const TILE: i32 = 2048;
/** Elements that are worth a task. */
const TASK_ELEMENTS: i32 = 1 << 15;
const MAX_BLOCKS: i32 = 64;

/** The split of a matrix. First part of the arguments of every task on columns. */
@unmanaged
export class Columns {
  channels: i32;
  copies: i32;
  width: i32;
  /** Rows of `width`. */
  rows: i32;
  /** Rows of `channels` behind them. */
  left: i32;
  /** Blocks of rows, all of `blockRows` but the last. */
  blocks: i32;
  blockRows: i32;
  /** Tiles of columns, all of `TILE` but the last. */
  tiles: i32;

  // @ts-ignore: decorator of AssemblyScript
  @inline
  get tasks(): i32 {
    return this.blocks * this.tiles;
  }

  /** Bytes of one wide row. */
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get stride(): usize {
    return <usize>this.width << 2;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  firstRow(task: i32): i32 {
    return task / this.tiles * this.blockRows;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  endRow(task: i32): i32 {
    return min(this.rows, this.firstRow(task) + this.blockRows);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  firstColumn(task: i32): i32 {
    return task % this.tiles * TILE;
  }

  /** Columns of a task. */
  // @ts-ignore: decorator of AssemblyScript
  @inline
  columns(task: i32): i32 {
    return min(TILE, this.width - this.firstColumn(task));
  }

  /** Rows of a block. */
  // @ts-ignore: decorator of AssemblyScript
  @inline
  rowsOf(block: i32): i32 {
    return min(this.rows - block * this.blockRows, this.blockRows);
  }
}

/** Rows that are taken as one, so that they are a multiple of `STRIP` wide. */
function copiesOf(channels: i32): i32 {
  let copies = STRIP;
  for (let rest = channels; copies > 1 && (rest & 1) === 0; rest >>= 1) copies >>= 1;
  while (copies * channels < MIN_WIDTH) copies <<= 1;
  return copies;
}

/** Splits [rows, channels], channels > 0. The result is valid until the next kernel runs. */
export function splitColumns(rows: i32, channels: i32): Columns {
  const split = changetype<Columns>(ARGUMENTS);
  const copies = copiesOf(channels);
  split.channels = channels;
  split.copies = copies;
  split.width = copies * channels;
  split.rows = rows / copies;
  split.left = rows % copies;
  split.tiles = (split.width + TILE - 1) / TILE;
  const worth = split.rows * min(split.width, TILE) / TASK_ELEMENTS;
  split.blockRows = split.rows / max(1, min(MAX_BLOCKS, worth)) + 3 & ~3;
  split.blocks = split.blockRows === 0 ? 0 : (split.rows + split.blockRows - 1) / split.blockRows;
  return split;
}

/** Bytes of `vectors` wide rows beside `matrices` of one wide row a block. */
export function columnsScratch(rows: i32, channels: i32, vectors: i32, matrices: i32): usize {
  const split = splitColumns(rows, channels);
  return split.stride * <usize>(vectors + matrices * split.blocks);
}

/** Repeats a vector of a number a channel to the width of a wide row. */
export function widen(from: usize, to: usize, channels: i32, copies: i32): void {
  const bytes = <usize>channels << 2;
  for (let copy = 0; copy < copies; copy++) {
    memory.copy(to, from, bytes);
    to += bytes;
  }
}

/** Adds a vector to another. */
export function addRow(into: usize, row: usize, width: i32): void {
  const end = into + (<usize>width << 2);
  const whole = into + (<usize>(width & ~3) << 2);
  for (; into < whole; into += 16, row += 16) {
    v128.store(into, f32x4.add(v128.load(into), v128.load(row)));
  }
  for (; into < end; into += 4, row += 4) store<f32>(into, load<f32>(into) + load<f32>(row));
}
