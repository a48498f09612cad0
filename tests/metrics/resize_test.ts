import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { resizeMatrix, resizePictures, RESIZING, type Resizing } from "../../src/metrics/resize.ts";
import { DEVICES, useDevice, withoutLeak } from "./device.ts";
import { assertNear, golden, goldenPictures } from "./models/golden_models.ts";

for (const device of DEVICES) {
  Deno.test(`resizePictures() on ${device} resizes as Pillow, PyTorch and TensorFlow 1 do`, async () => {
    await useDevice(device);
    for (const { from, to, resizing, values } of golden.resized) {
      const resized = await withoutLeak(async () => {
        // Two pictures, the second of which is the golden one.
        const pair = tf.tidy(() => {
          const one = goldenPictures(1, from, 3).pixels.map((v) => (v + 1) * 127.5);
          return tf.stack([tf.zeros([from, from, 3]), tf.tensor3d(one, [from, from, 3])]);
        }) as tf.Tensor4D;
        const both = resizePictures(pair, to, resizing as Resizing);
        const data = await both.data();
        tf.dispose([pair, both]);
        return data.slice(to * to * 3);
      });
      assertNear(resized, values, 255 * 1e-6);
    }
  });
}

for (const resizing of RESIZING) {
  Deno.test(`resizeMatrix() by ${resizing} keeps what is all of one value, and a side's own length`, () => {
    for (const [from, to] of [[3, 10], [10, 3], [7, 7]] as const) {
      const matrix = resizeMatrix(from, to, resizing);
      for (let row = 0; row < to; row++) {
        const sum = matrix.subarray(row * from, (row + 1) * from).reduce((a, b) => a + b, 0);
        assertNear([sum], [1], 1e-6);
      }
    }
    const identity = resizeMatrix(4, 4, resizing);
    assertEquals([...identity], Array.from({ length: 16 }, (_, i) => i % 5 === 0 ? 1 : 0));
  });
}
