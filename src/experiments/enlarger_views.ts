/** How an enlarger is looked at and measured while it trains. */
import type * as tf from "@tensorflow/tfjs";
import { resizeRaster } from "../../data/pairs/decode.ts";
import type { ImageBatch, Raster } from "../core/images.ts";
import { type PairBatch, type PicturePair, unitPixels } from "../core/pairs.ts";
import { psnr } from "../metrics/fidelity/psnr.ts";
import { protocolName } from "../metrics/fidelity/protocol.ts";
import { ssim } from "../metrics/fidelity/ssim.ts";
import { perceptualNames, pictureDistances } from "../metrics/perceptual/distance.ts";
import { openLabStack } from "../metrics/perceptual/lab_stack.ts";
import { enlargeBands, joined, tilesOf } from "../nn/enlarge.ts";
import type { EnlargerViews } from "../training/enlarger_trainer.ts";

/** Pictures in a sample, and how large a piece of each is shown, in pixels. */
const SHOWN = { pictures: 4, side: 192 };

/** A square from the middle of a picture. */
function middle(picture: Raster, side: number): Raster {
  const { pixels, width, height, channels } = picture;
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const out = new Uint8Array(side * side * channels);
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * width + left) * channels;
    out.set(pixels.subarray(from, from + side * channels), y * side * channels);
  }
  return { pixels: out, width: side, height: side, channels };
}

/** Squares of one size as a batch. */
function batchOf(squares: readonly Raster[], size: number): ImageBatch {
  const length = size * size * 3;
  const pixels = new Float32Array(squares.length * length);
  squares.forEach((square, i) => pixels.set(unitPixels(square), i * length));
  return { pixels, count: squares.length, size, channels: 3 };
}

/** What a network makes of a small picture whose truth is of this size, tile by tile: it may be large. */
function enlarged(network: tf.LayersModel, { low, high }: PicturePair): Promise<Raster> {
  const scale = high.width / low.width;
  return joined(enlargeBands(network, scale, low, tilesOf(network)), high);
}

/**
 * Views on pictures that a network does not train on. A sample shows their middles, a picture a row:
 * bicubic, the network's, the truth. Measured are the means, over all of them, of `psnr-y-cropS`,
 * `ssim-y-cropS`, S being the scale, and of `perceptual-lab` and `texture-lab`, which training against a
 * discriminator lowers where the others fall.
 */
export function enlargerViews(
  validation: readonly PicturePair[],
  calibration: PairBatch,
  scale: number,
): EnlargerViews {
  const protocol = { space: "y", crop: scale } as const;
  const shown = validation.slice(0, SHOWN.pictures);
  const side = Math.min(
    SHOWN.side,
    ...shown.flatMap(({ high: { width, height } }) => [width, height]),
  );
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    calibration,
    async show(network: tf.LayersModel) {
      const squares: Raster[] = [];
      for (const pair of shown) {
        const { low, high } = pair;
        const versions = [resizeRaster(low, scale), await enlarged(network, pair), high];
        squares.push(...versions.map((version) => middle(version, side)));
      }
      return { ...batchOf(squares, side), columns: 3 };
    },
    async measure(network: tf.LayersModel) {
      using lab = await openLabStack(); // opened anew: small, and nothing to free later
      const names = perceptualNames(lab.name);
      const figures: Readonly<Record<string, number>>[] = [];
      for (const pair of validation) {
        const { high } = pair;
        const made = await enlarged(network, pair);
        const { perceptual, texture } = await pictureDistances(lab, made, high);
        figures.push({
          [protocolName("psnr", protocol)]: psnr(made, high, protocol),
          [protocolName("ssim", protocol)]: ssim(made, high, protocol),
          [names.perceptual]: perceptual,
          [names.texture]: texture,
        });
      }
      return Object.fromEntries(
        Object.keys(figures[0]!).map((name) => [name, mean(figures.map((each) => each[name]!))]),
      );
    },
  };
}
