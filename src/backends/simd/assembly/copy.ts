/**
 * Strided copies: what transposing, slicing, joining, tiling, reversing and padding come down to.
 *
 * A copy runs over up to 16 axes, outermost first, in the target's order. Each axis has an extent and
 * two steps in bytes: the source's is 0 where it repeats, negative where it runs backwards. The kernel
 * says `copyAxis` for each and then `copyRun`. Axes that are one axis in both places are merged; what
 * the innermost ones look like decides how rows are copied.
 */
import { copyBytes, fillWords } from "./bytes";
import { ARGUMENTS, parallelFor, threadScratch } from "./pool";
import { transposeTile } from "./transpose";

/** How a row, the innermost axis, is copied. */
const RUNS = 0, REPEATS = 1, WORDS = 2, BYTES = 3, TILES = 4;

/** A task copies at least so many bytes, some ten microseconds' worth. */
const TASK_BYTES: i32 = 1 << 17;
/** Tiles that a transpose goes by: at most so many columns of the source, and 64 KiB in all. */
const TILE_COLUMNS: i32 = 256, TILE_WORDS: i32 = 1 << 14;

@unmanaged
class Axis {
  extent: i32;
  source: i32;
  target: i32;
  padding: i32;
}
const AXIS_BYTES: usize = 16;

/** Where the number lies that a fill repeats. */
const CONSTANT: usize = ARGUMENTS + 1024;

@unmanaged
class Copy {
  source: usize;
  target: usize;
  width: i32; // bytes of an element
  axes: i32;
  kind: i32;
  column: i32; // of TILES: the axis that is innermost in the source
  pieces: i32; // pieces of a row; or tiles of a matrix
  piece: i32; // elements of a piece; or rows of a tile
  perTask: i32; // rows or matrices of a task, where they are in one piece
  rows: i32; // how many rows, or matrices, there are in all
}

// @ts-ignore: decorator of AssemblyScript
@inline
function axisAt(index: i32): Axis {
  return changetype<Axis>(ARGUMENTS + 64 + <usize>index * AXIS_BYTES);
}

/** Axes of the coming copy so far, and whether one of them has no extent. */
let axes: i32 = 0;
let empty: bool = false;

/** Adds the next axis of the coming copy. */
export function copyAxis(extent: i32, source: i32, target: i32): void {
  if (extent === 0) empty = true;
  if (extent <= 1) return;
  if (axes > 0) {
    const outer = axisAt(axes - 1);
    if (outer.source === extent * source && outer.target === extent * target) {
      outer.extent *= extent;
      outer.source = source;
      outer.target = target;
      return;
    }
  }
  setAxis(axes++, extent, source, target);
}

function setAxis(index: i32, extent: i32, source: i32, target: i32): void {
  const axis = axisAt(index);
  axis.extent = extent;
  axis.source = source;
  axis.target = target;
}

/** Copies elements of `width` bytes, 1 or 4, over the axes that were given, and forgets these. */
export function copyRun(source: usize, target: usize, width: i32): void {
  if (!empty) {
    if (axes === 0) setAxis(axes++, 1, width, width);
    const copy = changetype<Copy>(ARGUMENTS);
    copy.axes = axes;
    copy.source = source;
    copy.target = target;
    copy.width = width;
    chooseKind(copy);
    if (copy.kind === TILES) runTiles(copy);
    else runRows(copy);
  }
  axes = 0;
  empty = false;
}

/** Writes a number to all that the axes run over, whose source steps must be 0, and forgets them. */
export function fillFloats(value: f32, target: usize): void {
  store<f32>(CONSTANT, value);
  copyRun(CONSTANT, target, 4);
}

/** Likewise, integers of `width` bytes. */
export function fillIntegers(value: i32, target: usize, width: i32): void {
  store<i32>(CONSTANT, value);
  copyRun(CONSTANT, target, width);
}

function chooseKind(copy: Copy): void {
  const last = axisAt(copy.axes - 1);
  const width = copy.width;
  copy.kind = width === 4 ? WORDS : BYTES;
  if (last.target !== width) return;
  if (last.source === width) copy.kind = RUNS;
  else if (last.source === 0) copy.kind = REPEATS;
  else if (width === 4) {
    for (let i = copy.axes - 2; i >= 0; i--) {
      if (axisAt(i).source === width) {
        copy.kind = TILES;
        copy.column = i;
      }
    }
  }
}

/** Rows: every axis but the last counts them. Long rows are cut where there are few. */
function runRows(copy: Copy): void {
  const last = axisAt(copy.axes - 1);
  let rows = 1;
  for (let i = 0; i < copy.axes - 1; i++) rows *= axisAt(i).extent;
  const rowBytes = <i64>last.extent * copy.width;
  const tasks = <i32>max(1, rowBytes * rows / TASK_BYTES);
  copy.pieces = 1;
  copy.piece = last.extent;
  copy.perTask = (rows + tasks - 1) / tasks;
  copy.rows = rows;
  if (tasks > rows) {
    copy.piece = TASK_BYTES / copy.width;
    copy.pieces = (last.extent + copy.piece - 1) / copy.piece;
    copy.perTask = 1;
  }
  const count = (rows + copy.perTask - 1) / copy.perTask * copy.pieces;
  parallelFor(rowsTask.index, ARGUMENTS, count);
}

function rowsTask(args: usize, index: i32): void {
  const copy = changetype<Copy>(args);
  const pieces = copy.pieces;
  const last = axisAt(copy.axes - 1);
  const start = index % pieces * copy.piece;
  const extent = min(copy.piece, last.extent - start);
  const first = index / pieces * copy.perTask;
  let left = min(copy.perTask, copy.rows - first);
  let source = copy.source + start * last.source;
  let target = copy.target + start * last.target;

  // The rows of the last axis but one are taken in one go; coordinates of the others count them.
  const counted = copy.axes - 2;
  if (counted < 0) return copyRows(copy, source, target, 1, 0, 0, extent);
  const coordinates = threadScratch();
  const row = axisAt(counted);
  let rest = first / row.extent;
  let at = first % row.extent;
  for (let i = counted - 1; i >= 0; i--) {
    const axis = axisAt(i);
    const coordinate = rest % axis.extent;
    rest /= axis.extent;
    store<i32>(coordinates + (<usize>i << 2), coordinate);
    source += coordinate * axis.source;
    target += coordinate * axis.target;
  }
  while (true) {
    const count = min(left, row.extent - at);
    copyRows(copy, source + at * row.source, target + at * row.target, count, row.source, row.target, extent);
    left -= count;
    if (left === 0) return;
    at = 0;
    for (let i = counted - 1; i >= 0; i--) {
      const axis = axisAt(i);
      const next = load<i32>(coordinates + (<usize>i << 2)) + 1;
      source += axis.source;
      target += axis.target;
      store<i32>(coordinates + (<usize>i << 2), next);
      if (next < axis.extent) break;
      store<i32>(coordinates + (<usize>i << 2), 0);
      source -= axis.extent * axis.source;
      target -= axis.extent * axis.target;
    }
  }
}

/** `count` rows of `extent` elements. */
function copyRows(
  copy: Copy,
  source: usize,
  target: usize,
  count: i32,
  sourceStep: i32,
  targetStep: i32,
  extent: i32,
): void {
  const kind = copy.kind;
  const last = axisAt(copy.axes - 1);
  const from = last.source, to = last.target;
  for (let row = 0; row < count; row++) {
    if (kind === RUNS) copyBytes(target, source, extent * copy.width);
    else if (kind === REPEATS) repeat(target, source, extent, copy.width);
    else if (kind === WORDS) copyWords(source, target, extent, from, to);
    else copyEach(source, target, extent, from, to);
    source += sourceStep;
    target += targetStep;
  }
}

function repeat(target: usize, source: usize, extent: i32, width: i32): void {
  if (width === 4) fillWords(target, load<u32>(source), extent);
  else memory.fill(target, load<u8>(source), extent);
}

function copyWords(source: usize, target: usize, extent: i32, from: i32, to: i32): void {
  for (let i = 0; i < extent; i++) {
    store<u32>(target, load<u32>(source));
    source += from;
    target += to;
  }
}

function copyEach(source: usize, target: usize, extent: i32, from: i32, to: i32): void {
  for (let i = 0; i < extent; i++) {
    store<u8>(target, load<u8>(source));
    source += from;
    target += to;
  }
}

/** Matrices of words whose columns become rows; every axis but two counts them. */
function runTiles(copy: Copy): void {
  const row = axisAt(copy.axes - 1), column = axisAt(copy.column);
  let matrices = 1;
  for (let i = 0; i < copy.axes - 1; i++) if (i !== copy.column) matrices *= axisAt(i).extent;
  const columns = min(TILE_COLUMNS, column.extent);
  copy.piece = TILE_WORDS / columns & -16;
  const across = (row.extent + copy.piece - 1) / copy.piece;
  copy.pieces = (column.extent + TILE_COLUMNS - 1) / TILE_COLUMNS * across;
  copy.perTask = max(1, TASK_BYTES / 4 / (min(row.extent, copy.piece) * columns));
  copy.rows = matrices * copy.pieces;
  parallelFor(tilesTask.index, ARGUMENTS, (copy.rows + copy.perTask - 1) / copy.perTask);
}

function tilesTask(args: usize, index: i32): void {
  const copy = changetype<Copy>(args);
  const row = axisAt(copy.axes - 1), column = axisAt(copy.column);
  const across = (row.extent + copy.piece - 1) / copy.piece;
  const end = min((index + 1) * copy.perTask, copy.rows);
  for (let tile = index * copy.perTask; tile < end; tile++) {
    let rest = tile / copy.pieces;
    const within = tile % copy.pieces;
    const r = within % across * copy.piece, c = within / across * TILE_COLUMNS;
    let source = copy.source + r * row.source + c * 4;
    let target = copy.target + r * 4 + c * column.target;
    for (let i = copy.axes - 2; i >= 0; i--) {
      if (i === copy.column) continue;
      const axis = axisAt(i);
      const coordinate = rest % axis.extent;
      rest /= axis.extent;
      source += coordinate * axis.source;
      target += coordinate * axis.target;
    }
    const rows = min(copy.piece, row.extent - r), columns = min(TILE_COLUMNS, column.extent - c);
    transposeTile(source, target, rows, columns, row.source, column.target);
  }
}
