import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Adam } from "../../src/nn/adam.ts";
import type { Optimizer } from "../../src/nn/optimizer.ts";
import { RmsProp } from "../../src/nn/rms_prop.ts";
import { Sgd } from "../../src/nn/sgd.ts";
import { type NamedVariable, readArrays, writeArrays } from "../../src/nn/weights.ts";
import golden from "../golden/optimizers_torch.json" with { type: "json" };
import { backends, open } from "./backends.ts";
import { calls, REFERENCE_KERNELS, registerReferenceKernels } from "./reference_kernels.ts";

registerReferenceKernels();
tf.copyRegisteredKernels("cpu", "composing"); // a backend with every op, but no kernel of ours
tf.unregisterKernel("AtelierAdam", "composing");
tf.registerBackend("composing", () => tf.findBackendFactory("cpu")());
await tf.setBackend("cpu");

type Build = (variables: NamedVariable[]) => Optimizer;

function build({ optimizer, options }: (typeof golden.cases)[number]): Build {
  switch (optimizer) {
    case "adam":
      return (variables) => new Adam(variables, options as ConstructorParameters<typeof Adam>[1]);
    case "sgd":
      return (variables) => new Sgd(variables, options);
    case "rmsProp":
      return (variables) => new RmsProp(variables, options);
    default:
      throw new RangeError(`The golden file holds an unknown optimizer, "${optimizer}"`);
  }
}

const adam = build(golden.cases[0]!);

const start = () => Float32Array.from({ length: 6 }, (_, i) => Math.cos(i));
const gradient = (step: number) =>
  Array.from({ length: 6 }, (_, i) => Math.sin(3 * step + i) * 10 ** (i - 3));

/** Two variables, which start alike, under an optimizer, and one step as the golden script takes it. */
function setUp(build: Build) {
  const [x, y] = tf.tidy(() => [
    tf.variable(tf.tensor1d(start())),
    tf.variable(tf.tensor2d(start(), [2, 3])),
  ]) as [tf.Variable, tf.Variable];
  const variables = [{ name: "x", variable: x }, { name: "y", variable: y }];
  const optimizer = build(variables);
  const update = (step: number) =>
    tf.tidy(() => {
      const g = tf.tensor1d(gradient(step));
      optimizer.apply({ [x.name]: g, [y.name]: g.reshape([2, 3]) });
    });
  const read = () => readArrays([...variables, ...optimizer.state]);
  const dispose = () => {
    optimizer.dispose();
    tf.dispose([x, y]);
  };
  return { variable: x, variables, optimizer, update, read, dispose };
}

const tested = [...backends, { backend: "composing", options: {} }];

for (const { backend, options } of tested) {
  for (const expected of golden.cases) {
    const title = `${expected.optimizer} ${JSON.stringify(expected.options)}`;
    Deno.test(`${title} on ${backend} follows PyTorch's`, options, async () => {
      await open(backend);
      const { update, read, dispose } = setUp(build(expected));
      for (const [i, { x, ...slots }] of expected.steps.entries()) {
        update(i + 1);
        const state = await read();
        for (const name of ["x", "y"]) {
          assertFollows(state.get(name)!.data, x, `${name} after step ${i + 1}`);
          for (const [slot, values] of Object.entries<number[]>(slots)) {
            const got = state.get(`${slot}/${name}`)!.data;
            assertFollows(got, values, `${slot}/${name} after step ${i + 1}`);
          }
        }
      }
      dispose();
      await tf.setBackend("cpu");
    });

    Deno.test(
      `${title} on ${backend} resumes to the same bytes and leaks nothing`,
      options,
      async () => {
        await open(backend);
        const before = tf.memory().numTensors;
        const whole = setUp(build(expected));
        for (let step = 1; step <= 2; step++) whole.update(step);
        const saved = await whole.read();
        const afterTwo = tf.memory().numTensors;

        const resumed = setUp(build(expected));
        resumed.optimizer.steps = whole.optimizer.steps;
        writeArrays([...resumed.variables, ...resumed.optimizer.state], saved);
        const ofOne = (tf.memory().numTensors - before) / 2;
        for (let step = 3; step <= 5; step++) {
          whole.update(step);
          resumed.update(step);
        }
        assertEquals(await resumed.read(), await whole.read());
        assertEquals(tf.memory().numTensors, afterTwo + ofOne);
        whole.dispose();
        resumed.dispose();
        assertEquals(tf.memory().numTensors, before);
        await tf.setBackend("cpu");
      },
    );
  }
}

function assertFollows(got: ArrayLike<number>, expected: readonly number[], what: string): void {
  for (const [i, value] of expected.entries()) {
    const tolerance = 2e-6 * Math.max(Math.abs(value), 1e-9);
    assertAlmostEquals(got[i]!, value, tolerance, `${what}, [${i}]`);
  }
}

Deno.test("optimizers update all variables by one call of their kernel", async () => {
  await tf.setBackend(REFERENCE_KERNELS);
  calls.clear();
  for (const expected of golden.cases) {
    const { update, dispose } = setUp(build(expected));
    update(1);
    dispose();
  }
  assertEquals(Object.fromEntries(calls), { AtelierAdam: 1, AtelierSgd: 3, AtelierRmsProp: 2 });
  await tf.setBackend("cpu");
});

Deno.test("an optimizer names its state after the variables", () => {
  const { optimizer, variables, dispose } = setUp(adam);
  assertEquals(optimizer.state.map(({ name }) => name), ["m/x", "m/y", "v/x", "v/y"]);
  assertEquals(optimizer.state.map(({ variable }) => variable.shape), [[6], [2, 3], [6], [2, 3]]);
  assertEquals(optimizer.variables, variables.map(({ variable }) => variable));
  dispose();
});

Deno.test("an optimizer leaves clones of its variables as they were", () => {
  const { variable, update, dispose } = setUp(adam);
  const clone = variable.clone();
  update(1);
  assertEquals(clone.dataSync(), start());
  assert(variable.dataSync()[0] !== clone.dataSync()[0]);
  clone.dispose();
  dispose();
});

Deno.test("an optimizer refuses a loss that does not reach a variable, before it moves any", () => {
  const { variable, optimizer, dispose } = setUp(adam);
  assertThrows(
    () => optimizer.apply({ [variable.name]: variable }),
    RangeError,
    'Cannot update "y": the loss does not depend on it',
  );
  assertEquals(optimizer.steps, 0);
  assertEquals(variable.dataSync(), start());
  dispose();
});

Deno.test("an optimizer refuses to go on from anything but a count", () => {
  const { optimizer, dispose } = setUp(adam);
  assertThrows(
    () => optimizer.steps = 1.5,
    RangeError,
    "Cannot restore an optimizer: expected a count of updates, got 1.5",
  );
  dispose();
});
