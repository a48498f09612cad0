/**
 * GRU over whole sequences, backward. A row that is multiplied is the gradient of the products of gru.ts, in
 * the same columns: candidate, z, r, state. dx comes of the first three, dh₋₁ of the last three; where the
 * reset gate acts before, the gradient of r∘h₋₁ comes of the candidate's first, and r's of that.
 */
import { copyBytes } from "../bytes";
import { madd } from "../fma";
import { parallelFor } from "../pool";
import { candidateRows, columns, gateRows, inputBytes, lead } from "./gru";
import { loadPart, one } from "./math";
import { accumulate, multiply, packTransposed, panelBytes, sumBlock } from "./panels";
import { countTasks, describe, keptSteps, restoreInput, roundUp, rowBytes, Sequence } from "./sequence";

function kept(batch: i32, steps: i32, depth: i32, units: i32, after: i32): i32 {
  return keptSteps(batch, steps, inputBytes(depth, units, after) + rowBytes(columns(units, after)));
}

/** Rows that there is room for: groups of four may run over by three. */
function keptRows(batch: i32, steps: i32, depth: i32, units: i32, after: i32): i32 {
  return kept(batch, steps, depth, units, after) * 8 + 3;
}

/** Columns that dx comes of. */
// @ts-ignore: decorator
@inline
function inputColumns(units: i32): i32 {
  return roundUp(units, 8) + 2 * roundUp(units, 4);
}

/** Columns that dh₋₁ comes of. */
// @ts-ignore: decorator
@inline
function stateColumns(units: i32, after: i32): i32 {
  return 2 * roundUp(units, 4) + (after !== 0 ? roundUp(units, 8) : 0);
}

/** Bytes of the weights: for dx, for dh₋₁, for the gradient of r∘h₋₁. */
function weightBytes(depth: i32, units: i32, after: i32): i32 {
  return panelBytes(inputColumns(units), depth) + panelBytes(stateColumns(units, after), units) +
    panelBytes(roundUp(units, 8), units);
}

// @ts-ignore: decorator
@inline
function candidateBytes(depth: i32, units: i32, after: i32): i32 {
  return panelBytes(roundUp(candidateRows(depth, units, after), 4), units);
}

// @ts-ignore: decorator
@inline
function gateBytes(depth: i32, units: i32): i32 {
  return panelBytes(roundUp(gateRows(depth, units), 4), 2 * roundUp(units, 4));
}

/** Bytes of a task's own gradient of the weights: the candidate's, the gates', the state's. */
function gradientBytes(depth: i32, units: i32, after: i32): i32 {
  return candidateBytes(depth, units, after) + gateBytes(depth, units) + panelBytes(roundUp(1 + units, 4), units);
}

/** Bytes of the gradients of one step: of h₋₁ or r∘h₋₁, of x, and what of h goes straight to h₋₁. */
function stepBytes(depth: i32, units: i32): i32 {
  return 8 * (2 * rowBytes(units + 8) + rowBytes(depth + 8) + 4 * roundUp(units, 4));
}

function workBytes(batch: i32, steps: i32, depth: i32, units: i32, after: i32): i32 {
  return gradientBytes(depth, units, after) + stepBytes(depth, units) +
    keptRows(batch, steps, depth, units, after) * (inputBytes(depth, units, after) + rowBytes(columns(units, after)));
}

/** Bytes of scratch memory that `gruGradient` needs. */
export function gruGradientScratch(batch: i32, steps: i32, depth: i32, units: i32, after: i32): i32 {
  return weightBytes(depth, units, after) + countTasks(batch) * workBytes(batch, steps, depth, units, after);
}

/** Computes dx, dkernel, drecurrent and dbias: see AtelierGruGradient. */
export function gruGradient(
  x: usize, kernel: usize, recurrent: usize, h: usize, gates: usize, dh: usize,
  dx: usize, dkernel: usize, drecurrent: usize, dbias: usize,
  batch: i32, steps: i32, depth: i32, units: i32, reverse: i32, after: i32, scratch: usize,
): void {
  const args = describe(x, kernel, recurrent, h, gates, batch, steps, depth, units, reverse);
  const weights = weightBytes(depth, units, after);
  args.dh = dh;
  args.dx = dx;
  args.dkernel = dkernel;
  args.drecurrent = drecurrent;
  args.dbias = dbias;
  args.resetAfter = after;
  args.panels = scratch;
  args.work = scratch + weights;
  args.workBytes = workBytes(batch, steps, depth, units, after);
  memory.fill(scratch, 0, weights);
  parallelFor(packPart.index, changetype<usize>(args), 3);
  parallelFor(walkBack.index, changetype<usize>(args), args.tasks);
  parallelFor(sumPart.index, changetype<usize>(args), after !== 0 ? 4 : 3);
}

/** Packs the transposed weights of z (0), r (1) or the candidate (2). */
function packPart(address: usize, part: i32): void {
  const args = changetype<Sequence>(address);
  const depth = args.depth, units = args.units, after = args.resetAfter, stride = 3 * units;
  const narrow = roundUp(units, 4), wide = roundUp(units, 8);
  const kernel = args.kernel + (<usize> (part * units) << 2);
  const recurrent = args.recurrent + (<usize> (part * units) << 2);
  const rows = inputColumns(units), row = part < 2 ? wide + part * narrow : 0;
  packTransposed(args.panels, rows, depth, row, 0, kernel, depth, units, stride);
  const state = args.panels + panelBytes(rows, depth), stateRows = stateColumns(units, after);
  if (part < 2 || after !== 0) {
    packTransposed(state, stateRows, units, part * narrow, 0, recurrent, units, units, stride);
  } else {
    packTransposed(state + panelBytes(stateRows, units), wide, units, 0, 0, recurrent, units, units, stride);
  }
}

/** Sums up the tasks' gradients of the weights of z (0), r (1), the candidate (2) or the state's part (3). */
function sumPart(address: usize, part: i32): void {
  const args = changetype<Sequence>(address);
  const depth = args.depth, units = args.units, after = args.resetAfter, stride = 3 * units;
  const offset = <usize> (min(part, 2) * units) << 2;
  const kernel = args.dkernel + offset, recurrent = args.drecurrent + offset, bias = args.dbias + offset;
  const stateBias = bias + (<usize> stride << 2);
  const bytes = args.workBytes, tasks = args.tasks;
  const ofGates = args.work + candidateBytes(depth, units, after);
  if (part < 2) {
    const rows = roundUp(gateRows(depth, units), 4), column = part * roundUp(units, 4);
    sumBlock(ofGates, bytes, tasks, rows, 0, column, kernel, depth, units, stride);
    sumBlock(ofGates, bytes, tasks, rows, depth, column, bias, 1, units, stride);
    if (after !== 0) copyBytes(stateBias, bias, units << 2);
    sumBlock(ofGates, bytes, tasks, rows, depth + 1, column, recurrent, units, units, stride);
  } else if (part === 2) {
    const rows = roundUp(candidateRows(depth, units, after), 4), x = lead(units, after);
    if (after === 0) sumBlock(args.work, bytes, tasks, rows, 0, 0, recurrent, units, units, stride);
    sumBlock(args.work, bytes, tasks, rows, x, 0, kernel, depth, units, stride);
    sumBlock(args.work, bytes, tasks, rows, x + depth, 0, bias, 1, units, stride);
  } else {
    const ofState = ofGates + gateBytes(depth, units), rows = roundUp(1 + units, 4);
    sumBlock(ofState, bytes, tasks, rows, 0, 0, stateBias, 1, units, stride);
    sumBlock(ofState, bytes, tasks, rows, 1, 0, recurrent, units, units, stride);
  }
}

/** Walks some blocks of rows back through time. */
function walkBack(address: usize, task: i32): void {
  const args = changetype<Sequence>(address);
  const first = task * args.blocks * args.rows;
  const end = min(args.batch, first + args.blocks * args.rows);
  const work = args.work + task * args.workBytes;
  memory.fill(work, 0, args.workBytes);
  for (let row = first; row < end; row += args.rows) walkBlock(args, row, min(args.rows, end - row), work);
}

function walkBlock(args: Sequence, first: i32, rows: i32, gradient: usize): void {
  const depth = args.depth, units = args.units, after = args.resetAfter;
  const stride = inputBytes(depth, units, after), sumStride = rowBytes(columns(units, after));
  const most = kept(args.batch, args.steps, depth, units, after);
  const room = keptRows(args.batch, args.steps, depth, units, after);
  const step = gradient + gradientBytes(depth, units, after);
  const inputs = step + stepBytes(depth, units), sums = inputs + room * stride;
  memory.fill(step, 0, stepBytes(depth, units));
  let steps = 0;
  for (let s = args.steps - 1; s >= 0; s--) {
    const ofStep = sums + steps * rows * sumStride;
    for (let r = 0; r < rows; r++) restoreRow(args, first + r, s, inputs + (steps * rows + r) * stride);
    stepBack(args, first, rows, s, step, ofStep, sumStride);
    steps++;
    if (steps === most || s === 0) {
      accumulateParts(args, inputs, stride, sums, sumStride, steps * rows, gradient);
      steps = 0;
    }
  }
}

/** The forward pass' row at the `s`-th step, in which r∘h₋₁ is what the gates end in. */
function restoreRow(args: Sequence, row: i32, s: i32, to: usize): void {
  const units = args.units;
  if (args.resetAfter === 0) {
    copyBytes(to, args.at(args.gates, row, args.place(s), 4 * units) + 12 * units, units << 2);
    to += <usize> roundUp(units, 4) << 2;
  }
  restoreInput(args, row, s, to);
}

/** One step of a block: gradients of its products to `sums`, then of what they are products of. */
function stepBack(args: Sequence, first: i32, rows: i32, s: i32, step: usize, sums: usize, stride: usize): void {
  const depth = args.depth, units = args.units, after = args.resetAfter;
  const wide = roundUp(units, 8), narrow = roundUp(units, 4);
  const outStride = rowBytes(units + 8), inputStride = rowBytes(depth + 8);
  const ofProduct = step + 8 * outStride, ofInput = ofProduct + 8 * outStride, carry = ofInput + 8 * inputStride;
  const ofGates = sums + (<usize> wide << 2), stateRows = stateColumns(units, after);
  const weights = args.panels + panelBytes(inputColumns(units), depth);
  for (let r = 0; r < rows; r++) {
    const next = step + r * outStride, kept = carry + 4 * r * narrow;
    if (after !== 0) differentiate(args, first + r, s, next, kept, sums + r * stride, true);
    else differentiate(args, first + r, s, next, kept, sums + r * stride, false);
  }
  if (after === 0) {
    const ofReset = weights + panelBytes(stateRows, units);
    multiply(sums, stride, rows, ofReset, wide >> 3, wide, ofProduct, outStride);
    for (let r = 0; r < rows; r++) {
      const kept = carry + 4 * r * narrow;
      differentiateReset(args, first + r, s, ofProduct + r * outStride, kept, ofGates + r * stride + 4 * narrow);
    }
  }
  multiply(ofGates, stride, rows, weights, wide >> 3, stateRows, step, outStride);
  multiply(sums, stride, rows, args.panels, (depth + 7) >> 3, inputColumns(units), ofInput, inputStride);
  for (let r = 0; r < rows; r++) {
    copyBytes(args.at(args.dx, first + r, args.place(s), depth), ofInput + r * inputStride, depth << 2);
  }
}

/**
 * Of one row at the `s`-th step. `next` is the gradient that came back to h through the products of the step
 * after it, `carry` what came straight, which is replaced. Where a row ends within a vector, all are zeros.
 */
// @ts-ignore: decorator
@inline
function differentiate(
  args: Sequence, row: i32, s: i32, next: usize, carry: usize, dsums: usize, after: bool,
): void {
  const units = args.units, t = args.place(s), width = <usize> units << 2;
  const padded = <usize> roundUp(units, 4) << 2, wide = <usize> roundUp(units, 8) << 2;
  const before = args.at(args.h, row, args.place(max(0, s - 1)), units);
  const h = args.at(args.dh, row, t, units), gates = args.at(args.gates, row, t, 4 * units);
  const unit = one();
  for (let u: usize = 0, rest = units; rest > 0; rest -= 4, u += 16) {
    const gate = gates + u, to = dsums + u;
    const z = loadPart(gate, rest), candidate = loadPart(gate + 2 * width, rest);
    const old = s > 0 ? loadPart(before + u, rest) : f32x4.splat(0);
    const dh = f32x4.add(f32x4.add(loadPart(h + u, rest), v128.load(next + u)), v128.load(carry + u));
    v128.store(carry + u, f32x4.mul(dh, z));
    const dcandidate = f32x4.mul(
      f32x4.mul(dh, f32x4.sub(unit, z)),
      f32x4.sub(unit, f32x4.mul(candidate, candidate)),
    );
    v128.store(to, dcandidate);
    v128.store(to + wide, f32x4.mul(f32x4.mul(f32x4.mul(dh, f32x4.sub(old, candidate)), z), f32x4.sub(unit, z)));
    if (after) {
      const r = loadPart(gate + width, rest), dr = f32x4.mul(dcandidate, loadPart(gate + 3 * width, rest));
      v128.store(to + wide + padded, f32x4.mul(f32x4.mul(dr, r), f32x4.sub(unit, r)));
      v128.store(to + wide + 2 * padded, f32x4.mul(dcandidate, r));
    }
  }
}

/** The gradient of r's sum from that of r∘h₋₁, of which h₋₁ has its part. */
function differentiateReset(args: Sequence, row: i32, s: i32, dproduct: usize, carry: usize, dsums: usize): void {
  const units = args.units, width = <usize> units << 2;
  const before = args.at(args.h, row, args.place(max(0, s - 1)), units);
  const gates = args.at(args.gates, row, args.place(s), 4 * units) + width;
  const unit = one();
  for (let u: usize = 0, rest = units; rest > 0; rest -= 4, u += 16) {
    const r = loadPart(gates + u, rest), d = v128.load(dproduct + u);
    const old = s > 0 ? loadPart(before + u, rest) : f32x4.splat(0);
    v128.store(carry + u, madd(d, r, v128.load(carry + u)));
    v128.store(dsums + u, f32x4.mul(f32x4.mul(f32x4.mul(d, old), r), f32x4.sub(unit, r)));
  }
}

/** Adds the outer products of `rows` rows to the task's gradients. */
function accumulateParts(
  args: Sequence, inputs: usize, stride: usize, sums: usize, sumStride: usize, rows: i32, gradient: usize,
): void {
  const depth = args.depth, units = args.units, after = args.resetAfter;
  const wide = roundUp(units, 8), narrow = roundUp(units, 4);
  const x = inputs + (<usize> lead(units, after) << 2), ofGates = sums + (<usize> wide << 2);
  const ofState = ofGates + (<usize> narrow << 3);
  accumulate(inputs, stride, candidateRows(depth, units, after), sums, sumStride, wide >> 3, rows, gradient);
  gradient += candidateBytes(depth, units, after);
  accumulate(x, stride, gateRows(depth, units), ofGates, sumStride, narrow >> 2, rows, gradient);
  if (after === 0) return;
  gradient += gateBytes(depth, units);
  accumulate(x + (<usize> depth << 2), stride, 1 + units, ofState, sumStride, wide >> 3, rows, gradient);
}
