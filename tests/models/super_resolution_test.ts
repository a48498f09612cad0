/** What holds of every super-resolution network. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { type Plane, resizeBicubic } from "../../src/core/bicubic.ts";
import { Rng } from "../../src/core/rng.ts";
import { Adam } from "../../src/nn/adam.ts";
import { countTrainable, trainable } from "../../src/nn/weights.ts";
import { meanSquaredError } from "../../src/training/losses.ts";
import { supervisedStep } from "../../src/training/supervised_step.ts";
import { buildEdsr, EDSR_BASELINE, EDSR_COMPACT, type EdsrConfig } from "../../models/edsr.ts";
import { buildEspcn } from "../../models/espcn.ts";
import { buildFsrcnn, FSRCNN } from "../../models/fsrcnn.ts";
import { buildSrcnn } from "../../models/srcnn.ts";
import { buildSrganDiscriminator, SRGAN_DISCRIMINATOR } from "../../models/srgan_discriminator.ts";
import type { Scale } from "../../models/super_resolution_layers.ts";

await openDevice(await probeDevice("cpu"), { threads: 0 });

const tiny: Omit<EdsrConfig, "scale"> = { ...EDSR_BASELINE, blocks: 1, channels: 4 };

/** Parameters as each file's header states them, for ×2, ×3 and ×4; and a small one to try. */
const networks = {
  edsr: {
    parameters: [1_369_859, 1_554_499, 1_517_571],
    full: (scale: Scale) => buildEdsr({ ...EDSR_BASELINE, scale }, new Rng(1)),
    small: (scale: Scale) => buildEdsr({ ...tiny, scale }, new Rng(1)),
  },
  compact: {
    parameters: [161_580, 165_915, 171_984],
    full: (scale: Scale) => buildEdsr({ ...EDSR_COMPACT, scale }, new Rng(1)),
    small: (scale: Scale) =>
      buildEdsr({ ...EDSR_COMPACT, blocks: 1, channels: 4, scale }, new Rng(1)),
  },
  espcn: {
    parameters: [26_796, 31_131, 37_200],
    full: (scale: Scale) => buildEspcn({ scale }, new Rng(1)),
    small: (scale: Scale) => buildEspcn({ scale }, new Rng(1)),
  },
  fsrcnn: {
    parameters: [24_683, 24_683, 24_683],
    full: (scale: Scale) => buildFsrcnn({ ...FSRCNN, scale }, new Rng(1)),
    small: (scale: Scale) =>
      buildFsrcnn({ scale, features: 8, shrunk: 4, mappings: 1 }, new Rng(1)),
  },
  srcnn: {
    parameters: [20_099, 20_099, 20_099],
    full: (scale: Scale) => buildSrcnn({ scale }, new Rng(1)),
    small: (scale: Scale) => buildSrcnn({ scale }, new Rng(1)),
  },
};

for (const [name, { parameters, full, small }] of Object.entries(networks)) {
  for (const [i, scale] of ([2, 3, 4] as const).entries()) {
    Deno.test(`${name} ×${scale} has the parameters that its header states, and takes any size`, () => {
      const counted = full(scale);
      assertEquals(countTrainable(counted), parameters[i]);
      counted.dispose();
      const model = small(scale);
      for (const [batch, height, width] of [[1, 5, 4], [2, 1, 7]] as const) {
        tf.tidy(() => {
          const high = model.predict(tf.zeros([batch, height, width, 3])) as tf.Tensor;
          assertEquals(high.shape, [batch, scale * height, scale * width, 3]);
        });
      }
      model.dispose();
    });
  }

  Deno.test(`${name} learns one batch and leaks nothing`, () => {
    const model = small(2);
    const adam = new Adam(trainable(model), { learningRate: 3e-3, beta1: 0.9 });
    const low = tf.randomUniform([2, 6, 5, 3], -1, 1, "float32", 3) as tf.Tensor4D;
    const high = tf.image.resizeNearestNeighbor(low, [12, 10]);
    const losses: number[] = [];
    const held: number[] = [];
    for (let step = 0; step < 30; step++) {
      const loss = supervisedStep(model, adam, low, high, meanSquaredError);
      losses.push(loss.dataSync()[0]!);
      loss.dispose();
      held.push(tf.memory().numTensors);
    }
    assert(losses.at(-1)! < 0.6 * losses[0]!, `from ${losses[0]} to ${losses.at(-1)}`);
    assertEquals(new Set(held).size, 1);
    tf.dispose([low, high]);
    model.dispose();
    adam.dispose();
  });
}

Deno.test("a network with a bicubic skip begins where resizeBicubic() ends", () => {
  const plane: Plane = {
    values: new Rng(1).fillNormal(new Float32Array(6 * 7 * 3)),
    width: 7,
    height: 6,
    channels: 3,
  };
  for (const scale of [2, 3, 4] as const) {
    const model = buildEdsr({ ...EDSR_COMPACT, blocks: 1, channels: 4, scale }, new Rng(1));
    for (const { name, variable } of trainable(model)) {
      if (name.startsWith("tail/")) variable.assign(tf.zerosLike(variable));
    }
    const high = tf.tidy(() =>
      (model.predict(tf.tensor4d(plane.values, [1, 6, 7, 3])) as tf.Tensor).dataSync()
    );
    const expected = resizeBicubic(plane, scale).values;
    expected.forEach((value, i) => assert(Math.abs(value - high[i]!) < 1e-5));
    model.dispose();
  }
});

Deno.test("SRGAN's discriminator has the parameters that its header states", () => {
  const model = buildSrganDiscriminator(SRGAN_DISCRIMINATOR, new Rng(1));
  assertEquals(countTrainable(model), 23_565_505);
  assertEquals(model.outputs[0]!.shape, [null, 1]);
  model.dispose();
});
