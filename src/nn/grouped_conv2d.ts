/**
 * Grouped convolution: each group of outputs sees its own group of channels alone. Krizhevsky et al.
 * (2012), figure 2; Xie et al. (2017), https://arxiv.org/abs/1611.05431. `tf.layers.conv2d` takes
 * `groups` and ignores it.
 */
import * as tf from "@tensorflow/tfjs";

/** Settings of the op. */
export interface GroupedConv2dOptions {
  readonly groups: number;
  /** 1 unless told. */
  readonly strides?: number;
  readonly pad: "same" | "valid";
}

/**
 * x, [B, H, W, C], by `filter`, [h, w, C/groups, F]: outputs f of group ⌊f·groups/F⌋ sum over the
 * channels of that group. PyTorch's weight of `Conv2d(groups=…)` is the same with its axes in the order
 * F, C/groups, h, w. Borrows both; the caller owns the result, [B, H′, W′, F].
 */
export function groupedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { groups, strides = 1, pad }: GroupedConv2dOptions,
): tf.Tensor4D {
  assertGroups(x.shape[3], filter.shape, groups);
  if (groups === 1) return tf.conv2d(x, filter, strides, pad);
  return tf.tidy((): tf.Tensor4D => {
    const [height, width, , outputs] = filter.shape;
    const channels = x.shape[3];
    if (groups === channels) {
      const depthwise = filter.reshape<tf.Tensor4D>([height, width, channels, outputs / channels]);
      return tf.depthwiseConv2d(x, depthwise, strides, pad);
    }
    const inputs = tf.split(x, groups, 3) as tf.Tensor4D[];
    const filters = tf.split(filter, groups, 3) as tf.Tensor4D[];
    return tf.concat(inputs.map((part, i) => tf.conv2d(part, filters[i]!, strides, pad)), 3);
  });
}

function assertGroups(channels: number, filter: readonly number[], groups: number): void {
  const [, , depth, outputs] = filter as [number, number, number, number];
  const whole = Number.isInteger(groups) && groups >= 1;
  if (whole && depth * groups === channels && outputs % groups === 0) return;
  throw new RangeError(
    `Cannot convolve ${channels} channels in ${groups} groups by a filter of ` +
      `[${filter.join(", ")}]: expected a filter of depth channels/groups with a multiple of ` +
      "groups as outputs",
  );
}

/** Settings of the layer. */
export interface GroupedConv2dLayerOptions {
  readonly name: string;
  readonly filters: number;
  readonly kernelSize: number;
  readonly groups: number;
  /** 1 unless told. */
  readonly strides?: number;
  readonly padding: "same" | "valid";
  /** true unless told. */
  readonly useBias?: boolean;
  /** Of the filter, [h, w, C/groups, F]; stock layers' own, Glorot's uniform, unless told. */
  readonly kernelInitializer?: Initializer;
}

type Initializer = ReturnType<typeof tf.initializers.zeros>;

/**
 * `groupedConv2d` as a layer, with bias. Registered as "GroupedConv2D", not as a stock "Conv2D", which
 * would be opened without its groups.
 */
export class GroupedConv2d extends tf.layers.Layer {
  static className = "GroupedConv2D";
  readonly #options: Required<Omit<GroupedConv2dLayerOptions, "kernelInitializer">>;
  readonly #initializer: Initializer | undefined;
  #filter: tf.LayerVariable | undefined;
  #bias: tf.LayerVariable | undefined;

  constructor({ kernelInitializer, ...options }: GroupedConv2dLayerOptions) {
    super({ ...options });
    const { name, filters, kernelSize, groups, strides = 1, padding, useBias = true } = options;
    this.#options = { name, filters, kernelSize, groups, strides, padding, useBias };
    this.#initializer = kernelInitializer;
  }

  override build(inputShape: tf.Shape): void {
    const { name, kernelSize, filters, groups, useBias } = this.#options;
    const channels = inputShape.at(-1)!;
    if (channels % groups !== 0 || filters % groups !== 0) {
      throw new RangeError(
        `Cannot build the convolution "${name}" of ${channels} channels to ${filters} in ` +
          `${groups} groups: expected multiples of ${groups}`,
      );
    }
    const shape = [kernelSize, kernelSize, channels / groups, filters];
    const initializer = this.#initializer ?? tf.initializers.glorotUniform({});
    this.#filter = this.addWeight("kernel", shape, "float32", initializer);
    if (useBias) {
      this.#bias = this.addWeight("bias", [filters], "float32", tf.initializers.zeros());
    }
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const { kernelSize, filters, strides, padding } = this.#options;
    const [batch, ...sides] = inputShape.slice(0, 3);
    const after = (side: number | null) => {
      if (side === null) return null;
      return Math.ceil((padding === "same" ? side : side - kernelSize + 1) / strides);
    };
    return [batch!, ...sides.map(after), filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
    const { groups, strides, padding: pad } = this.#options;
    return tf.tidy(() => {
      const filter = this.#filter!.read() as tf.Tensor4D;
      const y = groupedConv2d(x, filter, { groups, strides, pad });
      return this.#bias === undefined ? y : y.add(this.#bias.read());
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}

tf.serialization.registerClass(
  GroupedConv2d as unknown as tf.serialization.SerializableConstructor<GroupedConv2d>,
);
