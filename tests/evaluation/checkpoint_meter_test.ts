import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import { CheckpointMeter } from "../../src/evaluation/checkpoint_meter.ts";
import type { MeterOrder } from "../../src/runs/meter.ts";
import { RunStore } from "../../src/runs/store.ts";
import { DEVICE, temporaryFolder, thrownBy } from "../runs/fixtures.ts";
import { FakeTraining } from "../server/fake_runs.ts";

const orderIn = (folder: string, changes: Partial<MeterOrder> = {}): MeterOrder => ({
  runsDir: join(folder, "runs"),
  cacheDir: join(folder, "cache"),
  metrics: "ms-ssim,precision",
  extractor: "lab",
  samples: 6,
  data: { spec: "faces", size: 16, channels: 3, seed: 1, mirror: true },
  device: DEVICE,
  exactConv: false,
  ...changes,
});

Deno.test("CheckpointMeter measures checkpoints alike each time, and leaves no tensor behind", async () => {
  using folder = temporaryFolder();
  const runs = new RunStore(join(folder.path, "runs"));
  using training = new FakeTraining(runs, { checkpointEverySteps: 1 });
  await training.advance(2);
  using meter = await CheckpointMeter.open(orderIn(folder.path));
  assertEquals(meter.deciding, "ms-ssim-6");
  const first = await meter.measure(training.id, 1);
  assertEquals(first.map(({ name }) => name), ["ms-ssim-6", "precision-lab-k3-6"]);
  const tensors = tf.memory().numTensors;
  const second = await meter.measure(training.id, 2);
  assertEquals(await meter.measure(training.id, 1), first);
  assertEquals(second.map(({ value }) => value === first[0]!.value), [false, false]);
  assertEquals(tf.memory().numTensors, tensors);
});

Deno.test("CheckpointMeter refuses what cannot be measured before anything is", async () => {
  using folder = temporaryFolder();
  const refusal = async (changes: Partial<MeterOrder>) =>
    (await thrownBy(() => CheckpointMeter.open(orderIn(folder.path, changes)))).message;
  assertEquals(
    await refusal({ metrics: "swd,kid" }),
    'Cannot measure kid: expected at least 100 images of each set, "the run\'s samples" has 6. Take ' +
      "more samples, or leave it out of --metrics",
  );
  assertEquals(
    await refusal({ metrics: "fid", samples: 3000 }),
    `Cannot measure fid in the features of "lab": expected InceptionV3's (--extractor with its ` +
      'file). With "lab" ask for fcd',
  );
});
