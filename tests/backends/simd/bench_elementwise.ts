/**
 * What elementwise ops of the simd backend cost: `deno task bench-elementwise [THREADS]`.
 *
 * Prints JSON lines: for a million elements, within the last-level cache, gigabytes moved a second at one
 * thread and at all, beside a plain copy; for 16 elements, microseconds a call beside the stock cpu
 * kernel's, TensorFlow.js' own share included. The best of many rounds: others may use the machine.
 */
import * as tf from "@tensorflow/tfjs";
import { keepReference, REFERENCE } from "../../../src/backends/reference.ts";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";

const SIZE = 1 << 20;
const ROUNDS = 200;

/** A kernel, how many inputs of one shape it takes, under which names, and its attributes. */
interface Case {
  readonly kernel: string;
  readonly inputs: readonly string[];
  readonly attributes?: tf.NamedAttrMap;
  /** Bytes read and written for an element. */
  readonly bytes: number;
}

const unary = (kernel: string, attributes = {}): Case => ({
  kernel,
  inputs: ["x"],
  attributes,
  bytes: 8,
});
const binary = (kernel: string, bytes = 12): Case => ({ kernel, inputs: ["a", "b"], bytes });

const cases: readonly Case[] = [
  ...["Relu", "Square", "Sqrt", "Rsqrt", "Exp", "Log", "Tanh", "Sigmoid", "Softplus", "Sin"].map(
    (kernel) => unary(kernel),
  ),
  unary("LeakyRelu", { alpha: 0.2 }),
  ...["Add", "Multiply", "RealDiv", "Maximum", "Pow"].map((kernel) => binary(kernel)),
  binary("Greater", 9),
  {
    kernel: "AtelierActivationGradient",
    inputs: ["value", "dy"],
    attributes: { activation: "leakyrelu", alpha: 0.2 },
    bytes: 12,
  },
  {
    kernel: "AtelierAdam",
    inputs: ["0", "1", "2", "3"],
    attributes: { rate: 1e-3, epsilon: 1e-8, oneMinusBeta1: 0.5, oneMinusBeta2: 1e-3 },
    bytes: 28,
  },
];

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** The least milliseconds that `body` took. */
function bestMs(rounds: number, body: () => void): number {
  let best = Infinity;
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    body();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** Milliseconds of a call, of `repeats` in a row, on inputs of `size` elements. */
function callMs({ kernel, inputs, attributes = {} }: Case, size: number, repeats: number): number {
  const tensors = inputs.map(() => tf.tidy(() => tf.randomUniform([size], 0.1, 3, "float32", 1)));
  const named = inputs[0] === "0"
    ? tensors as unknown as tf.NamedTensorMap
    : Object.fromEntries(inputs.map((name, i) => [name, tensors[i]!]));
  const run = () => tf.dispose(tf.engine().runKernel(kernel, named, attributes));
  const ms = bestMs(ROUNDS, () => {
    for (let i = 0; i < repeats; i++) run();
  });
  tf.dispose(tensors);
  return ms / repeats;
}

const all = Number(Deno.args[0] ?? navigator.hardwareConcurrency);
for (const threads of new Set([1, all])) {
  const backend = await registerSimd({ threads, startWorker: startUnreferencedWorker });
  await tf.setBackend(SIMD);
  const { heap } = backend.threads;
  const address = heap.allocate(8 * SIZE); // may replace the buffer by a longer one
  const copy = new Float32Array(heap.memory.buffer, address, 2 * SIZE);
  const copyMs = bestMs(ROUNDS, () => copy.copyWithin(0, SIZE));
  const speed = (bytes: number, ms: number) => rounded(bytes * SIZE / ms / 1e6);
  console.log(JSON.stringify({ threads: 1, op: "copy", gigabytesPerSecond: speed(8, copyMs) }));
  for (const each of cases) {
    const gigabytesPerSecond = speed(each.bytes, callMs(each, SIZE, 1));
    console.log(JSON.stringify({ threads, op: each.kernel, gigabytesPerSecond }));
  }
}

keepReference();
const small = [unary("Reshape", { shape: [4, 4] }), unary("Identity"), ...cases];
for (const each of small) {
  if (each.kernel.startsWith("Atelier")) continue;
  await tf.setBackend(REFERENCE);
  const stock = callMs(each, 16, 100) * 1000;
  await tf.setBackend(SIMD);
  const ours = callMs(each, 16, 100) * 1000;
  const figures = { simdMicroseconds: rounded(ours), stockMicroseconds: rounded(stock) };
  console.log(JSON.stringify({ op: each.kernel, elements: 16, ...figures }));
}
