/** What the recurrent kernels share: their arguments, and how batches are split and working memory laid out. */
import { ARGUMENTS } from "../pool";
import { copyBytes } from "../bytes";

/**
 * Addresses of tensors and panels, and the sizes. A block of `rows` rows of the batch walks through all
 * steps on its own; a task has `blocks` of them, one after the other.
 */
@unmanaged
export class Sequence {
  x: usize;
  kernel: usize;
  recurrent: usize;
  bias: usize;
  h: usize;
  c: usize;
  gates: usize;
  dh: usize;
  dx: usize;
  dkernel: usize;
  drecurrent: usize;
  dbias: usize;
  batch: i32;
  steps: i32;
  depth: i32; // D
  units: i32; // U
  reverse: i32;
  resetAfter: i32;
  rows: i32;
  blocks: i32;
  tasks: i32;
  panels: usize;
  /** Working memory of the first task; that of the others follows. */
  work: usize;
  workBytes: i32;

  /** Address of a step's values, `width` of them, of a row of the batch. */
  // @ts-ignore: decorator
  @inline
  at(tensor: usize, row: i32, t: i32, width: i32): usize {
    return tensor + (<usize> ((row * this.steps + t) * width) << 2);
  }

  /** Where in time the `s`-th step of the walk is. */
  // @ts-ignore: decorator
  @inline
  place(s: i32): i32 {
    return this.reverse !== 0 ? this.steps - 1 - s : s;
  }
}

/** The most tasks: each sums gradients of its own. More threads than that are not made use of. */
const MOST_TASKS: i32 = 16;
/** Bytes of rows that are kept until their outer products are summed: some of an L2 cache. */
const KEPT_BYTES: i32 = 1 << 18;
/** Steps beyond which keeping more of them is no use. */
const KEPT_STEPS: i32 = 16;

// @ts-ignore: decorator
@inline
export function roundUp(count: i32, multiple: i32): i32 {
  return (count + multiple - 1) / multiple * multiple;
}

/** Bytes of a row of `count` values: an odd number of cache lines, so that equal columns spread over the cache. */
// @ts-ignore: decorator
@inline
export function rowBytes(count: i32): i32 {
  return (((count + 15) >> 4) | 1) << 6;
}

/** Rows of a block: fewer in small batches, so that there are several. */
// @ts-ignore: decorator
@inline
function blockRows(batch: i32): i32 {
  return batch <= 16 ? 4 : 8;
}

/** Steps that are kept until their outer products are summed. */
export function keptSteps(batch: i32, steps: i32, bytes: i32): i32 {
  return max(1, min(min(steps, KEPT_STEPS), KEPT_BYTES / (blockRows(batch) * bytes)));
}

/** Tasks that a batch is split into: by its size alone, so that sums are the same for all numbers of threads. */
export function countTasks(batch: i32): i32 {
  const rows = blockRows(batch);
  const blocks = (batch + rows - 1) / rows;
  const each = (blocks + MOST_TASKS - 1) / MOST_TASKS;
  return blocks === 0 ? 0 : (blocks + each - 1) / each;
}

/** Lays out arguments that all kernels have. */
export function describe(
  x: usize, kernel: usize, recurrent: usize, h: usize, gates: usize,
  batch: i32, steps: i32, depth: i32, units: i32, reverse: i32,
): Sequence {
  const sequence = changetype<Sequence>(ARGUMENTS);
  sequence.x = x;
  sequence.kernel = kernel;
  sequence.recurrent = recurrent;
  sequence.h = h;
  sequence.gates = gates;
  sequence.batch = batch;
  sequence.steps = steps;
  sequence.depth = depth;
  sequence.units = units;
  sequence.reverse = reverse;
  const rows = blockRows(batch), tasks = countTasks(batch);
  const blocks = (batch + rows - 1) / rows;
  sequence.rows = rows;
  sequence.tasks = tasks;
  sequence.blocks = tasks === 0 ? 0 : (blocks + tasks - 1) / tasks;
  return sequence;
}

/** [x | 1 | h₋₁] of one row at the `s`-th step, as the forward pass had it. */
export function restoreInput(args: Sequence, row: i32, s: i32, to: usize): void {
  const depth = args.depth, units = args.units;
  copyBytes(to, args.at(args.x, row, args.place(s), depth), depth << 2);
  to += <usize> depth << 2;
  store<f32>(to, 1);
  if (s === 0) memory.fill(to + 4, 0, <usize> units << 2);
  else copyBytes(to + 4, args.at(args.h, row, args.place(s - 1), units), units << 2);
}
