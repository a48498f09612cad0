import { references, type Values } from "./reference_kernels.ts";
import { KERNEL_NAMES } from "../../src/nn/kernel_names.ts";
import { assert, assertEquals } from "@std/assert";
import { assertClose, centralDifferences, dot, waves } from "./differences.ts";

const values = (shape: number[], data: ArrayLike<number>): Values => ({
  shape,
  data: Float64Array.from(data),
});

Deno.test("reference kernels have names that src/nn knows", () => {
  for (const name of Object.keys(references)) assert(KERNEL_NAMES.includes(name as never), name);
  assertEquals(new Set(KERNEL_NAMES).size, KERNEL_NAMES.length);
});

Deno.test("AtelierBatchNormGradient is the derivative of AtelierBatchNorm", () => {
  const [epsilon, shape, width] = [1e-3, [4, 2, 3], 3];
  const parts = { x: waves(24, 1, 2, 1), gamma: waves(3, 2, 0.5, 1), beta: waves(3, 3) };
  const dy = waves(24, 4);
  const normalize = ({ x, gamma, beta }: typeof parts) =>
    references.AtelierBatchNorm!({
      x: values(shape, x),
      gamma: values([width], gamma),
      beta: values([width], beta),
    }, { epsilon }) as Values[];
  const [, mean, variance] = normalize(parts) as [Values, Values, Values];
  const [x, gamma] = [values(shape, parts.x), values([width], parts.gamma)];
  const inputs = { x, dy: values(shape, dy), mean, variance, gamma };
  const gradients = references.AtelierBatchNormGradient!(inputs, { epsilon }) as Values[];
  for (const [i, name] of (["x", "gamma", "beta"] as const).entries()) {
    const loss = (at: Float64Array) => dot(dy, normalize({ ...parts, [name]: at })[0]!.data);
    assertClose(gradients[i]!.data, centralDifferences(loss, parts[name]), 1e-6, name);
  }
});

const activations = {
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  leakyrelu: (x, alpha) => x > 0 ? x : alpha * x,
  elu: (x) => x > 0 ? x : Math.expm1(x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.log1p(Math.exp(x)),
} satisfies Record<string, (x: number, alpha: number) => number>;

for (const [name, activation] of Object.entries(activations)) {
  Deno.test(`AtelierActivationGradient is the derivative of ${name}`, () => {
    const [x, dy, alpha] = [waves(40, 1, 8), waves(40, 2), 0.3];
    const y = x.map((value) => activation(value, alpha));
    const of = ["elu", "tanh", "sigmoid"].includes(name) ? y : x;
    const got = references.AtelierActivationGradient!(
      { value: values([40], of), dy: values([40], dy) },
      { activation: name as keyof typeof activations, alpha },
    ) as Values;
    const loss = (at: Float64Array) => dot(dy, at.map((value) => activation(value, alpha)));
    assertClose(got.data, centralDifferences(loss, x), 1e-6);
  });
}

for (const alphaShape of [[3], [2, 3], [1, 3], [2, 1], [5, 2, 3], []]) {
  Deno.test(`AtelierPreluGradient is the derivative of prelu for alpha of [${alphaShape}]`, () => {
    const shape = [5, 2, 3];
    const [x, dy] = [waves(30, 1), waves(30, 2)];
    const alpha = waves(alphaShape.reduce((a, b) => a * b, 1), 3, 0.2, 0.3);
    const [dx, dalpha] = references.AtelierPreluGradient!({
      x: values(shape, x),
      alpha: values(alphaShape, alpha),
      dy: values(shape, dy),
    }, {}) as [Values, Values];
    const index = (i: number) => {
      const at = [Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3].slice(3 - alphaShape.length);
      return at.reduce(
        (sum, p, axis) => sum * alphaShape[axis]! + (alphaShape[axis]! > 1 ? p : 0),
        0,
      );
    };
    const prelu = (x: Float64Array, alpha: Float64Array) =>
      x.map((value, i) => value > 0 ? value : value * alpha[index(i)]!);
    assertClose(dx.data, centralDifferences((at) => dot(dy, prelu(at, alpha)), x), 1e-6);
    assertClose(dalpha.data, centralDifferences((at) => dot(dy, prelu(x, at)), alpha), 1e-6);
  });
}

Deno.test("AtelierSoftmaxCrossEntropy gives probabilities, and the loss they have", () => {
  const [logits, labels] = [waves(12, 1, 3), [1, 0, 0, 0, 0.25, 0.25, 0.25, 0.25, 0, 0, 0.5, 0.5]];
  const compute = (at: ArrayLike<number>) =>
    references.AtelierSoftmaxCrossEntropy!(
      { logits: values([3, 4], at), labels: values([3, 4], labels) },
      {},
    ) as [Values, Values];
  const [loss, softmax] = compute(logits);
  const expected = Float64Array.from(labels, (p, i) => -p * Math.log(softmax.data[i]!));
  for (let b = 0; b < 3; b++) {
    const row = (data: Float64Array) => data.subarray(4 * b, 4 * b + 4).reduce((a, x) => a + x);
    assertClose([row(softmax.data), loss.data[b]!], [1, row(expected)], 1e-9);
  }
  // dloss/dlogits = softmax − labels.
  const differences = centralDifferences((at) => dot([1, 1, 1], compute(at)[0].data), logits);
  assertClose(softmax.data.map((p, i) => p - labels[i]!), differences, 1e-6);
});
