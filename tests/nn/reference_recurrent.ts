/** Plain versions of the LSTM and GRU kernels, a cell and a unit at a time: see reference_kernels.ts. */
import type { GruAttributes } from "../../src/nn/kernel_names.ts";
import type { Values } from "./reference_kernels.ts";

type Inputs = Readonly<Record<string, Values>>;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const zeros = (shape: readonly number[]): Values => ({
  shape,
  data: new Float64Array(shape.reduce((product, side) => product * side, 1)),
});

/** One cell's steps in order of time, `t` its place and `before` that of the state it starts from. */
function* steps(length: number, reverse: boolean): Generator<{ t: number; before: number | null }> {
  for (let i = 0; i < length; i++) {
    const t = reverse ? length - 1 - i : i;
    yield { t, before: i === 0 ? null : reverse ? t + 1 : t - 1 };
  }
}

/** Σ row[i]·matrix[i, column]. */
function product(row: ArrayLike<number>, { shape, data }: Values, column: number): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i]! * data[i * shape[1]! + column]!;
  return sum;
}

/** matrix[i, column] += row[i]·by. */
function accumulate(matrix: Values, row: ArrayLike<number>, column: number, by: number): void {
  for (let i = 0; i < row.length; i++) matrix.data[i * matrix.shape[1]! + column]! += row[i]! * by;
}

/** row[i] += matrix[i, column]·by. */
function backproject(row: Float64Array, matrix: Values, column: number, by: number): void {
  for (let i = 0; i < row.length; i++) row[i]! += matrix.data[i * matrix.shape[1]! + column]! * by;
}

/** The last axis at [b, t]; zeros where there is no step `t`. */
function at({ shape, data }: Values, b: number, t: number | null): Float64Array {
  const width = shape[2]!;
  if (t === null) return new Float64Array(width);
  const start = (b * shape[1]! + t) * width;
  return data.subarray(start, start + width);
}

function sizes({ x, recurrentKernel }: Inputs): [batch: number, length: number, units: number] {
  return [x!.shape[0]!, x!.shape[1]!, recurrentKernel!.shape[0]!];
}

function lstm(inputs: Inputs, { reverse }: { readonly reverse: boolean }): Values[] {
  const [batch, length, units] = sizes(inputs);
  const { x, kernel, recurrentKernel, bias } = inputs;
  const [h, c] = [zeros([batch, length, units]), zeros([batch, length, units])];
  const gates = zeros([batch, length, 4 * units]);
  for (let b = 0; b < batch; b++) {
    for (const { t, before } of steps(length, reverse)) {
      const gate = (k: number, u: number) =>
        product(at(x!, b, t), kernel!, k * units + u) + bias!.data[k * units + u]! +
        product(at(h, b, before), recurrentKernel!, k * units + u);
      for (let u = 0; u < units; u++) {
        const [i, f, o] = [sigmoid(gate(0, u)), sigmoid(gate(1, u)), sigmoid(gate(3, u))];
        const g = Math.tanh(gate(2, u));
        for (const [k, value] of [i, f, g, o].entries()) at(gates, b, t)[k * units + u] = value;
        at(c, b, t)[u] = f * at(c, b, before)[u]! + i * g;
      }
      for (let u = 0; u < units; u++) {
        at(h, b, t)[u] = at(gates, b, t)[3 * units + u]! * Math.tanh(at(c, b, t)[u]!);
      }
    }
  }
  return [h, c, gates];
}

function lstmGradient(inputs: Inputs, { reverse }: { readonly reverse: boolean }): Values[] {
  const [batch, length, units] = sizes(inputs);
  const { x, kernel, recurrentKernel, h, c, gates, dh } = inputs;
  const [dx, dkernel, drecurrent] = [
    zeros(x!.shape),
    zeros(kernel!.shape),
    zeros([units, 4 * units]),
  ];
  const dbias = zeros([4 * units]);
  for (let b = 0; b < batch; b++) {
    let [dhNext, dcNext] = [new Float64Array(units), new Float64Array(units)];
    for (const { t, before } of [...steps(length, reverse)].reverse()) {
      const [dhHere, dcHere] = [new Float64Array(units), new Float64Array(units)];
      for (let u = 0; u < units; u++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((k) => at(gates!, b, t)[k * units + u]!) as [
          ...[number, number, number, number],
        ];
        const tanh = Math.tanh(at(c!, b, t)[u]!);
        const dOut = at(dh!, b, t)[u]! + dhNext[u]!;
        const dc = dcNext[u]! + dOut * o * (1 - tanh * tanh);
        dcHere[u] = dc * f;
        const slopes = [
          dc * g * i * (1 - i),
          dc * at(c!, b, before)[u]! * f * (1 - f),
          dc * i * (1 - g * g),
          dOut * tanh * o * (1 - o),
        ];
        for (const [k, slope] of slopes.entries()) {
          const column = k * units + u;
          accumulate(dkernel, at(x!, b, t), column, slope);
          accumulate(drecurrent, at(h!, b, before), column, slope);
          backproject(at(dx, b, t), kernel!, column, slope);
          backproject(dhHere, recurrentKernel!, column, slope);
          dbias.data[column]! += slope;
        }
      }
      [dhNext, dcNext] = [dhHere, dcHere];
    }
  }
  return [dx, dkernel, drecurrent, dbias];
}

function gru(inputs: Inputs, { reverse, resetAfter }: GruAttributes): Values[] {
  const [batch, length, units] = sizes(inputs);
  const { x, kernel, recurrentKernel, bias } = inputs;
  const h = zeros([batch, length, units]);
  const gates = zeros([batch, length, 4 * units]);
  for (let b = 0; b < batch; b++) {
    for (const { t, before } of steps(length, reverse)) {
      const [now, old] = [at(gates, b, t), at(h, b, before)];
      const input = (column: number) =>
        product(at(x!, b, t), kernel!, column) + bias!.data[column]!;
      const state = (column: number) =>
        product(old, recurrentKernel!, column) +
        (resetAfter ? bias!.data[3 * units + column]! : 0);
      for (let column = 0; column < 2 * units; column++) {
        now[column] = sigmoid(input(column) + state(column));
      }
      const r = now.subarray(units, 2 * units);
      const kept = now.subarray(3 * units);
      for (let u = 0; u < units; u++) kept[u] = resetAfter ? state(2 * units + u) : r[u]! * old[u]!;
      for (let u = 0; u < units; u++) {
        const column = 2 * units + u;
        const recurrent = resetAfter ? r[u]! * kept[u]! : product(kept, recurrentKernel!, column);
        now[column] = Math.tanh(input(column) + recurrent);
        at(h, b, t)[u] = now[u]! * old[u]! + (1 - now[u]!) * now[column]!;
      }
    }
  }
  return [h, gates];
}

function gruGradient(inputs: Inputs, { reverse, resetAfter }: GruAttributes): Values[] {
  const [batch, length, units] = sizes(inputs);
  const { x, kernel, recurrentKernel, h, gates, dh } = inputs;
  const [dx, dkernel, drecurrent] = [
    zeros(x!.shape),
    zeros(kernel!.shape),
    zeros([units, 3 * units]),
  ];
  const dbias = zeros(resetAfter ? [2, 3 * units] : [3 * units]);
  for (let b = 0; b < batch; b++) {
    let dhNext = new Float64Array(units);
    for (const { t, before } of [...steps(length, reverse)].reverse()) {
      const old = at(h!, b, before);
      const gate = (k: number) => at(gates!, b, t).subarray(k * units, (k + 1) * units);
      const [z, r, candidate, kept] = [gate(0), gate(1), gate(2), gate(3)];
      const dOut = at(dh!, b, t).map((d, u) => d + dhNext[u]!);
      dhNext = dOut.map((d, u) => d * z[u]!);
      /** Of what goes into the candidate's tanh, then of the candidate's part that the state gives. */
      const dCandidate = dOut.map((d, u) => d * (1 - z[u]!) * (1 - candidate[u]! ** 2));
      const dState = dCandidate.map((d, u) => resetAfter ? d * r[u]! : d);
      const dKept = new Float64Array(units); // of r∘h₋₁; without resetAfter only
      for (let u = 0; u < units; u++) {
        const column = 2 * units + u;
        accumulate(dkernel, at(x!, b, t), column, dCandidate[u]!);
        backproject(at(dx, b, t), kernel!, column, dCandidate[u]!);
        dbias.data[column]! += dCandidate[u]!;
        if (resetAfter) dbias.data[3 * units + column]! += dState[u]!;
        accumulate(drecurrent, resetAfter ? old : kept, column, dState[u]!);
        backproject(resetAfter ? dhNext : dKept, recurrentKernel!, column, dState[u]!);
      }
      const dr = dKept.map((d, u) => resetAfter ? dCandidate[u]! * kept[u]! : d * old[u]!);
      if (!resetAfter) { for (let u = 0; u < units; u++) dhNext[u]! += dKept[u]! * r[u]!; }
      const dz = dOut.map((d, u) => d * (old[u]! - candidate[u]!));
      for (let column = 0; column < 2 * units; column++) {
        const [d, value] = column < units
          ? [dz[column]!, z[column]!]
          : [dr[column - units]!, r[column - units]!];
        const slope = d * value * (1 - value);
        accumulate(dkernel, at(x!, b, t), column, slope);
        accumulate(drecurrent, old, column, slope);
        backproject(at(dx, b, t), kernel!, column, slope);
        backproject(dhNext, recurrentKernel!, column, slope);
        dbias.data[column]! += slope;
        if (resetAfter) dbias.data[3 * units + column]! += slope;
      }
    }
  }
  return [dx, dkernel, drecurrent, dbias];
}

export const recurrentReferences = {
  AtelierLstm: lstm,
  AtelierLstmGradient: lstmGradient,
  AtelierGru: gru,
  AtelierGruGradient: gruGradient,
};
