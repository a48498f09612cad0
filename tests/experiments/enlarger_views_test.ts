import type * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals } from "@std/assert";
import { pairOf } from "../../data/pairs/decode.ts";
import { buildEspcn } from "../../models/espcn.ts";
import { Rng } from "../../src/core/rng.ts";
import { enlargerViews } from "../../src/experiments/enlarger_views.ts";
import { psnr } from "../../src/metrics/fidelity/psnr.ts";
import { enlarge, tilesOf } from "../../src/nn/enlarge.ts";
import { useDevice } from "../metrics/device.ts";
import { wavyPicture } from "../metrics/fidelity/pictures.ts";

Deno.test("enlargerViews() looks at large pictures tile by tile, and measures them whole", async () => {
  await useDevice("simd");
  const network = buildEspcn({ scale: 2 }, new Rng(1));
  const pair = pairOf(wavyPicture(640, 48, 0), 2)!;
  const none = { pixels: new Float32Array(), count: 0, size: 0, channels: 3 } as const;
  const views = enlargerViews([pair], { low: none, high: none }, 2);
  const whole = await enlarge(network, pair.low);

  let widest = 0;
  const predict = network.predict.bind(network);
  network.predict = (input, options) => {
    widest = Math.max(widest, (input as tf.Tensor4D).shape[2]);
    return predict(input, options);
  };
  const { tile, overlap } = tilesOf(network);
  const figures = await views.measure(network);
  await views.show(network);
  assert(pair.low.width > tile + overlap, "or this tests nothing");
  assert(widest > 0 && widest <= tile + 2 * overlap, `${widest} columns at once`);
  assertAlmostEquals(
    figures["psnr-y-crop2"]!,
    psnr(whole, pair.high, { space: "y", crop: 2 }),
    0.01,
  );
  network.dispose();
});
