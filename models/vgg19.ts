/**
 * VGG19's convolutions, as a measure of content. Simonyan & Zisserman (2015),
 * https://arxiv.org/abs/1409.1556, table 1, column E; as SRGAN uses them (Ledig et al., 2017,
 * https://arxiv.org/abs/1609.04802, §2.2.1).
 *
 * Parameters up to conv5_4: 20,024,384; to conv2_2: 260,160. Weights come from a file: those that
 * torchvision has of ImageNet, saved as safetensors under its own names.
 */
import * as tf from "@tensorflow/tfjs";
import type { NamedArray, NamedArrays } from "../src/core/named_arrays.ts";
import { conv2d } from "../src/nn/fused_layers.ts";
import { trainable, writeArrays } from "../src/nn/weights.ts";

/** Convolutions between poolings: how many, and their feature maps. */
const BLOCKS = [[2, 64], [2, 128], [4, 256], [4, 512], [4, 512]] as const;

/** Mean and deviation of ImageNet's channels, in [0, 1]: what torchvision's weights expect. */
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/** Layers whose activations SRGAN compares: of low-level features, and of high-level ones. */
export const VGG_LAYERS = ["conv2_2", "conv5_4"] as const;
/** One of `VGG_LAYERS`: i_j is the j-th convolution before the i-th pooling. */
export type VggLayer = typeof VGG_LAYERS[number];

/** The last convolution before each pooling: what perceptual distances compare. */
export const VGG_STACK = ["conv1_2", "conv2_2", "conv3_4", "conv4_4", "conv5_4"] as const;

/** A convolution and what torchvision calls it. */
interface Convolution {
  readonly name: string;
  readonly filters: number;
  /** `features.N` of torchvision's vgg19. */
  readonly torchName: string;
}

/** Layers in order up to `last`, poolings as null. */
function layersUpTo(last: VggLayer): (Convolution | null)[] {
  const layers: (Convolution | null)[] = [];
  let index = 0; // torchvision counts convolutions, activations and poolings
  for (const [block, [count, filters]] of BLOCKS.entries()) {
    for (let i = 1; i <= count; i++) {
      const name = `conv${block + 1}_${i}`;
      layers.push({ name, filters, torchName: `features.${index}` });
      if (name === last) return layers;
      index += 2;
    }
    layers.push(null);
    index += 1;
  }
  return layers;
}

/** A PyTorch kernel, [O, I, h, w], in TensorFlow's order, [h, w, I, O]. */
function kernelOf({ shape, data }: NamedArray): NamedArray {
  const [O, I, H, W] = shape as [number, number, number, number];
  const out = new Float32Array(data.length);
  for (let o = 0; o < O; o++) {
    for (let i = 0; i < I; i++) {
      const from = (o * I + i) * H * W;
      for (let k = 0; k < H * W; k++) out[(k * I + i) * O + o] = data[from + k]!;
    }
  }
  return { shape: [H, W, I, O], data: out };
}

function arrayOf(weights: NamedArrays, name: string, shape: readonly number[]): NamedArray {
  const array = weights.get(name);
  const shown = (of: readonly number[]) => `[${of.join(", ")}]`;
  if (array !== undefined && shown(array.shape) === shown(shape)) return array;
  throw new RangeError(
    `Cannot use these weights for VGG19: expected "${name}" of shape ${shown(shape)}, got ${
      array === undefined ? `none among ${weights.size} arrays` : shown(array.shape)
    }. Save torchvision's vgg19().state_dict() as safetensors`,
  );
}

/** The layers up to one, each convolution with its ReLU, of pictures as `normalized` gives them. */
function buildLayers(layer: VggLayer, weights: NamedArrays): tf.Sequential {
  const layers = layersUpTo(layer);
  const arrays = new Map<string, NamedArray>();
  let inputs = 3;
  for (const each of layers) {
    if (each === null) continue;
    const { name, filters, torchName } = each;
    const kernel = arrayOf(weights, `${torchName}.weight`, [filters, inputs, 3, 3]);
    arrays.set(`${name}/kernel`, kernelOf(kernel));
    arrays.set(`${name}/bias`, arrayOf(weights, `${torchName}.bias`, [filters]));
    inputs = filters;
  }
  const model = tf.sequential({ name: "vgg19" });
  model.add(tf.layers.inputLayer({ name: "picture", inputShape: [null, null, 3] as never }));
  for (const [i, each] of layers.entries()) {
    model.add(
      each === null ? tf.layers.maxPooling2d({ name: `pool${i}`, poolSize: 2 }) : conv2d({
        name: each.name,
        filters: each.filters,
        kernelSize: 3,
        padding: "same",
        activation: "relu",
        kernelInitializer: "zeros",
      }),
    );
  }
  writeArrays(trainable(model), arrays);
  return model;
}

/**
 * Maps pictures, [B, H, W, 3] in [-1, 1], to a layer's activations after its ReLU, [B, H/2, W/2, 128] or
 * [B, H/16, W/16, 512]. `weights` are by torchvision's names and in its layout. Throws a RangeError where
 * one is missing or of another shape.
 */
export function buildVgg19(layer: VggLayer, weights: NamedArrays): VggFeatures {
  return new VggFeatures(buildLayers(layer, weights));
}

/**
 * Maps pictures, [B, H, W, 3] in [-1, 1], to the activations of all of `VGG_STACK`, after their ReLUs:
 * [B, H, W, 64], [B, H/2, W/2, 128] … [B, H/16, W/16, 512]. Takes weights and throws as `buildVgg19`.
 */
export function buildVgg19Stack(weights: NamedArrays): VggStack {
  return new VggStack(buildLayers("conv5_4", weights));
}

/** Pictures in [-1, 1] as torchvision's weights expect them. */
const normalized = (pictures: tf.Tensor4D): tf.Tensor =>
  pictures.add(1).div(2).sub(tf.tensor1d(MEAN)).div(tf.tensor1d(DEVIATION));

/** A part of VGG19 that nothing trains. Owns its network. */
export class VggFeatures {
  readonly #model: tf.LayersModel;

  /** Takes over the network. */
  constructor(model: tf.LayersModel) {
    this.#model = model;
  }

  /** Activations of pictures, [B, H, W, 3] in [-1, 1]. Borrows them; the caller owns the result. */
  apply(pictures: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => this.#model.apply(normalized(pictures)) as tf.Tensor4D);
  }

  dispose(): void {
    this.#model.dispose();
  }
}

/** VGG19's activations at all depths. Owns its network. */
export class VggStack {
  readonly #model: tf.LayersModel;
  /** The same layers, with all of `VGG_STACK` as outputs. Owns nothing of its own. */
  readonly #stack: tf.LayersModel;

  /** Takes over the network. */
  constructor(model: tf.Sequential) {
    this.#model = model;
    this.#stack = tf.model({
      inputs: model.inputs,
      outputs: VGG_STACK.map((name) => model.getLayer(name).output as tf.SymbolicTensor),
    });
  }

  /** Borrows the pictures, [B, H, W, 3] in [-1, 1]; the caller owns the activations. */
  apply(pictures: tf.Tensor4D): tf.Tensor4D[] {
    return tf.tidy(() => this.#stack.apply(normalized(pictures)) as tf.Tensor4D[]);
  }

  dispose(): void {
    this.#model.dispose();
  }
}
