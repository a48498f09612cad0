/**
 * GRU over whole sequences, forward. A row that weights are multiplied with is [r∘h₋₁ | x | 1 | h₋₁], without
 * its first part where the reset gate acts after the recurrent product. Its products are columns of
 *
 *     candidate   of [r∘h₋₁ | x | 1], or of [x | 1]
 *     z and r     of [x | 1 | h₋₁]
 *     state       of [1 | h₋₁], where the reset gate acts after
 *
 * so that each is a product with consecutive values. z and r are padded to whole vectors, the others to
 * whole panels.
 */
import { copyBytes } from "../bytes";
import { madd } from "../fma";
import { parallelFor } from "../pool";
import { sigmoid, storePart, tanh } from "./math";
import { multiply, packBlock, packSum, panelBytes } from "./panels";
import { countTasks, describe, roundUp, rowBytes, Sequence } from "./sequence";

/** Where x begins in a row. */
// @ts-ignore: decorator
@inline
export function lead(units: i32, after: i32): i32 {
  return after !== 0 ? 0 : roundUp(units, 4);
}

/** Values that the candidate is a product of. */
// @ts-ignore: decorator
@inline
export function candidateRows(depth: i32, units: i32, after: i32): i32 {
  return lead(units, after) + depth + 1;
}

/** Values that z and r are products of. */
// @ts-ignore: decorator
@inline
export function gateRows(depth: i32, units: i32): i32 {
  return depth + 1 + units;
}

/** Bytes of a row: vectors may begin at its last value. */
// @ts-ignore: decorator
@inline
export function inputBytes(depth: i32, units: i32, after: i32): i32 {
  return rowBytes(lead(units, after) + gateRows(depth, units) + 3);
}

/** Columns of all products. */
// @ts-ignore: decorator
@inline
export function columns(units: i32, after: i32): i32 {
  return (after !== 0 ? 2 : 1) * roundUp(units, 8) + 2 * roundUp(units, 4);
}

function weightBytes(depth: i32, units: i32, after: i32): i32 {
  return panelBytes(candidateRows(depth, units, after), units) +
    panelBytes(gateRows(depth, units), 2 * roundUp(units, 4)) + panelBytes(1 + units, units);
}

function workBytes(depth: i32, units: i32, after: i32): i32 {
  return 8 * (inputBytes(depth, units, after) + rowBytes(columns(units, after)));
}

/** Bytes of scratch memory that `gru` needs. */
export function gruScratch(batch: i32, depth: i32, units: i32, after: i32): i32 {
  return weightBytes(depth, units, after) + countTasks(batch) * workBytes(depth, units, after);
}

/** Computes h and gates: see AtelierGru. */
export function gru(
  x: usize, kernel: usize, recurrent: usize, bias: usize, h: usize, gates: usize,
  batch: i32, steps: i32, depth: i32, units: i32, reverse: i32, after: i32, scratch: usize,
): void {
  const args = describe(x, kernel, recurrent, h, gates, batch, steps, depth, units, reverse);
  const weights = weightBytes(depth, units, after);
  args.bias = bias;
  args.resetAfter = after;
  args.panels = scratch;
  args.work = scratch + weights;
  args.workBytes = workBytes(depth, units, after);
  memory.fill(scratch, 0, weights);
  parallelFor(packPart.index, changetype<usize>(args), after !== 0 ? 4 : 3);
  parallelFor(walk.index, changetype<usize>(args), args.tasks);
}

/** Address of the weights of z and r; the candidate's are the first. */
// @ts-ignore: decorator
@inline
function gatePanels(args: Sequence): usize {
  return args.panels + panelBytes(candidateRows(args.depth, args.units, args.resetAfter), args.units);
}

// @ts-ignore: decorator
@inline
function statePanels(args: Sequence): usize {
  return gatePanels(args) + panelBytes(gateRows(args.depth, args.units), 2 * roundUp(args.units, 4));
}

/** Packs the weights of z (0), r (1), the candidate (2) or the state's part of it (3). */
function packPart(address: usize, part: i32): void {
  const args = changetype<Sequence>(address);
  const depth = args.depth, units = args.units, after = args.resetAfter, stride = 3 * units;
  const offset = <usize> (min(part, 2) * units) << 2;
  const kernel = args.kernel + offset, recurrent = args.recurrent + offset, bias = args.bias + offset;
  const stateBias = bias + (<usize> stride << 2);
  if (part < 2) {
    const to = gatePanels(args), rows = gateRows(depth, units), width = 2 * roundUp(units, 4);
    const column = part * roundUp(units, 4);
    packBlock(to, rows, width, 0, column, kernel, depth, units, stride);
    if (after !== 0) packSum(to, rows, width, depth, column, bias, stateBias, units);
    else packBlock(to, rows, width, depth, column, bias, 1, units, stride);
    packBlock(to, rows, width, depth + 1, column, recurrent, units, units, stride);
  } else if (part === 2) {
    const to = args.panels, rows = candidateRows(depth, units, after), x = lead(units, after);
    if (after === 0) packBlock(to, rows, units, 0, 0, recurrent, units, units, stride);
    packBlock(to, rows, units, x, 0, kernel, depth, units, stride);
    packBlock(to, rows, units, x + depth, 0, bias, 1, units, stride);
  } else {
    packBlock(statePanels(args), 1 + units, units, 0, 0, stateBias, 1, units, stride);
    packBlock(statePanels(args), 1 + units, units, 1, 0, recurrent, units, units, stride);
  }
}

/** Walks some blocks of rows through time. */
function walk(address: usize, task: i32): void {
  const args = changetype<Sequence>(address);
  const first = task * args.blocks * args.rows;
  const end = min(args.batch, first + args.blocks * args.rows);
  const work = args.work + task * args.workBytes;
  for (let row = first; row < end; row += args.rows) walkBlock(args, row, min(args.rows, end - row), work);
}

function walkBlock(args: Sequence, first: i32, rows: i32, work: usize): void {
  const depth = args.depth, units = args.units, after = args.resetAfter;
  const stride = inputBytes(depth, units, after), sumStride = rowBytes(columns(units, after));
  const wide = roundUp(units, 8), narrow = roundUp(units, 4);
  const sums = work + 8 * stride, x = work + (<usize> lead(units, after) << 2), state = x + (<usize> (depth + 1) << 2);
  const ofGates = sums + (<usize> wide << 2), ofState = ofGates + (<usize> narrow << 3);
  memory.fill(work, 0, args.workBytes);
  for (let r = 0; r < rows; r++) store<f32>(x + r * stride + (<usize> depth << 2), 1);
  for (let s = 0; s < args.steps; s++) {
    const t = args.place(s);
    for (let r = 0; r < rows; r++) copyBytes(x + r * stride, args.at(args.x, first + r, t, depth), depth << 2);
    multiply(x, stride, rows, gatePanels(args), narrow >> 2, gateRows(depth, units), ofGates, sumStride);
    if (after !== 0) {
      multiply(state - 4, stride, rows, statePanels(args), wide >> 3, 1 + units, ofState, sumStride);
    } else {
      for (let r = 0; r < rows; r++) {
        const gates = args.at(args.gates, first + r, t, 4 * units);
        reset(units, ofGates + r * sumStride, state + r * stride, work + r * stride, gates);
      }
    }
    multiply(work, stride, rows, args.panels, wide >> 3, candidateRows(depth, units, after), sums, sumStride);
    for (let r = 0; r < rows; r++) {
      const gates = args.at(args.gates, first + r, t, 4 * units), h = args.at(args.h, first + r, t, units);
      if (after !== 0) activate(units, sums + r * sumStride, state + r * stride, h, gates, true);
      else activate(units, sums + r * sumStride, state + r * stride, h, gates, false);
    }
  }
}

/** r, and r∘h₋₁ to where the candidate's product begins, of one row at one step. */
function reset(units: i32, sums: usize, state: usize, product: usize, gates: usize): void {
  const width = <usize> units << 2, padded = <usize> roundUp(units, 4) << 2;
  for (let rest = units; rest > 0; rest -= 4) {
    const r = sigmoid(v128.load(sums + padded));
    const kept = f32x4.mul(r, v128.load(state));
    v128.store(product, kept);
    storePart(gates + width, r, rest);
    storePart(gates + 3 * width, kept, rest);
    sums += 16;
    state += 16;
    product += 16;
    gates += 16;
  }
}

/** The rest of one row at one step: from sums to gates, and to h, which replaces `state`. */
// @ts-ignore: decorator
@inline
function activate(units: i32, sums: usize, state: usize, h: usize, gates: usize, after: bool): void {
  const width = <usize> units << 2, padded = <usize> roundUp(units, 4) << 2;
  const ofGates = <usize> roundUp(units, 8) << 2, ofState = ofGates + 2 * padded;
  for (let rest = units; rest > 0; rest -= 4) {
    const z = sigmoid(v128.load(sums + ofGates));
    let candidate = v128.load(sums);
    if (after) {
      const r = sigmoid(v128.load(sums + ofGates + padded)), kept = v128.load(sums + ofState);
      candidate = madd(r, kept, candidate);
      storePart(gates + width, r, rest);
      storePart(gates + 3 * width, kept, rest);
    }
    candidate = tanh(candidate);
    const next = madd(z, f32x4.sub(v128.load(state), candidate), candidate);
    v128.store(state, next);
    storePart(gates, z, rest);
    storePart(gates + 2 * width, candidate, rest);
    storePart(h, next, rest);
    sums += 16;
    state += 16;
    h += 16;
    gates += 16;
  }
}
