/** The last step of a sequence, as a layer: PyTorch's `[:, -1]`. */
import * as tf from "@tensorflow/tfjs";

/** [B, T, U] to [B, U]. Registered as "LastStep"; stock TensorFlow.js has no such layer. */
export class LastStep extends tf.layers.Layer {
  static className = "LastStep";

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    return [inputShape[0]!, inputShape[2]!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D;
    const [batch, steps, units] = x.shape;
    return tf.tidy(() => x.slice([0, steps - 1, 0], [batch, 1, units]).reshape([batch, units]));
  }
}

tf.serialization.registerClass(LastStep);
