/** The little training of tests/golden/dcgan_torch.py, on whichever backend is set. */
import * as tf from "@tensorflow/tfjs";
import { Adam } from "../../src/nn/adam.ts";
import { trainable, writeArrays } from "../../src/nn/weights.ts";
import {
  type DiscriminatorReport,
  discriminatorStep,
  fakeImages,
  type GeneratorReport,
  generatorStep,
} from "../../src/training/gan_steps.ts";
import { BATCH, formula, latents, tinyNetworks } from "./tiny_gan.ts";

/** Both networks of a GAN. */
export interface Networks {
  readonly generator: tf.LayersModel;
  readonly discriminator: tf.LayersModel;
}

/** Their optimizers. */
export interface Optimizers {
  readonly generator: Adam;
  readonly discriminator: Adam;
}

/** Tiny networks, their optimizers, and what frees both. */
export function setUp(
  options = { learningRate: 2e-3, beta1: 0.5 },
): Networks & { readonly optimizers: Optimizers; dispose(): void } {
  const { average, ...networks } = tinyNetworks();
  average.dispose();
  const { generator, discriminator } = networks;
  const optimizers = {
    generator: new Adam(trainable(generator), options),
    discriminator: new Adam(trainable(discriminator), options),
  };
  const dispose = () => {
    for (const owner of [...Object.values(networks), ...Object.values(optimizers)]) owner.dispose();
  };
  return { ...networks, optimizers, dispose };
}

/** The script's phases of its formula, by layer. */
const PHASES: Readonly<Record<keyof Networks, Readonly<Record<string, number>>>> = {
  generator: {
    project: 1,
    project_norm: 2,
    up1: 3,
    up1_norm: 4,
    up2: 5,
    up2_norm: 6,
    image: 7,
  },
  discriminator: {
    down1: 8,
    down2: 9,
    down2_norm: 10,
    down3: 11,
    down3_norm: 12,
    logit: 13,
  },
};

/** Sets the weights that the script starts from. */
export function startAsGolden(networks: Networks): void {
  for (const role of ["generator", "discriminator"] as const) {
    const variables = trainable(networks[role]);
    const arrays = variables.map(({ name, variable: { shape, size } }) => {
      const [layer, weight] = name.split("/") as [string, string];
      const phase = PHASES[role][layer]! + (weight === "beta" ? 0.5 : 0);
      const [scale, offset] = weight === "gamma" ? [0.1, 1] : [0.2, 0];
      return [name, { shape, data: formula(size, phase, scale!, offset) }] as const;
    });
    writeArrays(variables, new Map(arrays));
  }
}

/** Step `step` of the script, from 1 on. The caller owns the scalars. */
export function goldenStep(
  { generator, discriminator }: Networks,
  optimizers: Optimizers,
  step: number,
  options: { readonly labelSmoothing: number },
): { readonly d: DiscriminatorReport; readonly g: GeneratorReport } {
  const phase = 20 * step;
  const pixels = formula(BATCH * 32 * 32, phase, 0.9);
  const real = tf.tensor4d(pixels, [BATCH, 32, 32, 1]);
  const [z1, z2] = [latents(phase + 1), latents(phase + 2)];
  const fake = fakeImages(generator, z1);
  const d = discriminatorStep(discriminator, optimizers.discriminator, real, fake, options);
  const g = generatorStep(generator, discriminator, optimizers.generator, z2);
  tf.dispose([real, fake, z1, z2]);
  return { d, g };
}
