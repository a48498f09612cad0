import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { lerp } from "../../src/nn/lerp.ts";
import { backends, open } from "./backends.ts";
import { calls, REFERENCE_KERNELS } from "./reference_kernels.ts";

for (const { backend, options } of backends) {
  Deno.test(
    `lerp() on ${backend} draws every pair, at both ends and between`,
    options,
    async () => {
      await open(backend);
      calls.clear();
      const [first, second] = [[1, -2, 8], [[4, 6], [0.5, -8]]];
      for (const weight of [0, 0.25, 1]) {
        const [a, b] = tf.tidy(() =>
          lerp([
            [tf.tensor1d(first), tf.tensor1d([5, 6, 0])],
            [tf.tensor2d(second as number[][]), tf.zeros([2, 2])],
          ], weight).map((tensor) => [tensor.shape, Array.from(tensor.dataSync())])
        );
        const expected = [1 + 4 * weight, -2 + 8 * weight, 8 - 8 * weight];
        assertEquals(a, [[3], expected]);
        assertEquals(b, [[2, 2], [4, 6, 0.5, -8].map((value) => value * (1 - weight))]);
      }
      assertEquals(calls.get("AtelierLerp"), backend === REFERENCE_KERNELS ? 3 : undefined);
      assertEquals(tf.memory().numTensors, 0);
      await tf.setBackend("cpu");
    },
  );
}
