/** Rows picked by indices, and rows added up by segment. */
import { addFloats, copyBytes } from "./bytes";
import { ARGUMENTS, parallelFor } from "./pool";

/** A task moves at least so many bytes. */
const TASK_BYTES: i32 = 1 << 17;

/** The first of `count` indices that is not within 0 … extent − 1; −1 where all are. */
export function indexOutside(indices: usize, count: i32, extent: i32): i32 {
  const limit = i32x4.splat(extent);
  let i = 0;
  for (; i <= count - 4; i += 4) {
    const four = v128.load(indices + (<usize>i << 2));
    if (!i32x4.all_true(i32x4.lt_u(four, limit))) break;
  }
  for (; i < count; i++) if (load<u32>(indices + (<usize>i << 2)) >= <u32>extent) return i;
  return -1;
}

@unmanaged
class Gather {
  source: usize;
  indices: usize;
  target: usize;
  outer: i32; // slabs of the source that one batch member has
  extent: i32; // rows of a slab
  count: i32; // indices of a batch member
  bytes: i32; // of a row
  rows: i32;
  perTask: i32;
}

/**
 * [batch, outer, extent, row] and indices [batch, count] to [batch, outer, count, row]. Rows are of
 * `bytes` bytes; indices must be within the extent.
 */
export function gatherRows(
  source: usize,
  indices: usize,
  target: usize,
  batch: i32,
  outer: i32,
  extent: i32,
  count: i32,
  bytes: i32,
): void {
  const gather = changetype<Gather>(ARGUMENTS);
  const rows = batch * outer * count;
  if (rows === 0 || bytes === 0) return;
  gather.source = source;
  gather.indices = indices;
  gather.target = target;
  gather.outer = outer;
  gather.extent = extent;
  gather.count = count;
  gather.bytes = bytes;
  gather.rows = rows;
  gather.perTask = max(1, TASK_BYTES / bytes);
  parallelFor(gatherTask.index, ARGUMENTS, (rows + gather.perTask - 1) / gather.perTask);
}

function gatherTask(args: usize, index: i32): void {
  const gather = changetype<Gather>(args);
  const count = gather.count, bytes = gather.bytes;
  let left = min(gather.perTask, gather.rows - index * gather.perTask);
  let slab = index * gather.perTask / count;
  let at = index * gather.perTask % count;
  let target = gather.target + <usize>(index * gather.perTask) * bytes;
  while (left > 0) {
    const run = min(left, count - at);
    const source = gather.source + <usize>slab * gather.extent * bytes;
    const indices = gather.indices + (<usize>(slab / gather.outer * count + at) << 2);
    gatherRun(source, indices, target, run, bytes);
    target += <usize>run * bytes;
    left -= run;
    at = 0;
    slab++;
  }
}

function gatherRun(source: usize, indices: usize, target: usize, count: i32, bytes: i32): void {
  for (let i = 0; i < count; i++) {
    copyBytes(target, source + <usize>load<i32>(indices) * bytes, bytes);
    indices += 4;
    target += bytes;
  }
}

@unmanaged
class Segments {
  source: usize;
  ids: usize;
  target: usize;
  rows: i32;
  width: i32; // floats of a row
  segments: i32;
  perTask: i32; // columns, or rows
  parts: usize; // sums of all parts but the first
}

/** Rows of at least so many floats are split by columns, others by rows, among tasks. */
const WIDE: i32 = 32;
/** Floats read and written that are worth another task. */
const TASK_FLOATS: i32 = 1 << 15;
const PARTS: i32 = 4;

/** How many copies of the sums besides the result `segmentSum` needs memory for. */
export function segmentParts(rows: i32, width: i32, segments: i32): i32 {
  const few = rows < 2 * segments || <i64>rows * width < TASK_FLOATS;
  return width >= WIDE || few ? 0 : PARTS - 1;
}

/**
 * target[ids[r]] += source[r], from zero; rows of other ids are left out. `parts` is memory for as many
 * more copies of the target as `segmentParts` says.
 */
export function segmentSum(
  source: usize,
  ids: usize,
  target: usize,
  rows: i32,
  width: i32,
  segments: i32,
  parts: usize,
): void {
  if (segments === 0 || width === 0) return;
  const sum = changetype<Segments>(ARGUMENTS);
  sum.source = source;
  sum.ids = ids;
  sum.target = target;
  sum.rows = rows;
  sum.width = width;
  sum.segments = segments;
  sum.parts = parts;
  const copies = segmentParts(rows, width, segments);
  if (copies > 0) {
    sum.perTask = (rows + copies) / (copies + 1);
    parallelFor(rowsOfSegments.index, ARGUMENTS, copies + 1);
    const floats = segments * width;
    for (let i = 0; i < copies; i++) addFloats(target, parts + (<usize>(i * floats) << 2), floats);
    return;
  }
  const tasks = min(width / WIDE, <i32>((<i64>(rows + segments) * width) / TASK_FLOATS));
  sum.perTask = (width / max(1, tasks) + 15) & -16; // whole cache lines
  parallelFor(columnsOfSegments.index, ARGUMENTS, (width + sum.perTask - 1) / sum.perTask);
}

/** Adds a run of rows up in the result, or in a copy of it. */
function rowsOfSegments(args: usize, index: i32): void {
  const sum = changetype<Segments>(args);
  const bytes = <usize>sum.width << 2;
  const copy = sum.segments * bytes;
  const target = index === 0 ? sum.target : sum.parts + (index - 1) * copy;
  memory.fill(target, 0, copy);
  const first = index * sum.perTask;
  const count = min(sum.perTask, sum.rows - first);
  addRows(sum.source + first * bytes, sum.ids + (<usize>first << 2), target, count, sum.segments, bytes, sum.width);
}

/** Adds up some columns of every row. */
function columnsOfSegments(args: usize, index: i32): void {
  const sum = changetype<Segments>(args);
  const bytes = <usize>sum.width << 2;
  const first = index * sum.perTask;
  const columns = min(sum.perTask, sum.width - first);
  const target = sum.target + (<usize>first << 2);
  if (columns === sum.width) memory.fill(target, 0, sum.segments * bytes);
  else for (let i = 0; i < sum.segments; i++) memory.fill(target + i * bytes, 0, columns << 2);
  addRows(sum.source + (<usize>first << 2), sum.ids, target, sum.rows, sum.segments, bytes, columns);
}

function addRows(
  source: usize,
  ids: usize,
  target: usize,
  rows: i32,
  segments: i32,
  bytes: usize,
  columns: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const id = load<u32>(ids + (<usize>r << 2));
    if (id < <u32>segments) addFloats(target + id * bytes, source, columns);
    source += bytes;
  }
}
