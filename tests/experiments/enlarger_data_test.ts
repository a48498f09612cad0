import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import sharp from "sharp";
import { Rng } from "../../src/core/rng.ts";
import type { DataOptions } from "../../src/experiments/experiment.ts";
import { openEnlargerData } from "../../src/experiments/enlarger_data.ts";
import { srgan } from "../../src/experiments/srgan.ts";
import { superResolution } from "../../src/experiments/super_resolution.ts";
import { buildSrcnn } from "../../models/srcnn.ts";
import { everything, readArrays, under } from "../../src/nn/weights.ts";
import { encodeSafetensors } from "../../src/core/safetensors.ts";
import { TemporaryFolder } from "../data/pictures.ts";
import { useDevice } from "../metrics/device.ts";
import { wavyPicture } from "../metrics/fidelity/pictures.ts";

/** A folder of pictures of these sides, in order. */
async function pictures(folder: TemporaryFolder, name: string, sides: readonly number[]) {
  for (const [i, side] of sides.entries()) {
    const { pixels, ...size } = wavyPicture(side, side + 3, i);
    const png = await sharp(pixels, { raw: { ...size, channels: 3 } }).png().toBuffer();
    folder.write({ [`${name}/${i}.png`]: png });
  }
  return `folder:${join(folder.path, name)}`;
}

/** How pictures are opened for a fresh run. */
const options = (folder: TemporaryFolder): DataOptions => ({
  cacheDir: join(folder.path, "cache"),
  threads: 1,
  startStep: 0,
  openDataset: () => Promise.reject(new Error("no data set is asked for")),
});

const given = { scale: 2, patch: 4, batch: 1, model: "srcnn" };

Deno.test("openEnlargerData() holds out, and validates on, pictures that can be measured alone", async () => {
  using folder = new TemporaryFolder();
  const data = await pictures(folder, "some", [12, 14, 40, 12, 13]);
  const validation = await pictures(folder, "other", [12, 30, 20]);
  const small = await pictures(folder, "small", [12, 13]);
  const notices: string[] = [];
  const open = (settings: object) =>
    openEnlargerData(
      superResolution.resolve({ ...given, ...settings }, null as never),
      { ...options(folder), onNotice: (text) => notices.push(text) },
    );
  {
    using held = await open({ data });
    assertEquals(held.validation.map(({ high }) => high.width), [40]);
  }
  {
    using apart = await open({ data, validation });
    assertEquals(apart.validation.map(({ high }) => high.width), [30, 20]);
  }
  assertEquals(notices, [
    'Left out 1 picture smaller than what validation takes, 15×15 pixels: "0.png"',
  ]);
  for (const settings of [{ data: small }, { data, validation: small }]) {
    await assertRejects(
      () => open(settings),
      RangeError,
      "expected a picture of 15 pixels or more",
    );
  }
});

Deno.test("an SRGAN refuses the weights of another network, and says which settings are meant", async () => {
  using folder = new TemporaryFolder();
  await useDevice("simd");
  const model = buildSrcnn({ scale: 2 }, new Rng(1));
  const arrays = await readArrays(under("generator_ema", everything(model)));
  model.dispose();
  const typed = [...arrays].map(([name, array]) => [name, { dtype: "F32", ...array }] as const);
  folder.write({ "g.safetensors": encodeSafetensors({ metadata: {}, arrays: new Map(typed) }) });
  const pretrained = join(folder.path, "g.safetensors");
  const data = await pictures(folder, "some", [40, 40]);
  const config = srgan.resolve({ ...given, model: "espcn", data, pretrained }, null as never);
  using opened = await srgan.openData(
    config,
    {
      cacheDir: join(folder.path, "cache"),
      threads: 1,
      startStep: 0,
    } as Parameters<typeof srgan.openData>[1],
  );
  await assertRejects(
    () => Promise.resolve().then(() => srgan.build(config, opened)),
    RangeError,
    "g.safetensors\": expected the weights of espcn that enlarges 2 times, got another network's",
  );
});
