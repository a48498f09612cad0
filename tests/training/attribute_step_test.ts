import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type AnswerLayout, answerLayout, type AttributeSpec } from "../../src/core/attributes.ts";
import { Adam } from "../../src/nn/adam.ts";
import { attributeLoss, attributeStep } from "../../src/training/attribute_step.ts";
import { trainable } from "../../src/nn/weights.ts";
import { centralDifferences, waves } from "../nn/differences.ts";

await tf.setBackend("cpu");

const attribute = (name: string, rest: Partial<AttributeSpec> = {}): AttributeSpec => (
  { name, kind: "binary", choice: null, of: null, identity: false, ...rest }
);
/** Two of yes or no, a choice of three, a choice of two, one number. */
const LAYOUT: AnswerLayout = answerLayout([
  ...[attribute("hat"), attribute("glasses")],
  ...["a", "b", "c"].map((name) => attribute(name, { choice: "hair" })),
  ...["d", "e"].map((name) => attribute(name, { choice: "stage" })),
  attribute("age", { kind: "continuous" }),
]);
const K = 8;
const VALUES = [1, 0, 0, 1, 0, 1, 0, -0.7, 0, 0, 1, 0, 0, 0, 0, 1.2, 0, 1, 0, 0, 0, 0, 1, 0];
const KNOWN = [1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0];

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The loss of [3, K] answers, in float64 and by its definition. */
function expectedLoss(answers: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let row = 0; row < 3 * K; row += K) {
    const known = (k: number) => KNOWN[row + k] === 1;
    const add = (loss: number) => (sum += loss, count += 1);
    for (const k of [0, 1]) {
      const p = sigmoid(answers[row + k]!);
      if (known(k)) add(VALUES[row + k] === 1 ? -Math.log(p) : -Math.log(1 - p));
    }
    for (const { from, count } of LAYOUT.choices) {
      const columns = Array.from({ length: count }, (_, i) => row + from + i);
      const total = columns.reduce((total, k) => total + Math.exp(answers[k]!), 0);
      if (known(from)) add(-answers[columns.find((k) => VALUES[k] === 1)!]! + Math.log(total));
    }
    if (known(7)) add((answers[row + 7]! - VALUES[row + 7]!) ** 2 / 2);
  }
  return sum / count;
}

const targets = (values = VALUES, known = KNOWN) => ({
  values: tf.tensor2d(values, [values.length / K, K]),
  known: tf.tensor2d(known, [known.length / K, K]),
});
const ANSWERS = waves(3 * K, 0.4, 2);

Deno.test("attributeLoss() is the mean cross-entropy and squared error over all that is known", () => {
  tf.tidy(() => {
    const loss = attributeLoss(tf.tensor2d(Float32Array.from(ANSWERS), [3, K]), targets(), LAYOUT);
    assertAlmostEquals(loss.dataSync()[0]!, expectedLoss(ANSWERS), 1e-6);
    const none = targets(Array(3 * K).fill(0), Array(3 * K).fill(0));
    assertEquals(attributeLoss(tf.ones([3, K]), none, LAYOUT).dataSync()[0], 0);
  });
});

Deno.test("attributeLoss() has the gradient of its definition, none at what is not known", () => {
  const expected = centralDifferences(expectedLoss, ANSWERS);
  tf.tidy(() => {
    const known = targets();
    const gradient = tf.grad((x) => attributeLoss(x as tf.Tensor2D, known, LAYOUT))(
      tf.tensor2d(Float32Array.from(ANSWERS), [3, K]),
    ).dataSync();
    expected.forEach((value, i) => {
      assertAlmostEquals(gradient[i]!, value, 1e-6);
      if (KNOWN[i] === 0) assertEquals(Math.abs(gradient[i]!), 0);
    });
  });
});

Deno.test("attributeLoss() stays finite where answers are far out", () => {
  tf.tidy(() => {
    const answers = tf.tensor2d(Array.from({ length: K }, (_, i) => i % 2 ? 200 : -200), [1, K]);
    const loss = attributeLoss(answers, targets(VALUES.slice(0, K), KNOWN.slice(0, K)), LAYOUT);
    assert(Number.isFinite(loss.dataSync()[0]!));
  });
});

Deno.test("attributeStep() fits what is known, starts from ln of the options, and leaks nothing", () => {
  const input = tf.input({ shape: [2, 2, 1] });
  const flat = tf.layers.flatten().apply(input) as tf.SymbolicTensor;
  const features = tf.layers.dense({
    units: 8,
    activation: "relu",
    kernelInitializer: tf.initializers.heNormal({ seed: 3 }),
  }).apply(flat) as tf.SymbolicTensor;
  const answers = tf.layers.dense({ units: K, kernelInitializer: "zeros" })
    .apply(features) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: [features, answers] });
  const optimizer = new Adam(trainable(model), { learningRate: 0.05, beta1: 0.9 });
  const images = tf.tensor4d(Float32Array.from(waves(12, 2)), [3, 2, 2, 1]);
  const known = targets();
  const losses: number[] = [];
  const held: number[] = [];
  for (let step = 0; step < 80; step++) {
    const loss = attributeStep(model, optimizer, images, known, LAYOUT);
    losses.push(loss.dataSync()[0]!);
    loss.dispose();
    held.push(tf.memory().numTensors);
  }
  assertAlmostEquals(losses[0]!, expectedLoss(new Float64Array(3 * K)), 1e-6);
  assert(losses.at(-1)! < 0.02, `expected < 0.02, got ${losses.at(-1)}`);
  assertEquals(new Set(held).size, 1);
  optimizer.dispose();
  model.dispose();
  tf.dispose([images, known.values, known.known]);
});
