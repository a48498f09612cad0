/**
 * LSTM over whole sequences, backward. A row that is multiplied is the gradient of the gates' sums, its
 * columns as in lstm.ts; what comes of it is [dh₋₁ | dx]. Those rows and the forward pass' [x | 1 | h₋₁] are
 * kept for some steps, and then their outer products added to the task's own gradient of the weights.
 */
import { copyBytes } from "../bytes";
import { madd } from "../fma";
import { parallelFor } from "../pool";
import { inputBytes, inputWidth } from "./lstm";
import { loadPart, one, tanh } from "./math";
import { accumulate, multiply, packTransposed, panelBytes, sumBlock } from "./panels";
import { countTasks, describe, keptSteps, restoreInput, roundUp, rowBytes, Sequence } from "./sequence";

/** Steps that are kept at a time. */
function kept(batch: i32, steps: i32, depth: i32, units: i32): i32 {
  return keptSteps(batch, steps, inputBytes(depth, units) + rowBytes(4 * roundUp(units, 4)));
}

/** Rows that there is room for: groups of four may run over by three. */
function keptRows(batch: i32, steps: i32, depth: i32, units: i32): i32 {
  return kept(batch, steps, depth, units) * 8 + 3;
}

/** Bytes of a task's own gradient of the weights. */
function gradientBytes(depth: i32, units: i32): i32 {
  return panelBytes(roundUp(inputWidth(depth, units), 4), 4 * roundUp(units, 4));
}

function workBytes(batch: i32, steps: i32, depth: i32, units: i32): i32 {
  const padded = roundUp(units, 4);
  return gradientBytes(depth, units) +
    keptRows(batch, steps, depth, units) * (inputBytes(depth, units) + rowBytes(4 * padded)) +
    8 * (rowBytes(depth + units + 8) + 4 * padded);
}

/** Bytes of scratch memory that `lstmGradient` needs. */
export function lstmGradientScratch(batch: i32, steps: i32, depth: i32, units: i32): i32 {
  return panelBytes(4 * roundUp(units, 4), depth + units) +
    countTasks(batch) * workBytes(batch, steps, depth, units);
}

/** Computes dx, dkernel, drecurrent and dbias: see AtelierLstmGradient. */
export function lstmGradient(
  x: usize, kernel: usize, recurrent: usize, h: usize, c: usize, gates: usize, dh: usize,
  dx: usize, dkernel: usize, drecurrent: usize, dbias: usize,
  batch: i32, steps: i32, depth: i32, units: i32, reverse: i32, scratch: usize,
): void {
  const args = describe(x, kernel, recurrent, h, gates, batch, steps, depth, units, reverse);
  const panels = panelBytes(4 * roundUp(units, 4), depth + units);
  args.c = c;
  args.dh = dh;
  args.dx = dx;
  args.dkernel = dkernel;
  args.drecurrent = drecurrent;
  args.dbias = dbias;
  args.panels = scratch;
  args.work = scratch + panels;
  args.workBytes = workBytes(batch, steps, depth, units);
  memory.fill(scratch, 0, panels);
  parallelFor(packGate.index, changetype<usize>(args), 4);
  parallelFor(walkBack.index, changetype<usize>(args), args.tasks);
  parallelFor(sumGate.index, changetype<usize>(args), 4);
}

/** Packs the weights of one gate, transposed. */
function packGate(address: usize, gate: i32): void {
  const args = changetype<Sequence>(address);
  const depth = args.depth, units = args.units, padded = roundUp(units, 4), width = 4 * units;
  const offset = <usize> (gate * units) << 2;
  packTransposed(args.panels, 4 * padded, depth + units, gate * padded, 0, args.recurrent + offset, units, units, width);
  packTransposed(args.panels, 4 * padded, depth + units, gate * padded, units, args.kernel + offset, depth, units, width);
}

/** Sums up the tasks' gradients of the weights of one gate. */
function sumGate(address: usize, gate: i32): void {
  const args = changetype<Sequence>(address);
  const depth = args.depth, units = args.units, width = 4 * units;
  const rows = roundUp(inputWidth(depth, units), 4), column = gate * roundUp(units, 4);
  const offset = <usize> (gate * units) << 2;
  const work = args.work, bytes = args.workBytes, tasks = args.tasks;
  sumBlock(work, bytes, tasks, rows, 0, column, args.dkernel + offset, depth, units, width);
  sumBlock(work, bytes, tasks, rows, depth, column, args.dbias + offset, 1, units, width);
  sumBlock(work, bytes, tasks, rows, depth + 1, column, args.drecurrent + offset, units, units, width);
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
  const depth = args.depth, units = args.units, padded = roundUp(units, 4);
  const stride = inputBytes(depth, units), gateStride = rowBytes(4 * padded);
  const outStride = rowBytes(depth + units + 8);
  const most = kept(args.batch, args.steps, depth, units);
  const room = keptRows(args.batch, args.steps, depth, units);
  const inputs = gradient + gradientBytes(depth, units);
  const sums = inputs + room * stride;
  const out = sums + room * gateStride, dstate = out + 8 * outStride;
  memory.fill(out, 0, 8 * (outStride + 4 * padded));
  let steps = 0;
  for (let s = args.steps - 1; s >= 0; s--) {
    const ofStep = sums + steps * rows * gateStride;
    for (let r = 0; r < rows; r++) {
      restoreInput(args, first + r, s, inputs + (steps * rows + r) * stride);
      differentiate(args, first + r, s, out + r * outStride, dstate + 4 * r * padded, ofStep + r * gateStride);
    }
    multiply(ofStep, gateStride, rows, args.panels, (depth + units + 7) >> 3, 4 * padded, out, outStride);
    for (let r = 0; r < rows; r++) {
      copyBytes(args.at(args.dx, first + r, args.place(s), depth), out + r * outStride + 4 * units, depth << 2);
    }
    steps++;
    if (steps === most || s === 0) {
      accumulate(inputs, stride, inputWidth(depth, units), sums, gateStride, padded >> 1, steps * rows, gradient);
      steps = 0;
    }
  }
}

/**
 * The gradient of the sums of one row's gates at the `s`-th step. `dnext` is that of h from the step after
 * it, `dstate` that of c, which is replaced. Where a row ends within a vector, gates read as zeros, and so
 * are all of these there, whatever stands behind `dnext`.
 */
function differentiate(args: Sequence, row: i32, s: i32, dnext: usize, dstate: usize, dsums: usize): void {
  const units = args.units, t = args.place(s), width = <usize> units << 2;
  const padded = <usize> roundUp(units, 4) << 2;
  const before = args.at(args.c, row, args.place(max(0, s - 1)), units);
  const h = args.at(args.dh, row, t, units), c = args.at(args.c, row, t, units);
  const gates = args.at(args.gates, row, t, 4 * units);
  const unit = one();
  for (let u: usize = 0, rest = units; rest > 0; rest -= 4, u += 16) {
    const gate = gates + u;
    const i = loadPart(gate, rest), f = loadPart(gate + width, rest);
    const g = loadPart(gate + 2 * width, rest), o = loadPart(gate + 3 * width, rest);
    const old = s > 0 ? loadPart(before + u, rest) : f32x4.splat(0);
    const squashed = tanh(loadPart(c + u, rest));
    const dh = f32x4.add(loadPart(h + u, rest), v128.load(dnext + u));
    const inner = f32x4.mul(dh, o);
    const dc = madd(f32x4.sub(unit, f32x4.mul(squashed, squashed)), inner, v128.load(dstate + u));
    v128.store(dstate + u, f32x4.mul(dc, f));
    const to = dsums + u;
    v128.store(to, f32x4.mul(f32x4.mul(f32x4.mul(dc, g), i), f32x4.sub(unit, i)));
    v128.store(to + padded, f32x4.mul(f32x4.mul(f32x4.mul(dc, old), f), f32x4.sub(unit, f)));
    v128.store(to + 2 * padded, f32x4.mul(f32x4.mul(dc, i), f32x4.sub(unit, f32x4.mul(g, g))));
    v128.store(to + 3 * padded, f32x4.mul(f32x4.mul(inner, squashed), f32x4.sub(unit, o)));
  }
}
