import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { PixelShuffle, pixelShuffle, pixelUnshuffle } from "../../src/nn/pixel_shuffle.ts";
import { webgpu } from "../webgpu.ts";
import golden from "../golden/layers_torch.json" with { type: "json" };
import { assertClose } from "./differences.ts";
import { calls, REFERENCE_KERNELS, registerReferenceKernels } from "./reference_kernels.ts";

await tf.setBackend("cpu");
registerReferenceKernels();

type Shape = [number, number, number, number];

/** The formula of tests/golden/layers_torch.py. */
function formula(shape: readonly number[], phase: number): tf.Tensor4D {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + phase)),
    shape as Shape,
  );
}

const backends = [
  { backend: "cpu", options: {} },
  { backend: REFERENCE_KERNELS, options: {} },
  { backend: "simd", options: {} },
  { backend: "webgpu", options: webgpu },
];

for (const { backend, options } of backends) {
  Deno.test(
    `pixelShuffle() on ${backend}: output and gradient are PyTorch's`,
    options,
    async () => {
      if (backend !== "webgpu" && backend !== "simd") await tf.setBackend(backend);
      else await openDevice(await probeDevice(backend), { threads: 2 });
      const before = tf.memory().numTensors;
      for (const { shape, scale, y, dx } of golden.pixelShuffle) {
        const x = formula(shape, 0.3);
        const shuffled = pixelShuffle(x, scale);
        const dy = formula(shuffled.shape, 5);
        const gradient = tf.grad((x) => pixelShuffle(x as tf.Tensor4D, scale))(x, dy);
        assertClose(await shuffled.data(), y, 1e-6);
        assertClose(await gradient.data(), dx, 1e-6);
        const back = pixelUnshuffle(shuffled, scale);
        assertEquals(back.shape, shape as Shape);
        assertEquals(await back.data(), await x.data());
        tf.dispose([x, shuffled, dy, gradient, back]);
      }
      assertEquals(tf.memory().numTensors, before);
      await tf.setBackend("cpu");
    },
  );
}

Deno.test("pixelShuffle() uses the backend's kernels where it has them", () => {
  assertEquals([calls.get("AtelierDepthToSpace")! > 0, calls.get("AtelierSpaceToDepth")! > 0], [
    true,
    true,
  ]);
});

Deno.test("pixelShuffle() puts channels where TensorFlow's depthToSpace does", () => {
  tf.tidy(() => {
    const x = formula([2, 3, 2, 12], 1);
    assertEquals(pixelShuffle(x, 2).dataSync(), tf.depthToSpace(x, 2).dataSync());
  });
});

Deno.test("pixelUnshuffle() has a gradient, and pixelShuffle() a second one", () => {
  tf.tidy(() => {
    const x = formula([1, 4, 4, 1], 1);
    const dy = formula([1, 2, 2, 4], 2);
    const gradient = tf.grad((x) => pixelUnshuffle(x as tf.Tensor4D, 2))(x, dy);
    assertEquals(gradient.dataSync(), pixelShuffle(dy, 2).dataSync());
    // d/dz of the sum of squares of d/dz Σ shuffle(z)³/3 = shuffle(z)², so 4z³.
    const inner = tf.grad((z) => pixelShuffle(z as tf.Tensor4D, 2).pow(3).div(3).sum());
    const second = tf.grad((z) => inner(z).square().sum())(dy);
    assertClose(second.dataSync(), dy.pow(3).mul(4).dataSync(), 1e-5);
  });
});

Deno.test("pixelShuffle() and pixelUnshuffle() refuse what does not divide", () => {
  const x = tf.zeros<tf.Rank.R4>([1, 3, 4, 6]);
  assertThrows(() => pixelShuffle(x, 2), RangeError, "expected a multiple of 4 channels, got 6");
  assertThrows(() => pixelUnshuffle(x, 2), RangeError, "multiples of 2, got 3 × 4");
  assertThrows(() => pixelShuffle(x, 1.5), RangeError, "by 1.5: expected images [B, H, W, C] and");
  x.dispose();
});

Deno.test("PixelShuffle is a layer that models are saved and opened with", async () => {
  const layers = [
    tf.layers.inputLayer({ inputShape: [null, 5, 12] }),
    new PixelShuffle({ name: "shuffle", scale: 2 }),
  ];
  const model = tf.sequential({ layers });
  assertEquals(model.outputs[0]!.shape, [null, null, 10, 3]);
  const json = { modelTopology: JSON.parse(model.toJSON() as string) };
  const opened = await tf.models.modelFromJSON(json as tf.io.ModelJSON);
  tf.tidy(() => {
    const x = formula([2, 3, 5, 12], 1);
    const [got, expected] = [opened, model].map((m) => (m.predict(x) as tf.Tensor).dataSync());
    assertEquals(got, expected);
  });
});
