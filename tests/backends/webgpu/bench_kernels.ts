/**
 * `deno task bench-kernels [SIZE] [FILTERS] [BATCH]`: our WebGPU convolutions against the stock ones,
 * on the shapes of a DCGAN. Medians of alternating rounds in one process, so that other load on the
 * machine meets both.
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu"; // registers the stock kernels
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { openDevice } from "../../../src/backends/open.ts";
import { probeDevice } from "../../../src/backends/probe.ts";

const ROUNDS = 5;
/** Calls of a kernel before its output is waited for: reading back has a latency of its own. */
const CALLS = 4;
const KERNELS = ["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"] as const;
type Kernel = typeof KERNELS[number];

const [size, filters, batch] = [64, 64, 16].map((standard, i) => Number(Deno.args[i] ?? standard));

const registered = () =>
  new Map(KERNELS.map((name) => [name, tf.getKernel(name, "webgpu").kernelFunc] as const));
const stock = registered();
const device = await probeDevice("webgpu");
await openDevice(device, { threads: 0 });
const ours = registered();
const backend = tf.backend() as WebGPUBackend;

function params(kernel: Kernel, x: tf.Tensor4D, filter: tf.Tensor4D, dy: tf.Tensor) {
  const shared = { strides: 2, pad: "same", dataFormat: "NHWC", dilations: 1 };
  switch (kernel) {
    case "Conv2D":
      return { inputs: { x, filter }, attrs: shared };
    case "Conv2DBackpropInput":
      return { inputs: { dy, filter }, attrs: { ...shared, inputShape: x.shape } };
    case "Conv2DBackpropFilter":
      return { inputs: { x, dy }, attrs: { ...shared, filterShape: filter.shape } };
    default:
      return kernel satisfies never;
  }
}

/** Milliseconds a call. */
async function time(run: tf.KernelFunc, given: ReturnType<typeof params>): Promise<number> {
  const inputs = given.inputs as unknown as tf.NamedTensorInfoMap;
  const attrs = given.attrs as unknown as tf.NamedAttrMap;
  const start = performance.now();
  const outputs = Array.from(
    { length: CALLS },
    () => run({ inputs, attrs, backend }) as tf.TensorInfo,
  );
  await backend.read(outputs.at(-1)!.dataId);
  const elapsed = performance.now() - start;
  for (const { dataId } of outputs) backend.disposeData(dataId);
  return elapsed / CALLS;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[ROUNDS >> 1]!;

console.log(`${device.name}; DCGAN of ${size} px, ${filters} filters, batch ${batch}`);
for (let [side, depth, width] = [size!, 3, filters!]; side > 4; side /= 2) {
  const x = tf.randomNormal<tf.Rank.R4>([batch!, side, side, depth], 0, 1, "float32", 1);
  const filter = tf.randomNormal<tf.Rank.R4>([4, 4, depth, width], 0, 1, "float32", 2);
  const dy = tf.randomNormal([batch!, side / 2, side / 2, width], 0, 1, "float32", 3);
  const flops = 2 * dy.size * 16 * depth;
  for (const kernel of KERNELS) {
    const given = params(kernel, x, filter, dy);
    const times = { stock: [] as number[], ours: [] as number[] };
    for (const kernels of [stock, ours]) await time(kernels.get(kernel)!, given); // compiles
    for (let round = 0; round < ROUNDS; round++) {
      times.stock.push(await time(stock.get(kernel)!, given));
      times.ours.push(await time(ours.get(kernel)!, given));
    }
    const [before, now] = [median(times.stock), median(times.ours)];
    console.log(
      `${`${side}×${side}×${depth} → ${width}`.padEnd(18)} ${kernel.padEnd(21)}` +
        ` stock ${before.toFixed(1).padStart(7)} ms, ours ${now.toFixed(1).padStart(6)} ms` +
        ` (${(flops / now / 1e6).toFixed(1)} GFLOP/s): ${(before / now).toFixed(1)} times as fast`,
    );
  }
  tf.dispose([x, filter, dy]);
  [depth, width] = [width, width * 2];
}
