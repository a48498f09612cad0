import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { encodeSafetensors } from "../../src/core/safetensors.ts";
import { assertPerceptualSpec, openPerceptual } from "../../src/evaluation/perceptual.ts";
import { TemporaryFolder } from "../data/pictures.ts";
import { useDevice, withoutLeak } from "../metrics/device.ts";
import { wavyPicture } from "../metrics/fidelity/pictures.ts";

Deno.test("openPerceptual() names the figure by its extractor, and gives nothing for none", async () => {
  await useDevice("simd");
  await withoutLeak(async () => {
    using lab = await openPerceptual("lab");
    const picture = wavyPicture(20, 18, 0);
    assertEquals(await lab!.compare(picture, picture), { "perceptual-lab": 0, "texture-lab": 0 });
    assertEquals(await openPerceptual("none"), null);
  });
});

Deno.test("what names no extractor is refused, and a file that is not there or not VGG19's", async () => {
  using folder = new TemporaryFolder();
  for (const spec of ["lpips", "vgg19", "vgg19:", ""]) {
    assertThrows(() => assertPerceptualSpec(spec), RangeError, "expected lab, vgg19:FILE");
  }
  assertThrows(() => assertPerceptualSpec("vgg19:none.safetensors"), RangeError, "no such file");
  const data = new Float32Array(3);
  const arrays = new Map([["classifier.bias", { dtype: "F32" as const, shape: [3], data }]]);
  folder.write({ "other.safetensors": encodeSafetensors({ metadata: {}, arrays }) });
  const spec = `vgg19:${join(folder.path, "other.safetensors")}`;
  assertPerceptualSpec(spec);
  await withoutLeak(() =>
    assertRejects(() => openPerceptual(spec), RangeError, 'expected "features.0.weight"')
  );
});
