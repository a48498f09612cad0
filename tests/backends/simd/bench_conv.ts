/**
 * How fast the simd backend convolves: `deno task bench-conv [THREADS] [NAME]`.
 *
 * Prints JSON lines: for every convolution of the standard workloads, forward and both gradients, the
 * milliseconds of direct convolution at one thread and at all, its GFLOP/s counting every tap of every
 * output, its share of the multiply-add peak, and the milliseconds with Winograd's where it is taken.
 * Best of some rounds: other programs only ever add time.
 */
import * as tf from "@tensorflow/tfjs";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";

/** A square convolution of a batch of square images. */
interface Layer {
  readonly name: string;
  readonly batch: number;
  readonly side: number;
  readonly channels: number;
  readonly outputs: number;
  readonly size: number;
  readonly stride: number;
  readonly pad: number;
}

/** Layers of one model: name, batch, then side, channels, outputs, size, stride and pad of each. */
const model = (name: string, batch: number, sizes: readonly (readonly number[])[]): Layer[] =>
  sizes.map(([side, channels, outputs, size, stride, pad]) => ({
    name: `${name} ${side}×${side}×${channels}→${outputs}`,
    batch,
    ...{ side: side!, channels: channels!, outputs: outputs! },
    ...{ size: size!, stride: stride!, pad: pad! },
  }));

const layers = [
  ...model("dcgan-64-f64-b64", 64, [
    ...[[64, 3, 64, 4, 2, 1], [32, 64, 128, 4, 2, 1], [16, 128, 256, 4, 2, 1]],
    ...[[8, 256, 512, 4, 2, 1], [4, 512, 1, 4, 1, 0]],
  ]),
  ...model("dcgan-32-f32-b16", 16, [
    ...[[32, 3, 32, 4, 2, 1], [16, 32, 64, 4, 2, 1], [8, 64, 128, 4, 2, 1], [4, 128, 1, 4, 1, 0]],
  ]),
  ...model("mnist-cnn-b128", 128, [[28, 1, 64, 5, 1, 0], [12, 64, 64, 5, 1, 0]]),
  ...model("srresnet-4x32-b8", 8, [
    ...[[24, 3, 32, 9, 1, 4], [24, 32, 32, 3, 1, 1], [24, 32, 128, 3, 1, 1]],
    ...[[48, 32, 128, 3, 1, 1], [96, 32, 3, 9, 1, 4]],
  ]),
];

/** Least milliseconds of a call, over rounds of some 60 ms each. */
function leastMs(body: () => void): number {
  body();
  const start = performance.now();
  body();
  const calls = Math.max(1, Math.round(60 / (performance.now() - start)));
  let least = Infinity;
  for (let round = 0; round < 8; round++) {
    const begin = performance.now();
    for (let i = 0; i < calls; i++) body();
    least = Math.min(least, (performance.now() - begin) / calls);
  }
  return least;
}

/** Least milliseconds of a layer's three kernels. */
function timeLayer({ batch, side, channels, outputs, size, stride, pad }: Layer) {
  const grid = Math.floor((side + 2 * pad - size) / stride) + 1;
  const inputShape = [batch, side, side, channels];
  const filterShape = [size, size, channels, outputs];
  const [x, filter, dy] = [inputShape, filterShape, [batch, grid, grid, outputs]].map((shape) =>
    tf.fill(shape, 0.5)
  );
  const attributes = { strides: stride, pad, dataFormat: "NHWC", dilations: 1 };
  const time = (name: string, inputs: tf.NamedTensorMap, shapes: tf.NamedAttrMap = {}) =>
    leastMs(() => tf.dispose(tf.engine().runKernel(name, inputs, { ...attributes, ...shapes })));
  const times = {
    forward: time("Conv2D", { x: x!, filter: filter! }),
    input: time("Conv2DBackpropInput", { dy: dy!, filter: filter! }, { inputShape }),
    filter: time("Conv2DBackpropFilter", { x: x!, dy: dy! }, { filterShape }),
  };
  tf.dispose([x!, filter!, dy!]);
  return { flop: 2 * batch * grid ** 2 * size ** 2 * channels * outputs, times };
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** Times every layer on a fresh backend. */
async function run(threads: number, exactConv: boolean) {
  const options = { threads, exactConv, startWorker: startUnreferencedWorker };
  const backend = await registerSimd(options);
  await tf.setBackend(SIMD);
  const rounds = 1_000_000;
  const peak = 80 * rounds / 1e6 /
    leastMs(() => void backend.threads.kernels.fmaPeak(rounds, 0.999, 0.001));
  const figures = chosen.map(timeLayer);
  backend.dispose();
  return { peak, figures };
}

const all = Number(Deno.args[0] ?? navigator.hardwareConcurrency);
const chosen = layers.filter(({ name }) => name.includes(Deno.args[1] ?? ""));
const runs = [await run(1, true), await run(all, true), await run(all, false)] as const;
for (const [i, { name }] of chosen.entries()) {
  const [one, every, winograd] = runs.map(({ figures }) => figures[i]!);
  for (const way of ["forward", "input", "filter"] as const) {
    const [ms, allMs] = [one!.times[way], every!.times[way]];
    const gflops = one!.flop / ms / 1e6;
    console.log(JSON.stringify({
      layer: name,
      way,
      oneThread: {
        ms: rounded(ms),
        gflops: rounded(gflops),
        shareOfPeak: rounded(gflops / runs[0].peak),
      },
      allThreads: { threads: all, ms: rounded(allMs), timesOneThread: rounded(ms / allMs) },
      withWinogradMs: rounded(winograd!.times[way]),
    }));
  }
}
