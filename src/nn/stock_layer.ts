/** Stock layers to build on, whose classes the package's types do not export. */
import * as tf from "@tensorflow/tfjs";

/** The class that saved models call `className`, with the fields that `Fields` knows of. */
export const stockLayer = <Fields, Options>(
  className: "BatchNormalization" | "Conv2D" | "Dense" | "Embedding",
): new (options: Options) => tf.layers.Layer & Fields =>
  tf.serialization.SerializationMap.getMap().classNameMap[className]![0] as unknown as new (
    options: Options,
  ) => tf.layers.Layer & Fields;
