import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import type { BackendName } from "../../src/core/protocol.ts";
import type { GanNetworks } from "../../src/training/gan_trainer.ts";
import { webgpu } from "../webgpu.ts";
import { discs, tinyTrainer } from "./tiny_gan.ts";

/** Opens a backend and takes the first step of the tiny GAN on it. */
async function firstStep(backend: BackendName) {
  await openDevice(await probeDevice(backend), { threads: 0 });
  assertEquals(tf.getBackend(), backend);
  const trainer = tinyTrainer({ learningRate: 2e-4 });
  const { losses, scores } = await trainer.step(discs(1));
  const { generator, state } = await trainer.snapshot();
  const sample = await trainer.sample();
  trainer.dispose();
  return { report: { ...losses, ...scores }, arrays: new Map([...generator, ...state]), sample };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i]!)), 0);
}

Deno.test(
  "GanTrainer's first step on WebGPU is that on the cpu, within 1e-3",
  webgpu,
  async () => {
    const expected = await firstStep("cpu");
    const got = await firstStep("webgpu");
    for (const [name, value] of Object.entries(expected.report)) {
      const difference = Math.abs(got.report[name]! - value);
      assert(difference < 1e-3, `${name} differs by ${difference}`);
    }
    for (const [name, { data }] of expected.arrays) {
      // Moments are compared by their own scale: they are gradients, and far below 1e-3.
      const scale = /\/[mv]\//.test(name)
        ? largestDifference(data, new Float32Array(data.length))
        : 1;
      const difference = largestDifference(data, got.arrays.get(name)!.data);
      assert(difference < 1e-3 * scale, `${name} differs by ${difference}, of ${scale}`);
    }
    assert(largestDifference(expected.sample.pixels, got.sample.pixels) < 1e-2);
  },
);

/**
 * Every kind of layer that a DCGAN has, once each: what a step leaks does not hang on how often it
 * does, and on a software adapter a step's time is its launches'.
 */
function shallowNetworks(): GanNetworks {
  const norm = () => tf.layers.batchNormalization({ name: "norm" });
  const strided = { kernelSize: 4, strides: 2, padding: "same" } as const;
  const generator = () =>
    tf.sequential({
      layers: [
        tf.layers.dense({ name: "project", inputShape: [4], units: 16 * 16 * 2, useBias: false }),
        tf.layers.reshape({ targetShape: [16, 16, 2] }),
        norm(),
        tf.layers.reLU(),
        tf.layers.conv2dTranspose({ name: "image", filters: 1, useBias: false, ...strided }),
        tf.layers.activation({ activation: "tanh" }), // [B, 32, 32, 1]
      ],
    });
  const discriminator = tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [32, 32, 1] }),
      tf.layers.conv2d({ name: "down", filters: 2, useBias: false, ...strided }),
      norm(),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tf.layers.flatten(),
      tf.layers.dense({ name: "logit", units: 1, useBias: false }),
    ],
  });
  return { generator: generator(), average: generator(), discriminator };
}

Deno.test("GanTrainer leaks nothing over 50 steps on WebGPU", webgpu, async () => {
  await openDevice(await probeDevice("webgpu"), { threads: 0 });
  const trainer = tinyTrainer({}, shallowNetworks());
  const held = () => {
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    return { numTensors, numDataBuffers, numBytes };
  };
  await trainer.step(discs(1));
  const afterOne = held();
  for (let step = 2; step <= 50; step++) await trainer.step(discs(step));
  await trainer.sample();
  assertEquals(held(), afterOne);
  trainer.dispose();
});
