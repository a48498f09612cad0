/** Long short-term memory over whole sequences, forward and back. */
import type * as tf from "@tensorflow/tfjs";
import { type KernelTable, type SimdKernel, wasm } from "./kernel.ts";

/** What assembly/recurrent/lstm.ts and lstm_gradient.ts export. */
interface LstmExports {
  lstmScratch(batch: number, depth: number, units: number): number;
  lstm(
    x: number,
    kernel: number,
    recurrentKernel: number,
    bias: number,
    h: number,
    c: number,
    gates: number,
    batch: number,
    steps: number,
    depth: number,
    units: number,
    reverse: number,
    scratch: number,
  ): void;
  lstmGradientScratch(batch: number, steps: number, depth: number, units: number): number;
  lstmGradient(
    x: number,
    kernel: number,
    recurrentKernel: number,
    h: number,
    c: number,
    gates: number,
    dh: number,
    dx: number,
    dkernel: number,
    drecurrentKernel: number,
    dbias: number,
    batch: number,
    steps: number,
    depth: number,
    units: number,
    reverse: number,
    scratch: number,
  ): void;
}

interface Direction {
  readonly reverse: boolean;
}

type Sizes = readonly [batch: number, steps: number, depth: number, units: number];

/** Batch, steps, depth and units. */
function sizes(x: tf.TensorInfo, recurrentKernel: tf.TensorInfo): Sizes {
  return [x.shape[0]!, x.shape[1]!, x.shape[2]!, recurrentKernel.shape[0]!];
}

type Inputs<Names extends string> = Readonly<Record<Names, tf.TensorInfo>>;

/** AtelierLstm of src/nn: to h, c and the gates. */
const lstm: SimdKernel<Inputs<"x" | "kernel" | "recurrentKernel" | "bias">, Direction> = (
  backend,
  { x, kernel, recurrentKernel, bias },
  { reverse },
) => {
  const kernels = wasm<LstmExports>(backend);
  const [batch, steps, depth, units] = sizes(x, recurrentKernel);
  const h = backend.output([batch, steps, units]);
  const c = backend.output([batch, steps, units]);
  const gates = backend.output([batch, steps, 4 * units]);
  const tensors = [x, kernel, recurrentKernel, bias, h, c, gates] as const;
  const addresses = tensors.map((tensor) => backend.address(tensor)) as unknown as Seven;
  backend.withScratch(kernels.lstmScratch(batch, depth, units), (scratch) => {
    kernels.lstm(...addresses, batch, steps, depth, units, Number(reverse), scratch);
  });
  return [h, c, gates];
};

type Seven = readonly [number, number, number, number, number, number, number];
type Eleven = readonly [...Seven, number, number, number, number];
type GradientInputs = Inputs<"x" | "kernel" | "recurrentKernel" | "h" | "c" | "gates" | "dh">;

/** AtelierLstmGradient of src/nn: to dx, dkernel, drecurrentKernel and dbias. */
const lstmGradient: SimdKernel<GradientInputs, Direction> = (backend, inputs, { reverse }) => {
  const { x, kernel, recurrentKernel, h, c, gates, dh } = inputs;
  const kernels = wasm<LstmExports>(backend);
  const [batch, steps, depth, units] = sizes(x, recurrentKernel);
  const shapes = [x.shape, kernel.shape, recurrentKernel.shape, [4 * units]];
  const outputs = shapes.map((shape) => backend.output(shape));
  const tensors = [x, kernel, recurrentKernel, h, c, gates, dh, ...outputs];
  const addresses = tensors.map((tensor) => backend.address(tensor)) as unknown as Eleven;
  backend.withScratch(kernels.lstmGradientScratch(batch, steps, depth, units), (scratch) => {
    kernels.lstmGradient(...addresses, batch, steps, depth, units, Number(reverse), scratch);
  });
  return outputs;
};

/** The kernels of this file. */
export const lstmKernels: KernelTable = {
  AtelierLstm: lstm,
  AtelierLstmGradient: lstmGradient,
};
