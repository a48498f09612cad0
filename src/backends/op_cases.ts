/**
 * The ops that models, losses and their gradients are made of, at shapes that exercise them: odd
 * sizes, channels that are and are not multiples of 4, sums long enough to be split among workgroups.
 */
import * as tf from "@tensorflow/tfjs";

/** An op with example inputs. The doctor runs it, and its gradient, on two backends and compares. */
export interface OpCase {
  readonly name: string;
  readonly inputs: readonly OpInput[];
  readonly run: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** False for ops that have no gradient. */
  readonly differentiable: boolean;
}

/** An input of an op under check. */
export interface OpInput {
  readonly shape: readonly number[];
  /** N(0, 1), or for ops that need positive numbers uniform in [0.5, 2). */
  readonly draw: "normal" | "positive";
}

function op(
  name: string,
  shapes: readonly (readonly number[])[],
  run: (...inputs: tf.Tensor[]) => tf.Tensor,
  draw: OpInput["draw"] = "normal",
): OpCase {
  return { name, inputs: shapes.map((shape) => ({ shape, draw })), run, differentiable: true };
}

const withoutGradient = (opCase: OpCase): OpCase => ({ ...opCase, differentiable: false });
const four = (x: tf.Tensor | undefined) => x as tf.Tensor4D;

const convolutions: readonly OpCase[] = [
  op(
    "conv2d 4×4, stride 2, same",
    [[4, 32, 32, 3], [4, 4, 3, 16]],
    (x, w) => tf.conv2d(four(x), four(w), 2, "same"),
  ),
  op(
    "conv2d 4×4, stride 2, same, odd size",
    [[2, 15, 13, 20], [4, 4, 20, 36]],
    (x, w) => tf.conv2d(four(x), four(w), 2, "same"),
  ),
  op(
    "conv2d 4×4, valid, to one pixel",
    [[8, 4, 4, 24], [4, 4, 24, 1]],
    (x, w) => tf.conv2d(four(x), four(w), 1, "valid"),
  ),
  op(
    "conv2d 3×3, stride 1, same",
    [[2, 12, 12, 10], [3, 3, 10, 70]],
    (x, w) => tf.conv2d(four(x), four(w), 1, "same"),
  ),
  op(
    "conv2d 1×1",
    [[2, 9, 9, 12], [1, 1, 12, 8]],
    (x, w) => tf.conv2d(four(x), four(w), 1, "same"),
  ),
  op(
    "conv2d with a bias",
    [[2, 10, 10, 6], [3, 3, 6, 8], [8]],
    (x, w, bias) =>
      tf.fused.conv2d({ x: four(x), filter: four(w), strides: 1, pad: "same", bias: bias! }),
  ),
  op(
    "conv2dTranspose 4×4, stride 2, same",
    [[2, 8, 8, 24], [4, 4, 12, 24]],
    (x, w) => tf.conv2dTranspose(four(x), four(w), [2, 16, 16, 12], 2, "same"),
  ),
  op(
    "conv2dTranspose 4×4, stride 2, to colours",
    [[2, 16, 16, 16], [4, 4, 3, 16]],
    (x, w) => tf.conv2dTranspose(four(x), four(w), [2, 32, 32, 3], 2, "same"),
  ),
  op(
    "conv2dTranspose 4×4, valid, of one pixel",
    [[8, 1, 1, 30], [4, 4, 20, 30]],
    (x, w) => tf.conv2dTranspose(four(x), four(w), [8, 4, 4, 20], 1, "valid"),
  ),
];

const layers: readonly OpCase[] = [
  op("matMul", [[24, 100], [100, 72]], (a, b) => tf.matMul(a!, b!)),
  op("matMul to one column", [[16, 512], [512, 1]], (a, b) => tf.matMul(a!, b!)),
  op("matMul, transposed", [[72, 40], [56, 72]], (a, b) => tf.matMul(a!, b!, true, true)),
  op(
    "matMul, transposed, long sums",
    [[4, 2048], [100, 2048]],
    (a, b) => tf.matMul(a!, b!, false, true),
  ),
  // What tf.layers.batchNormalization does in training: moments over all but channels, then batchNorm.
  op("batch norm, training", [[8, 12, 12, 20], [20], [20]], (x, beta, gamma) => {
    const { mean, variance } = tf.moments(x!, [0, 1, 2]);
    return tf.batchNorm(
      four(x),
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      beta as tf.Tensor1D,
      gamma as tf.Tensor1D,
      1e-5,
    );
  }),
  op("softmax cross-entropy", [[32, 40]], (logits) => {
    const labels = tf.oneHot(tf.range(0, 32, 1, "int32"), 40);
    return tf.losses.softmaxCrossEntropy(labels, logits!);
  }),
];

const maps: readonly OpCase[] = [
  ...([
    ["relu", tf.relu],
    ["leakyRelu", (x) => tf.leakyRelu(x, 0.2)],
    ["tanh", tf.tanh],
    ["sigmoid", tf.sigmoid],
    ["softplus", tf.softplus],
    ["exp", tf.exp],
    ["square", tf.square],
    ["neg", tf.neg],
    ["abs", tf.abs],
    ["clipByValue", (x) => tf.clipByValue(x, -1, 1)],
  ] as readonly [string, (x: tf.Tensor) => tf.Tensor][])
    .map(([name, run]) => op(name, [[7, 300]], (x) => run(x!))),
  ...([["sqrt", tf.sqrt], ["rsqrt", tf.rsqrt], ["log", tf.log]] as readonly [
    string,
    (x: tf.Tensor) => tf.Tensor,
  ][])
    .map(([name, run]) => op(name, [[7, 300]], (x) => run(x!), "positive")),
];

const BROADCAST = [[5, 6, 7, 12], [12]] as const;

const arithmetic: readonly OpCase[] = [
  op("add", [[9, 211], [9, 211]], (a, b) => tf.add(a!, b!)),
  op("add, broadcast", BROADCAST, (a, b) => tf.add(a!, b!)),
  op("sub, broadcast", BROADCAST, (a, b) => tf.sub(a!, b!)),
  op("mul, broadcast", BROADCAST, (a, b) => tf.mul(a!, b!)),
  op("div, broadcast", BROADCAST, (a, b) => tf.div(a!, b!), "positive"),
  op("pow", [[7, 300]], (x) => tf.pow(x!, 3)),
  op("maximum", [[9, 211], [9, 211]], (a, b) => tf.maximum(a!, b!)),
  op("minimum", [[9, 211], [9, 211]], (a, b) => tf.minimum(a!, b!)),
  op("addN", [[9, 211], [9, 211], [9, 211]], (...x) => tf.addN(x)),
  op("where", [[9, 211], [9, 211]], (a, b) => {
    const everyThird = Uint8Array.from({ length: 9 * 211 }, (_, i) => i % 3 === 0 ? 1 : 0);
    return tf.where(tf.tensor(everyThird, [9, 211], "bool"), a!, b!);
  }),
  withoutGradient(
    op("greater", [[9, 211], [9, 211]], (a, b) => tf.cast(tf.greater(a!, b!), "float32")),
  ),
];

const reductions: readonly OpCase[] = [
  op("sum", [[6, 17, 40]], (x) => tf.sum(x!)),
  op("sum over the first axis", [[130, 40]], (x) => tf.sum(x!, 0)),
  op("mean", [[6, 17, 40]], (x) => tf.mean(x!)),
  op("mean over all but channels", [[8, 12, 12, 20]], (x) => tf.mean(x!, [0, 1, 2])),
  op("max over the last axis", [[30, 70]], (x) => tf.max(x!, 1)),
];

const rearrangements: readonly OpCase[] = [
  op("reshape", [[6, 4, 50]], (x) => tf.reshape(x!, [24, 50])),
  op("transpose", [[5, 6, 7, 8]], (x) => tf.transpose(x!, [3, 0, 2, 1])),
  op("concat", [[10, 60], [10, 70]], (a, b) => tf.concat([a!, b!], 1)),
  op("slice", [[20, 80]], (x) => tf.slice(x!, [3, 5], [11, 60])),
  op("pad", [[3, 9, 9, 5]], (x) => tf.pad(x!, [[0, 0], [1, 2], [2, 1], [0, 0]])),
  op("tile", [[20, 60]], (x) => tf.tile(x!, [2, 3])),
  op("stack", [[20, 60], [20, 60]], (a, b) => tf.stack([a!, b!], 1)),
  op("gather", [[40, 60]], (x) => tf.gather(x!, tf.tensor1d([3, 39, 3, 0, 17], "int32"))),
];

/** Every op that the models use. */
export const opCases: readonly OpCase[] = [
  ...convolutions,
  ...layers,
  ...maps,
  ...arithmetic,
  ...reductions,
  ...rearrangements,
];
