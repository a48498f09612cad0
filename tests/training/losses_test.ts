import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals } from "@std/assert";
import {
  binaryCrossEntropy,
  crossEntropy,
  discriminatorLoss,
  generatorLoss,
  meanSquaredError,
} from "../../src/training/losses.ts";

await tf.setBackend("cpu");

const column = (values: number[]) => tf.tensor2d(values, [values.length, 1]);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

const REAL = [-2, 0.3, 1.5];
const FAKE = [0.7, -1.1, 0.2];

const value = (loss: () => tf.Scalar) => tf.tidy(() => loss().dataSync()[0]!);

Deno.test("discriminatorLoss() is the cross-entropy against 1 - s and 0", () => {
  for (const s of [0, 0.1, 0.3]) {
    const onReal = REAL.map((x) => -(1 - s) * Math.log(sigmoid(x)) - s * Math.log(1 - sigmoid(x)));
    const onFake = FAKE.map((x) => -Math.log(1 - sigmoid(x)));
    const got = value(() => discriminatorLoss(column(REAL), column(FAKE), s));
    assertAlmostEquals(got, mean(onReal) + mean(onFake), 1e-5);
  }
});

Deno.test("generatorLoss() is -log D(G(z))", () => {
  const got = value(() => generatorLoss(column(FAKE)));
  assertAlmostEquals(got, mean(FAKE.map((x) => -Math.log(sigmoid(x)))), 1e-5);
});

const LOGITS = [[1, -2, 0.5], [0.1, 3, -1]];
const CLASSES = [2, 0];

Deno.test("crossEntropy() is -log softmax at the class", () => {
  const of = (row: number[], label: number) =>
    Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[label]!;
  const got = value(() => crossEntropy(tf.tensor2d(LOGITS), tf.tensor1d(CLASSES, "int32")));
  assertAlmostEquals(got, mean(LOGITS.map((row, i) => of(row, CLASSES[i]!))), 1e-6);
});

Deno.test("binaryCrossEntropy() is the cross-entropy of yes and no", () => {
  const answers = [1, 0, 0.25];
  const got = value(() => binaryCrossEntropy(column(REAL), column(answers)));
  const expected = REAL.map((x, i) =>
    -answers[i]! * Math.log(sigmoid(x)) - (1 - answers[i]!) * Math.log(1 - sigmoid(x))
  );
  assertAlmostEquals(got, mean(expected), 1e-6);
});

Deno.test("meanSquaredError() is the mean of squares", () => {
  const got = value(() => meanSquaredError(column(REAL), column(FAKE)));
  assertAlmostEquals(got, mean(REAL.map((x, i) => (x - FAKE[i]!) ** 2)), 1e-6);
});

Deno.test("losses stay finite and keep their gradient where the sigmoid has saturated", () => {
  const extremes = [-200, 200];
  assertAlmostEquals(value(() => generatorLoss(column(extremes))), 100, 1e-4);
  assertAlmostEquals(
    value(() => discriminatorLoss(column(extremes), column(extremes))),
    200,
    1e-4,
  );
  tf.tidy(() => {
    const gradient = tf.grad((x) => generatorLoss(x as tf.Tensor2D))(column([-200]));
    assertAlmostEquals(gradient.dataSync()[0]!, -1, 1e-6);
  });
});

/** [L(x + h) − L(x − h)] / 2h for each entry, in float64 by way of `reference`. */
function centralDifferences(reference: (x: number[]) => number, x: number[]): number[] {
  const h = 1e-5;
  return x.map((_, i) => {
    const at = (step: number) => reference(x.map((value, j) => j === i ? value + step : value));
    return (at(h) - at(-h)) / (2 * h);
  });
}

const softplus = (x: number) => Math.log1p(Math.exp(x));

Deno.test("each loss has the gradient of central differences", () => {
  const check = (loss: (x: tf.Tensor2D) => tf.Scalar, reference: (x: number[]) => number) => {
    const expected = centralDifferences(reference, REAL);
    const got = tf.tidy(() => tf.grad((x) => loss(x as tf.Tensor2D))(column(REAL)).dataSync());
    for (const [i, derivative] of expected.entries()) {
      assertAlmostEquals(got[i]!, derivative, 1e-6);
    }
    assert(expected.some((derivative) => Math.abs(derivative) > 0.05));
  };
  const fake = tf.keep(column(FAKE));
  check(generatorLoss, (x) => mean(x.map((l) => softplus(-l))));
  check(
    (x) => discriminatorLoss(x, fake as tf.Tensor2D, 0.1),
    (x) => mean(x.map((l) => softplus(-l) + 0.1 * l)),
  );
  check((x) => discriminatorLoss(fake as tf.Tensor2D, x, 0.1), (x) => mean(x.map(softplus)));
  const target = fake as tf.Tensor2D;
  check(
    (x) => binaryCrossEntropy(x, target),
    (x) => mean(x.map((l, i) => softplus(l) - l * FAKE[i]!)),
  );
  check(
    (x) => meanSquaredError(x, target),
    (x) => mean(x.map((value, i) => (value - FAKE[i]!) ** 2)),
  );
  fake.dispose();
});

Deno.test("crossEntropy() has the gradient of central differences", () => {
  const classes = tf.tensor1d([1], "int32");
  const expected = centralDifferences(
    (x) => Math.log(x.reduce((sum, l) => sum + Math.exp(l), 0)) - x[1]!,
    REAL,
  );
  const got = tf.tidy(() =>
    tf.grad((x) => crossEntropy(x as tf.Tensor2D, classes))(tf.tensor2d(REAL, [1, 3])).dataSync()
  );
  for (const [i, derivative] of expected.entries()) {
    assertAlmostEquals(got[i]!, derivative, 1e-6);
  }
  classes.dispose();
});
