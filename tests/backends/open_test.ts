import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { DeviceError, probeDevice } from "../../src/backends/probe.ts";
import type { DeviceInfo } from "../../src/core/protocol.ts";
import { webgpu } from "../webgpu.ts";

const cpu: DeviceInfo = { backend: "cpu", name: "test processor", software: false, reason: "test" };

Deno.test("openDevice() sets the backend and keeps TensorFlow.js's greeting off the terminal", async () => {
  const warned: unknown[] = [];
  const { warn } = console;
  console.warn = (...words) => warned.push(words);
  try {
    await openDevice(cpu, { threads: 0 });
    tf.scalar(1).dispose();
    assertEquals(tf.getBackend(), "cpu");
    assertEquals(warned, []);
    tf.backend_util.warn("seen"); // other warnings still are
    assertEquals(warned, [["seen"]]);
  } finally {
    console.warn = warn;
  }
});

Deno.test("openDevice() refuses simd, which is still to come", async () => {
  const error: Error = await assertRejects(
    () => openDevice({ ...cpu, backend: "simd" }, { threads: 2 }),
    DeviceError,
  );
  assertStringIncludes(error.message, 'Use "--backend cpu"');
});

Deno.test("openDevice() tells of commands that the device refuses", webgpu, async () => {
  const { promise, resolve } = Promise.withResolvers<DeviceError>();
  await openDevice(await probeDevice("webgpu"), { threads: 0, onFailure: resolve });
  const backend = tf.backend();
  assert(backend instanceof WebGPUBackend);
  (backend as WebGPUBackend).device.createBuffer({ size: 16, usage: 0 });
  const error = await promise;
  assert(error instanceof DeviceError);
  assertStringIncludes(error.message, "A command failed on");
  assertStringIncludes(error.message, "deno task doctor");
});
