import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { Raster } from "../../../src/core/images.ts";
import type { NamedArray } from "../../../src/core/named_arrays.ts";
import { Rng } from "../../../src/core/rng.ts";
import { encodeSafetensors } from "../../../src/core/safetensors.ts";
import { LabExtractor } from "../../../src/metrics/lab/lab_extractor.ts";
import { LAB_CONVOLUTIONS, LAB_DIM, LAB_RAW_DIM } from "../../../src/metrics/lab/network.ts";
import { type FeatureStack, pictureDistances } from "../../../src/metrics/perceptual/distance.ts";
import { labStack, openLabStack } from "../../../src/metrics/perceptual/lab_stack.ts";
import { openFaces } from "../../../data/faces.ts";
import { toByte } from "../../../src/core/images.ts";
import { drawn } from "../../golden/drawn.ts";
import golden from "../../golden/perceptual_torch.json" with { type: "json" };
import { DEVICES, useDevice, withoutLeak } from "../device.ts";
import { wavyPicture } from "../fidelity/pictures.ts";

/** The lab's architecture with the weights of tests/golden/perceptual_torch.py. */
async function drawnLab(): Promise<FeatureStack> {
  const arrays = new Map<string, NamedArray>();
  let inputs = 3;
  const add = (name: string, shape: number[], data: Float32Array<ArrayBuffer>) =>
    arrays.set(name, { shape, data });
  for (const [i, { name, filters, kernelSize: k }] of LAB_CONVOLUTIONS.entries()) {
    const fan = k * k * inputs;
    add(
      `${name}/kernel`,
      [k, k, inputs, filters],
      drawn(fan * filters, 2 * i, Math.sqrt(24 / fan)),
    );
    add(`${name}/bias`, [filters], drawn(filters, 2 * i + 1, Math.sqrt(24 / 100)));
    inputs = filters;
  }
  for (
    const [name, ...shape] of [
      ...[["squeeze", 1, 1, 80, 16], ["summary", 256, 64], ["features", LAB_RAW_DIM, LAB_DIM]],
    ] as [string, ...number[]][]
  ) {
    add(`${name}/kernel`, shape, new Float32Array(shape.reduce((a, b) => a * b)));
    add(`${name}/bias`, shape.slice(-1), new Float32Array(shape.at(-1)!));
  }
  const typed = new Map(
    [...arrays].map(([name, array]) => [name, { dtype: "F32" as const, ...array }]),
  );
  const file = encodeSafetensors({ metadata: {}, arrays: typed });
  return labStack(await LabExtractor.from(file, "drawn"));
}

/** A face that the lab draws. */
function face(index: number, size: number): Raster {
  using faces = openFaces({ size, channels: 3, seed: 1 });
  const values = new Float32Array(size * size * 3);
  faces.read(index, values);
  return { pixels: Uint8Array.from(values, toByte), width: size, height: size, channels: 3 };
}

/** Means over squares of side 2·radius + 1, clipped at the edges. */
function blurred({ pixels, width, height, channels }: Raster, radius: number): Raster {
  const out = pixels.map((_, i) => {
    const [c, x, y] = [
      i % channels,
      Math.floor(i / channels) % width,
      Math.floor(i / channels / width),
    ];
    let [sum, count] = [0, 0];
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
      for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
        sum += pixels[(v * width + u) * channels + c]!;
        count++;
      }
    }
    return Math.round(sum / count);
  });
  return { pixels: out, width, height, channels };
}

/** Gaussian noise of a deviation, in levels of 255. */
function noisy(picture: Raster, deviation: number): Raster {
  const noise = new Rng(1, "noise").fillNormal(new Float32Array(picture.pixels.length));
  const pixels = picture.pixels.map((value, i) =>
    Math.max(0, Math.min(255, Math.round(value + deviation * noise[i]!)))
  );
  return { ...picture, pixels };
}

for (const device of DEVICES) {
  Deno.test(`pictureDistances() by the lab's layers on ${device} is PyTorch's, whole or in tiles`, async () => {
    await useDevice(device);
    await withoutLeak(async () => {
      using lab = await drawnLab();
      const cases = device === "cpu" ? golden.cases.slice(-1) : golden.cases; // the stock kernels are slow
      for (const { width, height, lab: expected, texture_lab } of cases) {
        const [a, b] = [wavyPicture(width, height, 0), wavyPicture(width, height, 0.5)];
        const { perceptual, texture } = await pictureDistances(lab, a, b);
        assertAlmostEquals(perceptual, expected, 1e-4 * expected);
        assertAlmostEquals(texture, texture_lab, 1e-4 * texture_lab);
      }
      if (device === "cpu") return;
      const [a, b] = [wavyPicture(283, 37, 0), wavyPicture(283, 37, 1)];
      const whole = await pictureDistances(lab, a, b);
      const cut = await pictureDistances({ ...lab, tile: 128 }, a, b);
      assertAlmostEquals(cut.perceptual, whole.perceptual, 1e-5 * whole.perceptual);
      assertAlmostEquals(cut.texture, whole.texture, 1e-5 * whole.texture);
    });
  });
}

Deno.test("pictureDistances() by the lab is 0 for equal pictures, symmetric, and sees every channel", async () => {
  await useDevice("simd");
  using lab = await openLabStack();
  const [a, b] = [face(0, 96), face(1, 96)];
  assertEquals((await pictureDistances(lab, a, a)).perceptual, 0);
  const [there, back] = [
    (await pictureDistances(lab, a, b)).perceptual,
    (await pictureDistances(lab, b, a)).perceptual,
  ];
  assert(there > 0.1);
  assertAlmostEquals(there, back, 1e-6);
  for (const c of [0, 1, 2]) {
    const pixels = a.pixels.map((value, i) => i % 3 === c ? value ^ 64 : value);
    assert((await pictureDistances(lab, a, { ...a, pixels })).perceptual > 0.01);
  }
});

Deno.test("pictureDistances() by the lab grows with blur and with noise", async () => {
  await useDevice("simd");
  using lab = await openLabStack();
  for (const picture of [face(2, 96), wavyPicture(90, 75, 0)]) {
    const versions = [
      [1, 2, 4].map((radius) => blurred(picture, radius)),
      [4, 12, 36].map((deviation) => noisy(picture, deviation)),
    ];
    for (const worse of versions) {
      const distances: number[] = [];
      for (const each of worse) {
        distances.push((await pictureDistances(lab, each, picture)).perceptual);
      }
      assertEquals(distances, distances.toSorted((p, q) => p - q));
      assert(distances[0]! > 0.001 && distances[2]! > 2 * distances[0]!, distances.join(", "));
    }
  }
});

Deno.test("true texture in the wrong place is nearer than none, window by window, and farther place by place", async () => {
  await useDevice("simd");
  using lab = await openLabStack();
  const none = { ...wavyPicture(160, 128, 0), pixels: new Uint8Array(160 * 128 * 3).fill(120) };
  const truth = noisy(none, 10);
  const rows = 3 * 160 * 6;
  const pixels = truth.pixels.map((_, i) => truth.pixels[(i + rows + 18) % truth.pixels.length]!);
  const smooth = await pictureDistances(lab, none, truth);
  const moved = await pictureDistances(lab, { ...truth, pixels }, truth);
  assert(moved.texture < 0.2 * smooth.texture, `${moved.texture} and ${smooth.texture}`);
  assert(moved.perceptual > smooth.perceptual, `${moved.perceptual} and ${smooth.perceptual}`);
});

Deno.test("pictureDistances() takes pictures down to one pixel, and refuses different shapes", async () => {
  await useDevice("simd");
  using lab = await openLabStack();
  assert((await pictureDistances(lab, wavyPicture(1, 1, 0), wavyPicture(1, 1, 2))).perceptual > 0);
  await assertRejects(
    () => pictureDistances(lab, wavyPicture(5, 4, 0), wavyPicture(4, 5, 0)),
    RangeError,
    "different shapes",
  );
});
