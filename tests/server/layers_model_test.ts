/** What the server exports opens in stock TensorFlow.js, over HTTP, and computes the same images. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { buildDiscriminator, buildGenerator, type DcganConfig } from "../../models/dcgan.ts";
import { layersModelJson } from "../../server/layers_model.ts";
import { serveApp } from "../../server/listen.ts";
import { Rng } from "../../src/core/rng.ts";
import { StorageError } from "../../src/runs/storage_error.ts";
import { GanTrainer } from "../../src/training/gan_trainer.ts";
import { Lab } from "./lab.ts";

const CONFIG: DcganConfig = { size: 32, filters: 2, latentDim: 8, channels: 3 };
const BATCH = 4;

/** Networks that have taken a step, so that the average differs from the generator. */
async function trainedNetworks() {
  const rng = new Rng(1);
  const networks = {
    generator: buildGenerator(CONFIG, rng),
    average: buildGenerator(CONFIG, rng),
    discriminator: buildDiscriminator(CONFIG, rng),
  };
  const trainer = new GanTrainer(networks, {
    ...{ seed: 1, learningRate: 2e-2, beta1: 0.5, labelSmoothing: 0, emaDecay: 0.5 },
    sampleCount: BATCH,
  });
  const pixels = rng.fillNormal(new Float32Array(BATCH * 32 * 32 * 3));
  for (let step = 0; step < 2; step++) {
    await trainer.step({ pixels, count: BATCH, size: 32, channels: 3 });
  }
  return { ...networks, trainer };
}

Deno.test("tf.loadLayersModel() opens a served checkpoint's ema and raw generator: equal images", async () => {
  await tf.setBackend("cpu");
  using lab = new Lab();
  const { trainer, generator, average } = await trainedNetworks();
  const training = lab.train();
  const retention = { keepCheckpoints: 1, milestoneEverySteps: 0 };
  await training.writer.writeCheckpoint(2, await trainer.snapshot(), retention);
  await using server = serveApp(lab.app, 0);

  const z = tf.tensor2d(new Rng(5).fillNormal(new Float32Array(3 * 8)), [3, 8]);
  const images: Float32Array[] = [];
  for (const [kind, source] of [["raw", generator], ["ema", average]] as const) {
    const url = `${server.url}/api/runs/${training.id}/checkpoints/000002/${kind}/model.json`;
    const loaded = await tf.loadLayersModel(url);
    const [expected, got] = [source, loaded].map((model) => model.predict(z) as tf.Tensor);
    assertEquals(got!.shape, [3, 32, 32, 3]);
    const difference = expected!.sub(got!).abs().max().dataSync()[0]!;
    assert(difference <= 1e-6, `${kind}: expected <= 1e-6, got ${difference}`);
    images.push(got!.dataSync<"float32">());
    loaded.dispose();
  }
  assert(images[0]!.some((value, i) => Math.abs(value - images[1]![i]!) > 1e-3));
  z.dispose();
  trainer.dispose();
});

Deno.test("layersModelJson() says which weights a file lacks", () => {
  const weights = new Map([["generator/a", { shape: [1], data: new Float32Array(1) }]]);
  const file = { step: 7, sha256: "", topology: "{}", weights };
  assertThrows(
    () => layersModelJson(file, "ema"),
    StorageError,
    'Cannot open the ema generator of step 7: expected weights named "generator_ema/…", ' +
      "got generator/a",
  );
});
