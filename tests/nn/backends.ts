/** Backends that ops of `src/nn` are tested on: stock ops, plain reference kernels, and what users run. */
import * as tf from "@tensorflow/tfjs";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import { webgpu } from "../webgpu.ts";
import { REFERENCE_KERNELS, registerReferenceKernels } from "./reference_kernels.ts";

/** A backend to test on, and the options of its tests. */
export interface TestedBackend {
  readonly backend: string;
  readonly options: { readonly ignore?: boolean };
}

export const backends: readonly TestedBackend[] = [
  { backend: "cpu", options: {} },
  { backend: REFERENCE_KERNELS, options: {} },
  { backend: "simd", options: {} },
  { backend: "webgpu", options: webgpu },
];

/** Makes one of them the backend in use. */
export async function open(backend: string): Promise<void> {
  registerReferenceKernels();
  const opened = tf.findBackendFactory(backend) !== null && backend !== "webgpu";
  if (opened) await tf.setBackend(backend);
  else await openDevice(await probeDevice(backend as "simd" | "webgpu"), { threads: 2 });
}
