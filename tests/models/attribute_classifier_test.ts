import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { Rng } from "../../src/core/rng.ts";
import { countTrainable } from "../../src/nn/weights.ts";
import {
  ATTRIBUTE_CLASSIFIER_64,
  buildAttributeClassifier,
} from "../../models/attribute_classifier.ts";

await openDevice(await probeDevice("cpu"), { threads: 0 });

Deno.test("ATTRIBUTE_CLASSIFIER_64 has the parameters that its header states, and 129 an answer", () => {
  for (const answers of [1, 3]) {
    const model = buildAttributeClassifier({ ...ATTRIBUTE_CLASSIFIER_64, answers }, new Rng(1));
    assertEquals(countTrainable(model), 360_080 + 129 * answers);
    model.dispose();
  }
});

Deno.test("buildAttributeClassifier() gives features and answers, for batches and sides of any size", () => {
  for (const size of [8, 24, 32]) {
    const network = { size, channels: 1, filters: 2, features: 5, answers: 3, dropout: 0.5 };
    const model = buildAttributeClassifier(network, new Rng(1));
    for (const batch of [1, 3]) {
      tf.tidy(() => {
        const input = tf.randomUniform([batch, size, size, 1], -1, 1, "float32", 3);
        const [features, answers] = model.predict(input) as tf.Tensor[];
        assertEquals(features!.shape, [batch, 5]);
        assertEquals(answers!.shape, [batch, 3]);
        assertEquals(answers!.abs().max().dataSync()[0], 0, "it begins without an opinion");
      });
    }
    model.dispose();
  }
});
