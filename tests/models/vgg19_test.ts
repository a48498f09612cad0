import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import type { NamedArray } from "../../src/core/named_arrays.ts";
import { vggStack } from "../../src/evaluation/perceptual.ts";
import { pictureDistances } from "../../src/metrics/perceptual/distance.ts";
import { buildVgg19, buildVgg19Stack, VGG_LAYERS } from "../../models/vgg19.ts";
import { drawn } from "../golden/drawn.ts";
import distances from "../golden/perceptual_torch.json" with { type: "json" };
import golden from "../golden/vgg19_torch.json" with { type: "json" };
import { wavyPicture } from "../metrics/fidelity/pictures.ts";

await openDevice(await probeDevice("simd"), { threads: 2 });

/** Places of torchvision's convolutions, and how many feature maps each has. */
const PLACES = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34];
const MAPS = [64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512, 512, 512, 512];

const weights = new Map<string, NamedArray>(PLACES.flatMap((place, i) => {
  const [inputs, maps] = [i === 0 ? 3 : MAPS[i - 1]!, MAPS[i]!];
  const shape = [maps, inputs, 3, 3];
  const data = drawn(maps * inputs * 9, 2 * i, Math.sqrt(24 / (9 * inputs)));
  const bias = { shape: [maps], data: drawn(maps, 2 * i + 1, Math.sqrt(24 / 100)) };
  return [[`features.${place}.weight`, { shape, data }], [`features.${place}.bias`, bias]] as const;
}));

for (const layer of VGG_LAYERS) {
  Deno.test(`VGG19's ${layer} equals torchvision's`, async () => {
    const before = tf.memory().numTensors;
    const vgg = buildVgg19(layer, weights);
    const pictures = tf.tensor4d(drawn(2 * 32 * 48 * 3, 99, 2), [2, 32, 48, 3]);
    const features = vgg.apply(pictures);
    const expected = golden[layer];
    assertEquals(features.shape, expected.shape as [number, number, number, number]);
    const values = await features.data() as Float32Array;
    const scale = Math.max(...expected.values);
    assert(scale > 0.1);
    expected.values.forEach((value, i) => assertAlmostEquals(values[37 * i]!, value, 2e-5 * scale));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    assertAlmostEquals(mean, expected.mean, 1e-5 * scale);
    tf.dispose([features, pictures]);
    vgg.dispose();
    assertEquals(tf.memory().numTensors, before);
  });
}

Deno.test("pictureDistances() by VGG19 is torchvision's, whole or in tiles", async () => {
  const before = tf.memory().numTensors;
  const vgg = vggStack(buildVgg19Stack(weights));
  for (const { width, height, vgg19: expected, texture_vgg19 } of distances.cases) {
    const [a, b] = [wavyPicture(width, height, 0), wavyPicture(width, height, 0.5)];
    const { perceptual, texture } = await pictureDistances(vgg, a, b);
    assertAlmostEquals(perceptual, expected, 1e-4 * expected);
    assertAlmostEquals(texture, texture_vgg19, 1e-4 * texture_vgg19);
  }
  // Tiles of 128 pixels see 144 around them: the first does not see the whole.
  const [a, b] = [wavyPicture(289, 17, 0), wavyPicture(289, 17, 1)];
  const whole = await pictureDistances(vgg, a, b);
  const cut = await pictureDistances({ ...vgg, tile: 128 }, a, b);
  assertAlmostEquals(cut.perceptual, whole.perceptual, 1e-5 * whole.perceptual);
  assertAlmostEquals(cut.texture, whole.texture, 1e-5 * whole.texture);
  const small = wavyPicture(15, 40, 0);
  await assertRejects(
    () => pictureDistances(vgg, small, small),
    RangeError,
    "Cannot measure perceptual-vgg19 on 15×40 pixels: expected 16×16 or more",
  );
  vgg[Symbol.dispose]();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("buildVgg19() names the weights it lacks", () => {
  const lacking = new Map(weights);
  lacking.delete("features.7.bias");
  assertThrows(() => buildVgg19("conv2_2", lacking), RangeError, 'expected "features.7.bias"');
  lacking.set("features.7.bias", { shape: [3], data: new Float32Array(3) });
  assertThrows(() => buildVgg19("conv2_2", lacking), RangeError, "of shape [128], got [3]");
});
