import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { Rng } from "../../src/core/rng.ts";
import { Adam } from "../../src/nn/adam.ts";
import { countTrainable, trainable } from "../../src/nn/weights.ts";
import { binaryCrossEntropy } from "../../src/training/losses.ts";
import { supervisedStep } from "../../src/training/supervised_step.ts";
import {
  BILSTM_IMDB,
  buildSentiment,
  LSTM_IMDB,
  type SentimentConfig,
} from "../../models/sentiment.ts";

await openDevice(await probeDevice("cpu"), { threads: 0 });

const tiny = (bidirectional: boolean): SentimentConfig => (
  { vocabulary: 12, embeddingDim: 4, units: 6, bidirectional }
);
const TEXTS = [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [1, 7, 11, 0, 2], [9, 9, 3, 1, 4]];

Deno.test("sentiment networks have the parameters that their header states", () => {
  for (const [config, count] of [[LSTM_IMDB, 21_251], [BILSTM_IMDB, 1_378_945]] as const) {
    const model = buildSentiment(config, new Rng(1));
    assertEquals(countTrainable(model), count);
    model.dispose();
  }
});

for (const bidirectional of [false, true]) {
  const kind = bidirectional ? "a bidirectional" : "an";
  Deno.test(`${kind} LSTM makes logits of batches and texts of any length`, () => {
    const model = buildSentiment(tiny(bidirectional), new Rng(1));
    for (const [batch, length] of [[1, 3], [3, 1]] as const) {
      tf.tidy(() => {
        const logits = model.predict(tf.zeros([batch, length], "int32")) as tf.Tensor;
        assertEquals(logits.shape, [batch, 1]);
      });
    }
    model.dispose();
  });

  Deno.test(`${kind} LSTM starts near ln 2, overfits one batch and leaks nothing`, () => {
    const model = buildSentiment(tiny(bidirectional), new Rng(1));
    const optimizer = new Adam(trainable(model), { learningRate: 3e-2, beta1: 0.9 });
    const texts = tf.tensor2d(TEXTS, [4, 5], "int32");
    const answers = tf.tensor2d([1, 0, 0, 1], [4, 1]);
    const losses: number[] = [];
    const held: number[] = [];
    for (let step = 0; step < 40; step++) {
      const loss = supervisedStep(model, optimizer, texts, answers, binaryCrossEntropy);
      losses.push(loss.dataSync()[0]!);
      loss.dispose();
      held.push(tf.memory().numTensors);
    }
    assertAlmostEquals(losses[0]!, Math.log(2), 0.05);
    assert(losses.at(-1)! < 0.05, `expected < 0.05, got ${losses.at(-1)}`);
    assertEquals(new Set(held).size, 1);
    model.dispose();
    optimizer.dispose();
    tf.dispose([texts, answers]);
  });
}

Deno.test("a bidirectional LSTM judges by the last word's outputs", () => {
  const model = buildSentiment(tiny(true), new Rng(1));
  tf.tidy(() => {
    const lstm = tf.model({ inputs: model.inputs, outputs: model.layers[2]!.output });
    const texts = tf.tensor2d(TEXTS, [4, 5], "int32");
    const all = lstm.predict(texts) as tf.Tensor3D;
    const last = tf.unstack(all, 1).at(-1)!;
    const logits = model.layers.at(-1)!.apply(last) as tf.Tensor;
    assertEquals(logits.dataSync(), (model.predict(texts) as tf.Tensor).dataSync());
  });
  model.dispose();
});
