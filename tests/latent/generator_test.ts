import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { Generator } from "../../src/latent/generator.ts";

/** A layer that no generator has, and that nothing registers. */
class Unknown extends tf.layers.Layer {
  static className = "Unknown";
  override getClassName(): string {
    return "Unknown";
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    return inputs;
  }
}

/** The topology of one layer, as a checkpoint holds it. */
const topologyOf = (layer: tf.layers.Layer) =>
  String(tf.sequential({ layers: [layer] }).toJSON(null, true));

Deno.test("Generator.from() refuses another architecture than a generator's, and keeps nothing of it", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  await assertRejects(
    () => Generator.from(topologyOf(new Unknown({ inputShape: [4] })), new Map()),
    RangeError,
    "expected layers that map latents to images, got another architecture (Unknown layer: Unknown)",
  );
  const pooling = tf.layers.maxPooling2d({ inputShape: [null, null, 3] });
  await assertRejects(
    () => Generator.from(topologyOf(pooling), new Map()),
    RangeError,
    "expected latents [B, Z] in and square images [B, H, H, C] out, got [B, any, any, 3] and " +
      "[B, any, any, 3]",
  );
  assertEquals(tf.memory().numTensors, before);
});
