import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { findWorkload, STANDARD_WORKLOADS } from "../../src/bench/workloads.ts";

await openDevice(await probeDevice("cpu"), { threads: 0 });

Deno.test("findWorkload() knows every standard workload", () => {
  for (const name of STANDARD_WORKLOADS) findWorkload(name);
});

Deno.test("findWorkload() names the nearest of what it does not know, and all there are", () => {
  const failing = (name: string, text: string) =>
    assertThrows(() => findWorkload(name), RangeError, text);
  failing("mnist-cnn", '"mnist-cnn" is no workload; did you mean mnist-cnn-b128? There are dcgan-');
  failing("dcgan-64-f46-b64x", "did you mean dcgan-64-f64-b64?");
  failing("nothing like it", '"nothing like it" is no workload. There are dcgan-32-f32-b16, ');
});

const tiny = [
  "dcgan-32-f1-b2",
  "mnist-cnn-b2",
  "lstm-imdb-b2",
  "bilstm-imdb-b2",
  "srresnet-1x4-b2",
];
for (const name of tiny) {
  Deno.test(`the workload ${name} steps without leaving tensors and frees all that it made`, async () => {
    const before = tf.memory().numTensors;
    const workload = findWorkload(name)();
    assertEquals(workload.items, 2);
    await workload.step();
    const held = tf.memory().numTensors;
    await workload.step();
    assertEquals(tf.memory().numTensors, held);
    workload.dispose();
    assert(held > before);
    assertEquals(tf.memory().numTensors, before);
  });
}
