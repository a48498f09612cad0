/** Devices that metrics are tested on: stock kernels, and what most people run. */
import * as tf from "@tensorflow/tfjs";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";

export const DEVICES = ["cpu", "simd"] as const;

/** Makes a device the one in use. */
export async function useDevice(name: typeof DEVICES[number]): Promise<void> {
  if (tf.findBackendFactory(name) !== null) await tf.setBackend(name);
  else await openDevice(await probeDevice(name), { threads: 2 });
}

/** Runs `body` and fails where tensors are left. */
export async function withoutLeak<Result>(body: () => Promise<Result>): Promise<Result> {
  const before = tf.memory().numTensors;
  const result = await body();
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`Expected no tensor to be left, got ${left}`);
  return result;
}
