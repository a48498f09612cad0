/**
 * LSTM over whole sequences, forward. A row that the weights are multiplied with is [x | 1 | h₋₁], so that
 * inputs, bias and state are one product; its columns are the gates i, f, g, o, each padded to whole vectors.
 */
import { copyBytes } from "../bytes";
import { madd } from "../fma";
import { parallelFor } from "../pool";
import { sigmoid, storePart, tanh } from "./math";
import { multiply, packBlock, panelBytes } from "./panels";
import { describe, roundUp, rowBytes, Sequence, countTasks } from "./sequence";

/** Values of a row of [x | 1 | h]. */
// @ts-ignore: decorator
@inline
export function inputWidth(depth: i32, units: i32): i32 {
  return depth + 1 + units;
}

/** Bytes of its row: vectors may begin at the last value. */
// @ts-ignore: decorator
@inline
export function inputBytes(depth: i32, units: i32): i32 {
  return rowBytes(inputWidth(depth, units) + 3);
}

function workBytes(depth: i32, units: i32): i32 {
  const padded = roundUp(units, 4);
  return 8 * (inputBytes(depth, units) + rowBytes(4 * padded) + 4 * padded);
}

/** Bytes of scratch memory that `lstm` needs. */
export function lstmScratch(batch: i32, depth: i32, units: i32): i32 {
  const panels = panelBytes(inputWidth(depth, units), 4 * roundUp(units, 4));
  return panels + countTasks(batch) * workBytes(depth, units);
}

/** Computes h, c and gates: see AtelierLstm. */
export function lstm(
  x: usize, kernel: usize, recurrent: usize, bias: usize, h: usize, c: usize, gates: usize,
  batch: i32, steps: i32, depth: i32, units: i32, reverse: i32, scratch: usize,
): void {
  const args = describe(x, kernel, recurrent, h, gates, batch, steps, depth, units, reverse);
  const panels = panelBytes(inputWidth(depth, units), 4 * roundUp(units, 4));
  args.bias = bias;
  args.c = c;
  args.panels = scratch;
  args.work = scratch + panels;
  args.workBytes = workBytes(depth, units);
  memory.fill(scratch, 0, panels);
  parallelFor(packGate.index, changetype<usize>(args), 4);
  parallelFor(walk.index, changetype<usize>(args), args.tasks);
}

/** Packs the weights of one gate. */
function packGate(address: usize, gate: i32): void {
  const args = changetype<Sequence>(address);
  const depth = args.depth, units = args.units, width = 4 * units;
  const rows = inputWidth(depth, units), column = gate * roundUp(units, 4);
  const offset = <usize> (gate * units) << 2;
  packBlock(args.panels, rows, 4 * roundUp(units, 4), 0, column, args.kernel + offset, depth, units, width);
  packBlock(args.panels, rows, 4 * roundUp(units, 4), depth, column, args.bias + offset, 1, units, width);
  packBlock(args.panels, rows, 4 * roundUp(units, 4), depth + 1, column, args.recurrent + offset, units, units, width);
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
  const depth = args.depth, units = args.units, padded = roundUp(units, 4);
  const stride = inputBytes(depth, units), gateStride = rowBytes(4 * padded);
  const sums = work + 8 * stride, state = sums + 8 * gateStride;
  memory.fill(work, 0, args.workBytes);
  for (let r = 0; r < rows; r++) store<f32>(work + r * stride + (<usize> depth << 2), 1);
  for (let s = 0; s < args.steps; s++) {
    const t = args.place(s);
    for (let r = 0; r < rows; r++) copyBytes(work + r * stride, args.at(args.x, first + r, t, depth), depth << 2);
    multiply(work, stride, rows, args.panels, padded >> 1, inputWidth(depth, units), sums, gateStride);
    for (let r = 0; r < rows; r++) {
      activate(
        units, sums + r * gateStride, <usize> padded << 2, state + r * padded * 4, work + r * stride + (<usize> (depth + 1) << 2),
        args.at(args.h, first + r, t, units), args.at(args.c, first + r, t, units),
        args.at(args.gates, first + r, t, 4 * units),
      );
    }
  }
}

/** The cells of one row at one step: from sums to gates, c, which `state` keeps, and h, which `next` takes. */
function activate(
  units: i32, sums: usize, padded: usize, state: usize, next: usize, h: usize, c: usize, gates: usize,
): void {
  const width = <usize> units << 2;
  for (let rest = units; rest > 0; rest -= 4) {
    const i = sigmoid(v128.load(sums));
    const f = sigmoid(v128.load(sums + padded));
    const g = tanh(v128.load(sums + 2 * padded));
    const o = sigmoid(v128.load(sums + 3 * padded));
    const cell = madd(f, v128.load(state), f32x4.mul(i, g));
    const out = f32x4.mul(o, tanh(cell));
    v128.store(state, cell);
    v128.store(next, out);
    storePart(gates, i, rest);
    storePart(gates + width, f, rest);
    storePart(gates + 2 * width, g, rest);
    storePart(gates + 3 * width, o, rest);
    storePart(c, cell, rest);
    storePart(h, out, rest);
    sums += 16;
    state += 16;
    next += 16;
    gates += 16;
    c += 16;
    h += 16;
  }
}
