import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openDevice } from "../../src/backends/open.ts";
import { DeviceError, probeDevice } from "../../src/backends/probe.ts";
import type { SimdBackend } from "../../src/backends/simd/backend.ts";
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

Deno.test("openDevice() opens simd on the threads that it is told, and again on others", async () => {
  for (const threads of [2, 3]) {
    const exact = threads === 3 ? { exactConv: true } : {};
    await openDevice({ ...cpu, backend: "simd" }, { threads, ...exact });
    assertEquals(tf.getBackend(), "simd");
    const { threads: { count }, exactConv } = tf.backend() as SimdBackend;
    assertEquals([count, exactConv], [threads, threads === 3]);
    const x = tf.tensor1d([1, 2, 3]);
    const sum = x.add(x);
    assertEquals([...await sum.data()], [2, 4, 6]);
    tf.dispose([x, sum]);
  }
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
