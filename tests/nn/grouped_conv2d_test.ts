import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import {
  GroupedConv2d,
  groupedConv2d,
  type GroupedConv2dOptions,
} from "../../src/nn/grouped_conv2d.ts";
import golden from "../golden/layers_torch.json" with { type: "json" };
import { assertClose } from "./differences.ts";

await tf.setBackend("cpu");

/** The formula of tests/golden/layers_torch.py. */
function formula(shape: readonly number[], phase: number): tf.Tensor4D {
  const size = shape.reduce((product, side) => product * side, 1);
  const values = Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + phase));
  return tf.tensor(values, shape as [number, number, number, number]);
}

for (const { channels, outputs, settings, shape, y, dx, dw } of golden.groupedConv2d) {
  const options = settings as GroupedConv2dOptions;
  Deno.test(`groupedConv2d() of ${channels} channels in ${options.groups} groups: output and gradients are PyTorch's`, () => {
    tf.tidy(() => {
      const x = formula([2, 6, 5, channels], 0.3);
      const filter = formula([3, 3, channels / options.groups, outputs], 2);
      const run = (x: tf.Tensor, filter: tf.Tensor) =>
        groupedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, options);
      const result = run(x, filter);
      assertEquals(result.shape, shape as [number, number, number, number]);
      assertClose(result.dataSync(), y, 1e-5);
      const gradients = tf.grads(run)([x, filter], formula(shape, 5));
      assertClose(gradients[0]!.dataSync(), dx, 1e-5, "dx");
      assertClose(gradients[1]!.dataSync(), dw, 1e-5, "dw");
    });
  });
}

Deno.test("groupedConv2d() refuses filters that do not fit, and says what would", () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 6]);
    const convolve = (filter: [number, number, number, number], groups: number) => () =>
      groupedConv2d(x, tf.zeros(filter), { groups, pad: "same" });
    assertThrows(
      convolve([3, 3, 6, 4], 2),
      RangeError,
      "6 channels in 2 groups by a filter of [3,",
    );
    assertThrows(convolve([3, 3, 3, 5], 2), RangeError, "a multiple of groups as outputs");
    assertThrows(convolve([3, 3, 3, 4], 0), RangeError, "in 0 groups");
  });
});

Deno.test("GroupedConv2d is a layer with bias that models are saved and opened with", async () => {
  const layer = new GroupedConv2d({
    ...{ name: "grouped", filters: 4, kernelSize: 3, groups: 2, strides: 2 },
    padding: "valid",
  });
  const layers = [tf.layers.inputLayer({ inputShape: [7, null, 6] }), layer];
  const model = tf.sequential({ layers });
  assertEquals(model.outputs[0]!.shape, [null, 3, null, 4]);
  assertEquals(model.countParams(), 3 * 3 * 3 * 4 + 4);
  model.setWeights([formula([3, 3, 3, 4], 1), tf.tensor1d([1, 2, 3, 4])]);
  const json = { modelTopology: JSON.parse(model.toJSON() as string) };
  const opened = await tf.models.modelFromJSON(json as tf.io.ModelJSON);
  opened.setWeights(model.getWeights());
  tf.tidy(() => {
    const x = formula([2, 7, 5, 6], 1);
    const [got, expected] = [opened, model].map((m) => (m.predict(x) as tf.Tensor).dataSync());
    assertEquals(got, expected);
    const bare = groupedConv2d(x, formula([3, 3, 3, 4], 1), {
      groups: 2,
      strides: 2,
      pad: "valid",
    });
    assertClose(expected!, bare.add(tf.tensor1d([1, 2, 3, 4])).dataSync(), 1e-6);
  });
});

Deno.test("GroupedConv2d refuses channels that do not divide into its groups", () => {
  const layer = new GroupedConv2d({
    ...{ name: "grouped", filters: 4, kernelSize: 3, groups: 2, padding: "same" },
  });
  assertThrows(
    () => layer.apply(tf.input({ shape: [5, 5, 3] })),
    RangeError,
    'Cannot build the convolution "grouped" of 3 channels to 4 in 2 groups',
  );
});
