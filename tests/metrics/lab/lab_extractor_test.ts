import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { openDevice } from "../../../src/backends/open.ts";
import { probeDevice } from "../../../src/backends/probe.ts";
import type { ImageBatch } from "../../../src/core/images.ts";
import { Rng } from "../../../src/core/rng.ts";
import { encodeSafetensors, SafetensorsError } from "../../../src/core/safetensors.ts";
import {
  LAB_WEIGHTS,
  LabExtractor,
  openLabExtractor,
} from "../../../src/metrics/lab/lab_extractor.ts";
import { LAB_CONVOLUTIONS } from "../../../src/metrics/lab/network.ts";
import golden from "../../golden/lab_extractor_torch.json" with { type: "json" };
import { webgpu } from "../../webgpu.ts";
import { DEVICES, useDevice, withoutLeak } from "../device.ts";
import { assertNear } from "../models/golden_models.ts";

/** The picture of tests/golden/lab_extractor_torch.py. */
function picture(size: number, channels: number): ImageBatch {
  const pixels = new Float32Array(size * size * channels);
  for (let i = 0; i < pixels.length; i++) {
    const [pixel, c] = [Math.floor(i / channels), i % channels];
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    const wave = Math.sin(0.002 * (x + 1) * (y + 3) + c);
    const board = (Math.floor(x / 8) + Math.floor(y / 8)) % 2 ? 1 : -1;
    pixels[i] = Math.round(127.5 + 80 * wave + 30 * board) / 127.5 - 1;
  }
  return { pixels, count: 1, size, channels };
}

/** Random pictures, each of its own contrast, so that no two are alike. */
function randomPictures(count: number): ImageBatch {
  const rng = new Rng(1, "pictures");
  const length = 64 * 64 * 3;
  const pixels = rng.fillNormal(new Float32Array(count * length));
  for (let i = 0; i < pixels.length; i++) pixels[i]! *= 0.1 + 0.2 * Math.floor(i / length) / count;
  return { pixels, count, size: 64, channels: 3 };
}

async function assertGolden(): Promise<void> {
  await withoutLeak(async () => {
    using extractor = await openLabExtractor();
    for (const { size, channels, features } of golden) {
      const extracted = await extractor.extract(picture(size, channels));
      assertEquals(extracted.probabilities, null);
      assertEquals([extracted.features.count, extracted.features.dim], [1, extractor.dim]);
      assertNear(extracted.features.values, features, 1e-4 * Math.max(...features.map(Math.abs)));
    }
  });
}

for (const device of DEVICES) {
  Deno.test(`the lab's features on ${device} are PyTorch's to 1e-4`, async () => {
    await useDevice(device);
    await assertGolden();
  });
}

Deno.test("the lab's features on webgpu are PyTorch's to 1e-4", webgpu, async () => {
  await openDevice(await probeDevice("webgpu"), { threads: 1 });
  try {
    await assertGolden();
  } finally {
    tf.removeBackend("webgpu");
  }
});

Deno.test("extract() gives each picture the same features in any company and order", async () => {
  await useDevice("simd");
  using extractor = await openLabExtractor();
  const all = randomPictures(103); // more than are computed at once
  const { features } = await extractor.extract(all);
  const length = 64 * 64 * 3;
  const reversed = new Float32Array(all.pixels.length);
  for (let i = 0; i < all.count; i++) {
    reversed.set(all.pixels.subarray(i * length, (i + 1) * length), (102 - i) * length);
  }
  const turned = await extractor.extract({ ...all, pixels: reversed });
  for (const i of [0, 1, 99, 100, 102]) {
    const row = (
      values: Float32Array,
      at: number,
    ) => [...values.subarray(at * extractor.dim, (at + 1) * extractor.dim)];
    assertNear(row(turned.features.values, 102 - i), row(features.values, i), 1e-4);
    const one = { ...all, count: 1, pixels: all.pixels.slice(i * length, (i + 1) * length) };
    assertNear((await extractor.extract(one)).features.values, row(features.values, i), 1e-4);
  }
});

Deno.test("a grey picture has the features of the same one in three channels", async () => {
  await useDevice("simd");
  using extractor = await openLabExtractor();
  const grey = picture(64, 1);
  const pixels = new Float32Array(3 * grey.pixels.length).map((_, i) =>
    grey.pixels[Math.floor(i / 3)]!
  );
  const [one, three] = [
    await extractor.extract(grey),
    await extractor.extract({ ...grey, pixels, channels: 3 }),
  ];
  assertEquals(one.features.values, three.features.values);
});

Deno.test("no pictures have no features, and pictures of four channels are refused", async () => {
  await useDevice("cpu");
  using extractor = await openLabExtractor();
  const none = { pixels: new Float32Array(0), count: 0, size: 64, channels: 3 };
  assertEquals((await extractor.extract(none)).features.values.length, 0);
  await assertRejects(
    () => extractor.extract({ ...none, channels: 4 }),
    RangeError,
    'Cannot embed images by "lab": expected 1 or 3 channels, got 4',
  );
});

Deno.test("the fingerprint is of the weights", async () => {
  await useDevice("cpu");
  const bytes = Deno.readFileSync(LAB_WEIGHTS);
  using lab = await openLabExtractor();
  using again = await LabExtractor.from(bytes, "again");
  assert(/^lab-[0-9a-f]{16}$/.test(lab.fingerprint), lab.fingerprint);
  assertEquals(again.fingerprint, lab.fingerprint);
  bytes[bytes.length - 1]! ^= 1; // of the last array: still a sound file
  using other = await LabExtractor.from(bytes, "other");
  assert(other.fingerprint !== lab.fingerprint);
});

Deno.test("LabExtractor.from() refuses a damaged file, and weights of another network", async () => {
  await useDevice("cpu");
  await withoutLeak(async () => {
    const cut = Deno.readFileSync(LAB_WEIGHTS).slice(0, 1000);
    await assertRejects(() => LabExtractor.from(cut, "cut"), SafetensorsError, '"cut"');
    const data = new Float32Array(3);
    const arrays = new Map([["conv1/kernel", { dtype: "F32" as const, shape: [3], data }]]);
    const other = encodeSafetensors({ metadata: {}, arrays });
    await assertRejects(() => LabExtractor.from(other, "other"), RangeError, "conv1/kernel");
  });
});

Deno.test("featureMaps() of colours and of greys pass gradients on, down which they change, without a leak", async () => {
  await useDevice("simd");
  await withoutLeak(async () => {
    using extractor = await openLabExtractor();
    const images = [picture(64, 3), picture(32, 1)];
    const pooled = LAB_CONVOLUTIONS.filter(({ pooled }) => pooled).map(({ filters }) => filters);
    for (const { pixels, size, channels } of images) {
      const x = tf.tensor4d(pixels, [1, size, size, channels]);
      const maps = extractor.featureMaps(x);
      assertEquals(maps.map(({ shape }) => shape[3]!), pooled);
      const loss = (images: tf.Tensor) =>
        tf.addN(extractor.featureMaps(images as tf.Tensor4D).map((map) => map.square().mean()));
      const gradient = tf.tidy(() => tf.grad(loss)(x));
      const step = tf.tidy(() => x.sub(gradient.mul(0.5)));
      const [before, after] = [x, step].map((at) => tf.tidy(() => loss(at).dataSync()[0]!));
      assert(after! < before!, `from ${before} to ${after}`);
      tf.dispose([x, step, gradient, ...maps]);
    }
  });
});
