import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { type OpCase, opCases } from "../../src/backends/op_cases.ts";
import { checkOp, ERROR_BOUND } from "../../src/backends/op_checks.ts";
import { probeDevice } from "../../src/backends/probe.ts";

/** An op of one [3, 5] input. */
function opOf(run: (x: tf.Tensor) => tf.Tensor, differentiable = true): OpCase {
  const inputs = [{ shape: [3, 5], draw: "normal" }] as const;
  return { name: "test op", inputs, run: (x) => run(x!), differentiable };
}

/** An op that is off by a factor from its third call on: the first two are the reference's. */
function drifting(factor: number): OpCase {
  let calls = 0;
  return opOf((x) => x.mul(++calls > 2 ? factor : 1));
}

async function check(opCase: OpCase) {
  await openDevice(await probeDevice("cpu"), { threads: 0 });
  return await checkOp(opCase, "cpu", 1);
}

Deno.test("checkOp() finds no difference between the cpu backend and itself, in any op", async () => {
  for (const opCase of opCases.filter(({ name }) => !name.startsWith("conv2d"))) {
    const { name, forward, gradient, failure } = await check(opCase);
    assertEquals([name, forward, gradient ?? 0, failure], [name, 0, 0, null]);
  }
});

Deno.test("checkOp() reports the error relative to the largest value", async () => {
  const { forward, gradient, bound, passed } = await check(drifting(1.01));
  assert(Math.abs(forward - 0.01) < 1e-6, `expected 0.01, got ${forward}`);
  assert(Math.abs(gradient! - 0.01) < 1e-6, `expected 0.01, got ${gradient}`);
  assertEquals([bound, passed], [ERROR_BOUND, false]);
});

Deno.test("checkOp() passes what float32 rounding explains", async () => {
  assertEquals((await check(drifting(1 + 1e-6))).passed, true);
});

Deno.test("checkOp() fails a wrong gradient of a right op", async () => {
  const wrong = tf.customGrad((x) => ({
    value: (x as tf.Tensor).square(),
    gradFunc: (dy: tf.Tensor) => dy.mul(++calls > 1 ? 3 : 2),
  }));
  let calls = 0;
  const { forward, gradient, passed } = await check(opOf((x) => wrong(x)));
  assertEquals([forward, passed], [0, false]);
  assert(gradient! > 0.4, `expected 0.5, got ${gradient}`);
});

Deno.test("checkOp() fails numbers that are not finite, and other shapes", async () => {
  let calls = 0;
  const infinite = await check(opOf((x) => (++calls > 1 ? x.div(0) : x), false));
  assertEquals([infinite.forward, infinite.gradient, infinite.passed], [Infinity, null, false]);
  const reshaped = await check(opOf((x) => (++calls > 3 ? x.flatten() : x), false));
  assertEquals([reshaped.forward, reshaped.passed], [Infinity, false]);
});

Deno.test("checkOp() reports what an op throws", async () => {
  const report = await check(opOf(() => {
    throw new Error("no such kernel");
  }));
  assertEquals([report.forward, report.passed], [Infinity, false]);
  assertStringIncludes(report.failure!, "no such kernel");
});

Deno.test("checkOp() leaves no tensor behind", async () => {
  await check(drifting(1));
  const { numTensors } = tf.memory();
  for (const opCase of [drifting(1), drifting(2), opOf((x) => x.reshape([2, 2]))]) {
    await check(opCase);
  }
  assertEquals(tf.memory().numTensors, numTensors);
});
