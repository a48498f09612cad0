/** Puts pictures through a network that enlarges them. */
import * as tf from "@tensorflow/tfjs";
import { type Raster, toByte } from "../core/images.ts";
import { unitPixels } from "../core/pairs.ts";

/**
 * What a network, [B, H, W, 3] to [B, s·H, s·W, 3] in [-1, 1], makes of a picture in one piece, in 8 bits.
 * Borrows both. Throws a RangeError for a picture that is not in colour.
 */
export async function enlarge(model: tf.LayersModel, low: Raster): Promise<Raster> {
  const { width, height, channels } = low;
  if (channels !== 3) {
    throw new RangeError(`Cannot enlarge a picture of ${channels} channels: expected 3`);
  }
  const high = tf.tidy(() => {
    const input = tf.tensor4d(unitPixels(low), [1, height, width, 3]);
    return model.predict(input) as tf.Tensor4D; // [1, s·H, s·W, 3]
  });
  try {
    const [, tall, wide] = high.shape;
    const pixels = Uint8Array.from(await high.data(), toByte);
    return { pixels, width: wide, height: tall, channels: 3 };
  } finally {
    high.dispose();
  }
}
