/** Gated recurrent units over whole sequences, forward and back. */
import type * as tf from "@tensorflow/tfjs";
import { type KernelTable, type SimdKernel, wasm } from "./kernel.ts";

/** What assembly/recurrent/gru.ts and gru_gradient.ts export. */
interface GruExports {
  gruScratch(batch: number, depth: number, units: number, resetAfter: number): number;
  gru(
    x: number,
    kernel: number,
    recurrentKernel: number,
    bias: number,
    h: number,
    gates: number,
    batch: number,
    steps: number,
    depth: number,
    units: number,
    reverse: number,
    resetAfter: number,
    scratch: number,
  ): void;
  gruGradientScratch(
    batch: number,
    steps: number,
    depth: number,
    units: number,
    resetAfter: number,
  ): number;
  gruGradient(
    x: number,
    kernel: number,
    recurrentKernel: number,
    h: number,
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
    resetAfter: number,
    scratch: number,
  ): void;
}

/** `resetAfter` as Keras has it: whether the reset gate acts after the recurrent product. */
interface GruAttributes {
  readonly reverse: boolean;
  readonly resetAfter: boolean;
}

type Inputs<Names extends string> = Readonly<Record<Names, tf.TensorInfo>>;
type Six = readonly [number, number, number, number, number, number];
type Ten = readonly [...Six, number, number, number, number];

/** AtelierGru of src/nn: to h and the gates. */
const gru: SimdKernel<Inputs<"x" | "kernel" | "recurrentKernel" | "bias">, GruAttributes> = (
  backend,
  { x, kernel, recurrentKernel, bias },
  { reverse, resetAfter },
) => {
  const kernels = wasm<GruExports>(backend);
  const [batch, steps, depth] = x.shape as [number, number, number];
  const units = recurrentKernel.shape[0]!;
  const h = backend.output([batch, steps, units]);
  const gates = backend.output([batch, steps, 4 * units]);
  const tensors = [x, kernel, recurrentKernel, bias, h, gates];
  const addresses = tensors.map((tensor) => backend.address(tensor)) as unknown as Six;
  const sizes = [batch, steps, depth, units, Number(reverse), Number(resetAfter)] as const;
  const bytes = kernels.gruScratch(batch, depth, units, Number(resetAfter));
  backend.withScratch(bytes, (scratch) => kernels.gru(...addresses, ...sizes, scratch));
  return [h, gates];
};

type GradientInputs = Inputs<"x" | "kernel" | "recurrentKernel" | "h" | "gates" | "dh">;

/** AtelierGruGradient of src/nn: to dx, dkernel, drecurrentKernel and dbias. */
const gruGradient: SimdKernel<GradientInputs, GruAttributes> = (
  backend,
  { x, kernel, recurrentKernel, h, gates, dh },
  { reverse, resetAfter },
) => {
  const kernels = wasm<GruExports>(backend);
  const [batch, steps, depth] = x.shape as [number, number, number];
  const units = recurrentKernel.shape[0]!;
  const biasShape = resetAfter ? [2, 3 * units] : [3 * units];
  const shapes = [x.shape, kernel.shape, recurrentKernel.shape, biasShape];
  const outputs = shapes.map((shape) => backend.output(shape));
  const tensors = [x, kernel, recurrentKernel, h, gates, dh, ...outputs];
  const addresses = tensors.map((tensor) => backend.address(tensor)) as unknown as Ten;
  const sizes = [batch, steps, depth, units, Number(reverse), Number(resetAfter)] as const;
  const bytes = kernels.gruGradientScratch(batch, steps, depth, units, Number(resetAfter));
  backend.withScratch(bytes, (scratch) => kernels.gruGradient(...addresses, ...sizes, scratch));
  return outputs;
};

/** The kernels of this file. */
export const gruKernels: KernelTable = {
  AtelierGru: gru,
  AtelierGruGradient: gruGradient,
};
