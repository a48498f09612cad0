import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import golden from "../golden/dcgan_curve_torch.json" with { type: "json" };
import { goldenStep, setUp, startAsGolden } from "./golden_gan.ts";

Deno.test("200 steps on simd keep within 1 % of PyTorch's losses, and leak nothing", async () => {
  await openDevice(await probeDevice("simd"), { threads: 2 });
  const { generator, discriminator, optimizers, dispose } = setUp(golden.options);
  startAsGolden({ generator, discriminator });
  const steps = golden.discriminatorLoss.length;
  assertEquals(steps, 200);
  let worst = 0;
  let tensors: number | undefined;
  for (let i = 0; i < steps; i++) {
    const { d, g } = goldenStep({ generator, discriminator }, optimizers, i + 1, golden.options);
    const losses = [[d.loss, golden.discriminatorLoss[i]!], [g.loss, golden.generatorLoss[i]!]];
    for (const [loss, expected] of losses as [tf.Scalar, number][]) {
      const error = Math.abs((await loss.data())[0]! - expected) / expected;
      assert(error < 0.01, `step ${i + 1}: ${error} from the loss ${expected}`);
      worst = Math.max(worst, error);
    }
    tf.dispose([Object.values(d), Object.values(g)]);
    assertEquals(tf.memory().numTensors, tensors ??= tf.memory().numTensors);
  }
  console.log(`worst distance from PyTorch over ${steps} steps: ${worst.toExponential(1)}`);
  dispose();
});
