/** The gradient of PReLU: of its input, and summed up of the slopes that were repeated along it. */
import type * as tf from "@tensorflow/tfjs";
import type { SimdBackend } from "../backend.ts";
import { broadcastLoops, type Loops } from "./broadcast.ts";
import { type KernelTable, type SimdKernel, sizeOf, wasm } from "./kernel.ts";

/** What assembly/prelu_gradient.ts exports. */
// deno-fmt-ignore
interface PreluExports {
  preluGradientScratch(rows: number, columns: number): number;
  preluGradientColumns(
    x: number, alpha: number, dy: number, dx: number, dalpha: number,
    rows: number, columns: number, scratch: number,
  ): void;
  preluGradientLoops(
    x: number, alpha: number, dy: number, dx: number, dalpha: number, alphas: number,
    n0: number, n1: number, n2: number, n3: number, s0: number, s1: number, s2: number, s3: number,
  ): void;
}

type Inputs = Readonly<Record<"x" | "alpha" | "dy", tf.TensorInfo>>;

/** Addresses of x, alpha, dy, dx and dalpha. */
type Addresses = readonly [number, number, number, number, number];

/** AtelierPreluGradient of src/nn, to dx and dalpha. */
const preluGradient: SimdKernel<Inputs> = (backend, { x, alpha, dy }) => {
  const loops = broadcastLoops(x.shape, alpha.shape);
  if (loops === null) {
    throw new RangeError(
      `Cannot compute the gradient of slopes [${alpha.shape}] of PReLU on [${x.shape}]: they are ` +
        "repeated along too many separate axes. Let axes that share slopes lie side by side",
    );
  }
  const outputs = [backend.output(x.shape), backend.output(alpha.shape)];
  const addresses = [x, alpha, dy, ...outputs].map((each) => backend.address(each));
  run(backend, addresses as unknown as Addresses, loops, sizeOf(alpha.shape));
  return outputs;
};

/** At once where alpha is one number or lies along all of the last axes; else loop by loop. */
function run(backend: SimdBackend, addresses: Addresses, loops: Loops, alphas: number): void {
  const kernels = wasm<PreluExports>(backend);
  const [n3, n2, n1, n0] = loops.sides as [number, number, number, number];
  const [s3, s2, s1, s0] = loops.b as [number, number, number, number];
  const single = alphas === 1 && loops.count <= 1;
  const vector = s3 === 1 && loops.count <= 2;
  if ((single || vector) && n3 * n2 > 0) {
    const [rows, columns] = single ? [n3, 1] : [n2, n3];
    backend.withScratch(
      4 * kernels.preluGradientScratch(rows, columns),
      (scratch) => kernels.preluGradientColumns(...addresses, rows, columns, scratch),
    );
  } else kernels.preluGradientLoops(...addresses, alphas, n0, n1, n2, n3, s0, s1, s2, s3);
}

/** The kernels of this file. */
export const preluGradientKernels: KernelTable = { AtelierPreluGradient: preluGradient };
