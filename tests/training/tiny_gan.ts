/** A GAN small enough for the stock cpu backend: 32 px, 2 filters, latents of 4, grey. */
import * as tf from "@tensorflow/tfjs";
import { buildDiscriminator, buildGenerator, type DcganConfig } from "../../models/dcgan.ts";
import type { ImageBatch } from "../../src/core/images.ts";
import { Rng } from "../../src/core/rng.ts";
import { type GanNetworks, type GanOptions, GanTrainer } from "../../src/training/gan_trainer.ts";

export const TINY: DcganConfig = { size: 32, filters: 2, latentDim: 4, channels: 1 };
export const BATCH = 3;

export function tinyNetworks(seed = 1, config = TINY): GanNetworks {
  const rng = new Rng(seed, "weights");
  return {
    generator: buildGenerator(config, rng),
    discriminator: buildDiscriminator(config, rng),
    average: buildGenerator(config, rng),
  };
}

export function tinyTrainer(
  options: Partial<GanOptions> = {},
  networks: GanNetworks = tinyNetworks(),
): GanTrainer {
  return new GanTrainer(networks, {
    seed: 1,
    learningRate: 2e-3,
    beta1: 0.5,
    labelSmoothing: 0,
    emaDecay: 0.99,
    sampleCount: 4,
    ...options,
  });
}

/** Batch `index` of pictures that are a disc each, of its own size and shade. */
export function discs(index: number, count = BATCH, channels = TINY.channels): ImageBatch {
  const size = 32;
  const rng = new Rng(index, "discs");
  const pixels = new Float32Array(count * size * size * channels).fill(-0.8);
  for (let i = 0; i < count; i++) {
    const [x, y, radius, shade] = [12, 12, 5, 0].map((low) => rng.uniform(low, low + 8));
    for (let p = 0; p < size * size; p++) {
      if (Math.hypot(p % size - x!, Math.floor(p / size) - y!) > radius!) continue;
      pixels.fill(
        shade! / 8,
        (i * size * size + p) * channels,
        (i * size * size + p + 1) * channels,
      );
    }
  }
  return { pixels, count, size, channels };
}

/** The formula of tests/golden/dcgan_torch.py. */
export const formula = (
  count: number,
  phase: number,
  scale: number,
  offset = 0,
): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, (_, i) => offset + scale * Math.sin(1.7 * i + phase));

export const latents = (phase: number): tf.Tensor2D =>
  tf.tensor2d(formula(BATCH * TINY.latentDim, phase, 1.5), [BATCH, TINY.latentDim]);
