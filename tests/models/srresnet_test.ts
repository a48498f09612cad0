import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { Rng } from "../../src/core/rng.ts";
import { Adam } from "../../src/nn/adam.ts";
import { countTrainable, readArrays, trainable, writeArrays } from "../../src/nn/weights.ts";
import { meanSquaredError } from "../../src/training/losses.ts";
import { supervisedStep } from "../../src/training/supervised_step.ts";
import { buildSrresnet, SRRESNET, type SrresnetConfig } from "../../models/srresnet.ts";
import golden from "../golden/srresnet_torch.json" with { type: "json" };

await openDevice(await probeDevice("cpu"), { threads: 0 });

const TINY: SrresnetConfig = { scale: 4, blocks: 1, channels: 2 };

Deno.test("SRRESNET has the parameters that its header states", () => {
  const model = buildSrresnet(SRRESNET, new Rng(1));
  assertEquals(countTrainable(model), 1_549_462);
  model.dispose();
});

for (const scale of [2, 3, 4] as const) {
  Deno.test(`buildSrresnet() makes pictures of any size ${scale} times as large`, () => {
    const model = buildSrresnet({ ...TINY, scale }, new Rng(1));
    for (const [batch, height, width] of [[1, 5, 4], [3, 2, 7]] as const) {
      tf.tidy(() => {
        const high = model.predict(tf.zeros([batch, height, width, 3])) as tf.Tensor;
        assertEquals(high.shape, [batch, scale * height, scale * width, 3]);
      });
    }
    model.dispose();
  });
}

/** The formula of tests/golden/srresnet_torch.py. */
function formula(shape: number[], phase: number, scale: number, offset: number) {
  const size = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length: size }, (_, i) => offset + scale * Math.sin(1.7 * i + phase));
}

/** Scale and offset of the formula, by what a weight is called. */
const draws: Readonly<Record<string, readonly [scale: number, offset: number]>> = {
  kernel: [0.3, 0],
  bias: [0.1, 0],
  gamma: [0.1, 1],
  beta: [0.1, 0],
  alpha: [0, 0.25],
};

Deno.test("two steps of SRResNet equal PyTorch's: output, losses and weights", async () => {
  const model = buildSrresnet(TINY, new Rng(1));
  const names = Object.keys(golden.weightsAfter);
  const weights = trainable(model);
  assertEquals(weights.map(({ name }) => name).sort(), names.toSorted());
  writeArrays(
    weights,
    new Map(weights.map(({ name, variable: { shape } }) => {
      const [scale, offset] = draws[name.split("/")[1]!]!;
      return [name, { shape, data: formula(shape, names.indexOf(name), scale, offset) }];
    })),
  );
  const low = tf.tensor4d(formula([2, 5, 4, 3], 0.3, 0.5, 0.5), [2, 5, 4, 3]);
  const high = tf.tensor4d(formula([2, 20, 16, 3], 0.7, 0.5, 0.5), [2, 20, 16, 3]);
  tf.tidy(() => {
    const output = (model.apply(low, { training: true }) as tf.Tensor).dataSync();
    for (const [i, value] of golden.output.entries()) assertAlmostEquals(output[i]!, value, 1e-5);
  });
  const adam = new Adam(weights, { learningRate: golden.learningRate, beta1: 0.9 });
  for (const expected of golden.losses) {
    const loss = supervisedStep(model, adam, low, high, meanSquaredError);
    assertAlmostEquals(loss.dataSync()[0]!, expected, 1e-5);
    loss.dispose();
  }
  const after = await readArrays(weights);
  for (const [name, values] of Object.entries(golden.weightsAfter)) {
    // Batch norm takes out what these add: their gradient is rounding error, which Adam scales up.
    if (/conv.*\/bias/.test(name)) continue;
    for (const [i, value] of values.entries()) {
      assertAlmostEquals(after.get(name)!.data[i]!, value, 1e-4, `${name}[${i}]`);
    }
  }
  model.dispose();
  adam.dispose();
  tf.dispose([low, high]);
});

Deno.test("SRResNet overfits one batch and leaks nothing", () => {
  const model = buildSrresnet({ ...TINY, channels: 4 }, new Rng(1));
  const adam = new Adam(trainable(model), { learningRate: 1e-2, beta1: 0.9 });
  const low = tf.randomUniform([2, 4, 4, 3], 0, 1, "float32", 3) as tf.Tensor4D;
  const high = tf.image.resizeBilinear(low, [16, 16]);
  const losses: number[] = [];
  const held: number[] = [];
  for (let step = 0; step < 40; step++) {
    const loss = supervisedStep(model, adam, low, high, meanSquaredError);
    losses.push(loss.dataSync()[0]!);
    loss.dispose();
    held.push(tf.memory().numTensors);
  }
  assert(
    losses.at(-1)! < 0.05 * losses[0]!,
    `expected < 0.05 of ${losses[0]}, got ${losses.at(-1)}`,
  );
  assertEquals(new Set(held).size, 1);
  model.dispose();
  adam.dispose();
  tf.dispose([low, high]);
});
