import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { buildSrresnet, SRRESNET } from "../../models/srresnet.ts";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { Rng } from "../../src/core/rng.ts";
import { Adam } from "../../src/nn/adam.ts";
import { readArrays, trainable, writeArrays } from "../../src/nn/weights.ts";
import { meanSquaredError } from "../../src/training/losses.ts";
import { supervisedStep } from "../../src/training/supervised_step.ts";
import { drawn } from "../golden/drawn.ts";
import golden from "../golden/srresnet_full_torch.json" with { type: "json" };

await openDevice(await probeDevice("simd"), { threads: 2 });

/** Spread and middle of the rule, by what a weight is called. */
function ruleOf(name: string, shape: readonly number[]): readonly [number, number] {
  if (name.endsWith("/kernel")) return [Math.sqrt(12 / (shape[0]! * shape[1]! * shape[2]!)), 0];
  if (name.endsWith("/gamma")) return [0.1, 1];
  if (name.endsWith("/alpha")) return [0, 0.25];
  return [0.1, 0];
}

Deno.test("two steps of the full-size SRResNet equal PyTorch's from the same weights", async () => {
  const model = buildSrresnet(SRRESNET, new Rng(1));
  const weights = trainable(model);
  const names = Object.keys(golden.weightsAfter);
  assertEquals(weights.map(({ name }) => name).toSorted(), names.toSorted());
  writeArrays(
    weights,
    new Map(weights.map(({ name, variable: { shape, size } }) => {
      const [scale, offset] = ruleOf(name, shape);
      return [name, { shape, data: drawn(size, names.indexOf(name), scale, offset) }];
    })),
  );
  const low = tf.tensor4d(drawn(2 * 12 * 12 * 3, 900, 2), [2, 12, 12, 3]);
  const high = tf.tensor4d(drawn(2 * 48 * 48 * 3, 901, 2), [2, 48, 48, 3]);
  const output = tf.tidy(() => (model.apply(low, { training: true }) as tf.Tensor).dataSync());
  const largest = Math.max(...golden.output.map(Math.abs));
  golden.output.forEach((value, i) => assertAlmostEquals(output[i]!, value, 1e-3 * largest));
  const adam = new Adam(weights, { learningRate: golden.learningRate, beta1: 0.9 });
  for (const expected of golden.losses) {
    const loss = supervisedStep(model, adam, low, high, meanSquaredError);
    assertAlmostEquals(loss.dataSync()[0]! / expected, 1, 1e-3);
    loss.dispose();
  }
  const after = await readArrays(weights);
  let worst = 0;
  for (const [name, values] of Object.entries(golden.weightsAfter)) {
    // Batch norm takes out what these add: their gradient is rounding error, which Adam scales up.
    if (/(block\d+|body)_conv.*\/bias/.test(name)) continue;
    values.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(after.get(name)!.data[i]! - value));
    });
  }
  assert(worst < 2e-5, `weights differ by ${worst}, having moved 2e-4`);
  model.dispose();
  adam.dispose();
  tf.dispose([low, high]);
});
