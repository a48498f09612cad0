import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { gru } from "../../src/nn/gru.ts";
import { lstm } from "../../src/nn/lstm.ts";
import type { RecurrentWeights } from "../../src/nn/recurrence.ts";
import { webgpu } from "../webgpu.ts";
import golden from "../golden/recurrent_torch.json" with { type: "json" };
import { calls, REFERENCE_KERNELS, registerReferenceKernels } from "./reference_kernels.ts";

await tf.setBackend("cpu");
registerReferenceKernels();

const [BATCH, LENGTH, DEPTH, UNITS] = [2, 5, 3, 4];

/** The formula of tests/golden/recurrent_torch.py. */
function formula(shape: number[], phase: number, scale: number): tf.Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => scale * Math.sin(1.7 * i + phase)),
    shape,
  );
}

const weights = (gates: number, biasShape: number[], phase: number): tf.Tensor[] =>
  [[DEPTH, gates * UNITS], [UNITS, gates * UNITS], biasShape]
    .map((shape, i) => formula(shape, phase + i, 0.7));

type Run = (x: tf.Tensor3D, weights: RecurrentWeights, reverse: boolean) => tf.Tensor3D;

const cases: readonly {
  name: "lstm" | "gru" | "gruResetBefore";
  gates: number;
  biasShape: number[];
  run: Run;
}[] = [
  {
    name: "lstm",
    gates: 4,
    biasShape: [4 * UNITS],
    run: (x, weights, reverse) => lstm(x, weights, { reverse }),
  },
  {
    name: "gru",
    gates: 3,
    biasShape: [2, 3 * UNITS],
    run: (x, weights, reverse) => gru(x, weights, { reverse, resetAfter: true }),
  },
  {
    name: "gruResetBefore",
    gates: 3,
    biasShape: [3 * UNITS],
    run: (x, weights, reverse) => gru(x, weights, { reverse, resetAfter: false }),
  },
];

/** Outputs of both directions beside each other. */
function bidirectional(run: Run, [x, ...weights]: readonly tf.Tensor[]): tf.Tensor {
  const directions = [false, true].map((reverse) => {
    const [kernel, recurrentKernel, bias] = weights.slice(reverse ? 3 : 0) as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor,
    ];
    return run(x as tf.Tensor3D, { kernel, recurrentKernel, bias }, reverse);
  });
  return tf.concat(directions, 2);
}

async function assertClose(got: tf.Tensor, expected: readonly number[], what: string) {
  const values = await got.data();
  assertEquals(values.length, expected.length, what);
  for (const [i, value] of expected.entries()) {
    assertAlmostEquals(values[i]!, value, 1e-5 * Math.max(1, Math.abs(value)), `${what}[${i}]`);
  }
}

async function open(backend: string): Promise<void> {
  if (backend === "webgpu") await openDevice(await probeDevice(backend), { threads: 0 });
  else if (backend === "simd") await openDevice(await probeDevice(backend), { threads: 2 });
  else await tf.setBackend(backend);
}

const backends = [
  { backend: "cpu", options: {} },
  { backend: REFERENCE_KERNELS, options: {} },
  { backend: "simd", options: {} },
  { backend: "simd", options: {} },
  { backend: "webgpu", options: webgpu },
];

for (const { backend, options } of backends) {
  for (const { name, gates, biasShape, run } of cases) {
    Deno.test(
      `${name} on ${backend}: outputs and every gradient are PyTorch's, both ways`,
      options,
      async () => {
        await open(backend);
        const before = tf.memory().numTensors;
        const inputs = [
          formula([BATCH, LENGTH, DEPTH], 0.3, 1.5),
          ...weights(gates, biasShape, 1),
          ...weights(gates, biasShape, 5),
        ];
        const dh = formula([BATCH, LENGTH, 2 * UNITS], 9, 1);
        const h = tf.tidy(() => bidirectional(run, inputs));
        const gradients = tf.grads((...inputs) => bidirectional(run, inputs))(inputs, dh);
        const expected = golden[name];
        await assertClose(h, expected.h, "h");
        const flat = [expected.dx, ...expected.gradients.flat()];
        for (const [i, gradient] of gradients.entries()) {
          assertEquals(gradient.shape, inputs[i]!.shape);
          await assertClose(gradient, flat[i]!, `gradient ${i}`);
        }
        tf.dispose([inputs, dh, h, gradients]);
        assertEquals(tf.memory().numTensors, before);
        await tf.setBackend("cpu");
      },
    );
  }
}

Deno.test("lstm() and gru() use the backend's kernels where it has them", () => {
  for (const name of ["AtelierLstm", "AtelierGru"]) {
    assertEquals([calls.get(name)! > 0, calls.get(`${name}Gradient`)! > 0], [true, true]);
  }
});

Deno.test("lstm() refuses weights that do not fit", () => {
  const [kernel, recurrentKernel, bias] = weights(3, [12], 1) as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor,
  ];
  const x = tf.zeros<tf.Rank.R3>([2, 5, 3]);
  assertThrows(
    () => lstm(x, { kernel, recurrentKernel, bias }, { reverse: false }),
    RangeError,
    "Cannot compute an LSTM of [2, 5, 3] with 4 units: expected a kernel of [3, 16], got [3, 12]",
  );
  tf.dispose([x, kernel, recurrentKernel, bias]);
});
