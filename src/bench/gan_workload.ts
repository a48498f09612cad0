/** A DCGAN's step: one update of each network, each with latents of its own. */
import * as tf from "@tensorflow/tfjs";
import { buildDiscriminator, buildGenerator, type DcganConfig } from "../../models/dcgan.ts";
import { Rng } from "../core/rng.ts";
import { Adam } from "../nn/adam.ts";
import { trainable } from "../nn/weights.ts";
import { discriminatorStep, fakeImages, generatorStep } from "../training/gan_steps.ts";
import { uniformTensor } from "./random_data.ts";
import { finishUpdate, type Workload } from "./workload.ts";

/** Adam's settings in the paper (§4). */
const ADAM = { learningRate: 2e-4, beta1: 0.5 };

/** The step that `GanTrainer` takes, without the average and the reports of a run. */
export function ganWorkload(config: DcganConfig, batch: number): Workload {
  const rng = new Rng(1, "benchmark");
  const generator = buildGenerator(config, rng);
  const discriminator = buildDiscriminator(config, rng);
  const optimizers = {
    generator: new Adam(trainable(generator), ADAM),
    discriminator: new Adam(trainable(discriminator), ADAM),
  };
  const { size, channels, latentDim } = config;
  const real = uniformTensor<tf.Tensor4D>([batch, size, size, channels], -1, 1, rng);
  const latents = () =>
    tf.tensor2d(rng.fillNormal(new Float32Array(batch * latentDim)), [batch, latentDim]);
  return {
    items: batch,
    async step() {
      tf.tidy(() => {
        const fake = fakeImages(generator, latents());
        const d = discriminatorStep(discriminator, optimizers.discriminator, real, fake);
        const g = generatorStep(generator, discriminator, optimizers.generator, latents());
        tf.dispose([Object.values(d), Object.values(g)]);
      });
      await finishUpdate(optimizers.generator);
    },
    dispose() {
      for (const model of [generator, discriminator]) model.dispose();
      for (const optimizer of Object.values(optimizers)) optimizer.dispose();
      real.dispose();
    },
  };
}
