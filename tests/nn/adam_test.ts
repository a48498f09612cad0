import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Adam } from "../../src/nn/adam.ts";
import { ADAM_KERNEL } from "../../src/nn/adam_kernel.ts";
import { readArrays, writeArrays } from "../../src/nn/weights.ts";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { webgpu } from "../webgpu.ts";
import golden from "../golden/adam_torch.json" with { type: "json" };

tf.copyRegisteredKernels("cpu", "composing"); // a backend with every op, but not our kernel
tf.unregisterKernel(ADAM_KERNEL, "composing");
tf.registerBackend("composing", () => tf.findBackendFactory("cpu")());
await tf.setBackend("cpu");

async function open(backend: string): Promise<void> {
  if (backend === "webgpu") await openDevice(await probeDevice(backend), { threads: 0 });
  else await tf.setBackend(backend);
}

const start = () => Float32Array.from({ length: 6 }, (_, i) => Math.cos(i));
const gradient = (step: number) =>
  Array.from({ length: 6 }, (_, i) => Math.sin(3 * step + i) * 10 ** (i - 3));

/** A variable under Adam, and one step as the golden script takes it. */
function setUp() {
  const variable = tf.tidy(() => tf.variable(tf.tensor1d(start())));
  const adam = new Adam([{ name: "x", variable }], golden.options);
  const update = (step: number) => {
    const g = tf.tensor1d(gradient(step));
    adam.apply({ [variable.name]: g });
    g.dispose();
  };
  const dispose = () => {
    adam.dispose();
    variable.dispose();
  };
  return { variable, adam, update, dispose };
}

const backends = [
  { backend: "cpu", options: {} },
  { backend: "composing", options: {} },
  { backend: "webgpu", options: webgpu },
];

for (const { backend, options } of backends) {
  Deno.test(`Adam on ${backend} follows PyTorch's`, options, async () => {
    await open(backend);
    const { variable, adam, update, dispose } = setUp();
    for (const [i, expected] of golden.steps.entries()) {
      update(i + 1);
      const state = await readArrays([{ name: "x", variable }, ...adam.state]);
      for (const [name, values] of [["x", expected.x], ["m/x", expected.m], ["v/x", expected.v]]) {
        for (const [j, value] of (values as number[]).entries()) {
          const got = state.get(name as string)!.data[j]!;
          const tolerance = 2e-6 * Math.max(Math.abs(value), 1e-9);
          assertAlmostEquals(got, value, tolerance, `${name}[${j}] after step ${i + 1}`);
        }
      }
    }
    dispose();
    await tf.setBackend("cpu");
  });

  Deno.test(`Adam on ${backend} resumes to the same bytes and leaks nothing`, options, async () => {
    await open(backend);
    const before = tf.memory().numTensors;
    const whole = setUp();
    for (let step = 1; step <= 2; step++) whole.update(step);
    const saved = await readArrays([{ name: "x", variable: whole.variable }, ...whole.adam.state]);
    const afterTwo = tf.memory().numTensors;

    const resumed = setUp();
    resumed.adam.steps = whole.adam.steps;
    writeArrays([{ name: "x", variable: resumed.variable }, ...resumed.adam.state], saved);
    const ofOne = (tf.memory().numTensors - before) / 2;
    for (let step = 3; step <= 5; step++) {
      whole.update(step);
      resumed.update(step);
    }
    assertEquals(await resumed.variable.data(), await whole.variable.data());
    assertEquals(tf.memory().numTensors, afterTwo + ofOne);
    whole.dispose();
    resumed.dispose();
    assertEquals(tf.memory().numTensors, before);
    await tf.setBackend("cpu");
  });
}

Deno.test("Adam leaves clones of its variables as they were", () => {
  const { variable, update, dispose } = setUp();
  const clone = variable.clone();
  update(1);
  assertEquals(clone.dataSync(), start());
  assert(variable.dataSync()[0] !== clone.dataSync()[0]);
  clone.dispose();
  dispose();
});

Deno.test("Adam.apply() refuses a loss that does not reach a variable, before it moves any", () => {
  const { variable, adam, dispose } = setUp();
  assertThrows(() => adam.apply({}), RangeError, 'Cannot update "x": the loss does not depend on');
  assertEquals(adam.steps, 0);
  assertEquals(variable.dataSync(), start());
  dispose();
});
