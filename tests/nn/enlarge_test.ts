import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import type { Raster } from "../../src/core/images.ts";
import { Rng } from "../../src/core/rng.ts";
import { enlarge, enlargeBands, receptiveRadius, widestLayer } from "../../src/nn/enlarge.ts";
import { type EnlargerName, enlargerNetworks } from "../../src/experiments/enlarger_networks.ts";
import { wavyPicture } from "../metrics/fidelity/pictures.ts";

await openDevice(await probeDevice("simd"), { threads: 1 });

const joined = async (bands: AsyncIterable<Raster>): Promise<number[]> => {
  const pixels: number[] = [];
  for await (const band of bands) pixels.push(...band.pixels);
  return pixels;
};

/** A small one of each kind, at twice and thrice the size. */
const small: readonly (readonly [EnlargerName, 2 | 3])[] = [
  ["edsr-compact", 2],
  ["edsr-baseline", 2],
  ["srresnet", 2],
  ["fsrcnn", 3],
  ["espcn", 3],
  ["srcnn", 2],
];

Deno.test("widestLayer() counts what a layer gives for a small pixel, at whatever size it gives it", () => {
  const widest: Partial<Record<EnlargerName, number>> = {
    "edsr-compact": 48, // 3 channels of 4×4 pixels; its maps are 32
    fsrcnn: 56,
    espcn: 64,
    srresnet: 1024, // 256 maps at twice the size
    srcnn: 1024, // 64 maps at four times the size
  };
  for (const [name, expected] of Object.entries(widest)) {
    const size = { scale: 4, blocks: null, channels: null } as const;
    const model = enlargerNetworks[name as EnlargerName].build(size, new Rng(1));
    assertEquals(widestLayer(model), expected, name);
    model.dispose();
  }
});

for (const [name, scale] of small) {
  const build = () =>
    enlargerNetworks[name].build(
      {
        scale,
        ...(enlargerNetworks[name].sizable
          ? { blocks: 1, channels: 4 }
          : { blocks: null, channels: null }),
      },
      new Rng(1),
    );

  Deno.test(`${name} enlarges by tiles to the picture that it makes in one piece`, async () => {
    const model = build();
    const low = wavyPicture(29, 22, 0);
    const whole = await enlarge(model, low);
    const before = tf.memory().numTensors;
    const done: string[] = [];
    const bands = enlargeBands(model, scale, low, {
      tile: 10,
      overlap: receptiveRadius(model),
      onTile: (count, total) => done.push(`${count}/${total}`),
    });
    const tiled = await joined(bands);
    assertEquals(tiled.length, whole.pixels.length);
    const worst = tiled.reduce((most, x, i) => Math.max(most, Math.abs(x - whole.pixels[i]!)), 0);
    assert(worst <= 1, `${worst} of 255 apart`);
    assertEquals(done.at(-1), "9/9");
    assertEquals(tf.memory().numTensors, before);
    model.dispose();
  });

  Deno.test(`${name} sees as far as receptiveRadius() says, and no farther`, async () => {
    const model = build();
    const radius = receptiveRadius(model);
    const side = 2 * radius + 5;
    const middle = Math.floor(side / 2);
    const at = (change: number) => {
      const pixels = new Uint8Array(side * side * 3).fill(128);
      pixels[3 * (middle * side + middle)]! += change;
      return { pixels, width: side, height: side, channels: 3 };
    };
    const [plain, changed] = [await floats(model, at(0)), await floats(model, at(100))];
    let reach = 0;
    plain.forEach((value, i) => {
      if (value === changed[i]) return;
      const [x, y] = [Math.floor(i / 3) % (scale * side), Math.floor(i / 3 / (scale * side))];
      for (const place of [x, y]) {
        reach = Math.max(reach, Math.abs(Math.floor(place / scale) - middle));
      }
    });
    assert(reach <= radius, `it reaches ${reach}, expected at most ${radius}`);
    assert(reach >= radius / 3, `it reaches ${reach}, and ${radius} is too much to ask`);
    model.dispose();
  });
}

/** The network's output before it is rounded. */
async function floats(
  model: tf.LayersModel,
  { pixels, width, height }: Raster,
): Promise<Float32Array> {
  const output = tf.tidy(() => {
    const values = Float32Array.from(pixels, (value) => value / 127.5 - 1);
    return model.predict(tf.tensor4d(values, [1, height, width, 3])) as tf.Tensor;
  });
  const values = await output.data() as Float32Array;
  output.dispose();
  return values;
}

Deno.test("enlargeBands() hears of a stop that comes by an event", async () => {
  const model = enlargerNetworks.espcn.build(
    { scale: 2, blocks: null, channels: null },
    new Rng(1),
  );
  const stop = new AbortController();
  const done: number[] = [];
  const bands = enlargeBands(model, 2, wavyPicture(100, 20, 0), {
    tile: 10,
    overlap: 4,
    signal: stop.signal,
    onTile: (count) => {
      if (count === 1) setTimeout(() => stop.abort()); // as of Ctrl-C, or a message
      done.push(count);
    },
  });
  await assertRejects(() => joined(bands), DOMException);
  assert(done.length < 20, `${done.length} tiles were made`);
  model.dispose();
});

Deno.test("enlargeBands() stops between tiles, and enlarge() refuses grey", async () => {
  const model = enlargerNetworks.espcn.build(
    { scale: 2, blocks: null, channels: null },
    new Rng(1),
  );
  const stop = new AbortController();
  const bands = enlargeBands(model, 2, wavyPicture(20, 20, 0), {
    tile: 10,
    overlap: 4,
    signal: stop.signal,
    onTile: (done) => done === 3 && stop.abort(),
  });
  assertEquals((await bands.next()).value.height, 20);
  await assertRejects(() => bands.next(), DOMException);
  const grey = { pixels: new Uint8Array(4), width: 2, height: 2, channels: 1 };
  await assertRejects(() => enlarge(model, grey), RangeError, "of 1 channels: expected 3");
  model.dispose();
});
