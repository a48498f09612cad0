/** The examination of a device: what it is, whether it holds large buffers, whether its ops are right. */
import * as tf from "@tensorflow/tfjs";
import type { BackendChoice } from "../core/config.ts";
import type { DeviceInfo } from "../core/protocol.ts";
import { type BufferReport, probeBuffer } from "./buffer_probe.ts";
import { type OpCase, opCases } from "./op_cases.ts";
import { checkOp, type OpReport } from "./op_checks.ts";
import { openDevice } from "./open.ts";
import { adapterName, isSoftwareAdapter } from "./adapter.ts";
import { type DeviceError, findAdapter, probeDevice } from "./probe.ts";

/** The WebGPU adapter of this machine, whether or not training would use it. */
export interface AdapterReport {
  readonly name: string;
  readonly software: boolean;
  readonly vendor: string;
  readonly architecture: string;
  readonly features: readonly string[];
  /** In WebGPU's names and units (bytes, counts), in its order. */
  readonly limits: Readonly<Record<string, number>>;
}

/**
 * What `examine` yields, in this order: one `device`, one `adapter`, one `buffer` where there is an
 * adapter, one `op` for each op, one `verdict`.
 */
export type Examination =
  | { readonly type: "device"; readonly device: DeviceInfo }
  | { readonly type: "adapter"; readonly adapter: AdapterReport }
  | { readonly type: "adapter"; readonly adapter: null; readonly reason: string }
  | { readonly type: "buffer"; readonly report: BufferReport }
  | { readonly type: "op"; readonly report: OpReport; readonly index: number; readonly of: number }
  | {
    readonly type: "verdict";
    readonly passed: boolean;
    /** What is broken and what to do about it, a sentence or two each; empty where all is well. */
    readonly mends: readonly string[];
  };

/** What an examination takes. */
export interface ExamineOptions {
  /** The ops to check; every op that the models use unless given. */
  readonly ops?: readonly OpCase[];
  /** Of the random data; 1 unless given. */
  readonly seed?: number;
}

/**
 * Examines the device that training would use for a choice: its adapter, a large buffer, and every op
 * against the cpu backend. Nothing is printed. Leaves that device open as TensorFlow.js's backend.
 * Throws DeviceError where the device cannot be had at all.
 */
export async function* examine(
  choice: BackendChoice,
  { ops = opCases, seed = 1 }: ExamineOptions = {},
): AsyncGenerator<Examination> {
  const mends: string[] = [];
  const device = await probeDevice(choice);
  yield { type: "device", device };

  const search = await findAdapter(navigator.gpu);
  if (!search.found) {
    yield { type: "adapter", adapter: null, reason: search.reason };
  } else {
    yield { type: "adapter", adapter: describe(search.adapter) };
    const report = await probeBuffer(search.adapter);
    yield { type: "buffer", report };
    if (report.passed === false && device.backend === "webgpu") mends.push(bufferMend(report));
  }

  const failures: DeviceError[] = [];
  await openDevice(device, { threads: 0, onFailure: (failure) => failures.push(failure) });
  for (const [index, opCase] of ops.entries()) {
    const checked = await withoutShortcuts(() => checkOp(opCase, device.backend, seed));
    const report = withFailures(checked, failures.splice(0));
    yield { type: "op", report, index, of: ops.length };
    if (!report.passed) mends.push(opMend(report, device));
  }
  yield { type: "verdict", passed: mends.length === 0, mends };
}

/**
 * The WebGPU backend computes small tensors on the processor while they are there. An examination of
 * the device must not be spared it.
 */
async function withoutShortcuts<T>(check: () => Promise<T>): Promise<T> {
  if (tf.getBackend() !== "webgpu") return await check();
  const before = tf.env().getBool("WEBGPU_CPU_FORWARD");
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  try {
    return await check();
  } finally {
    tf.env().set("WEBGPU_CPU_FORWARD", before);
  }
}

/** An op whose commands the device refused has not passed, whatever the numbers say. */
function withFailures(report: OpReport, failures: readonly DeviceError[]): OpReport {
  const [first] = failures;
  return first === undefined ? report : { ...report, passed: false, failure: first.message };
}

function describe(adapter: GPUAdapter): AdapterReport {
  const { info, features, limits } = adapter;
  const values: Record<string, number> = {};
  for (const name in limits) {
    const value = limits[name as keyof GPUSupportedLimits];
    if (typeof value === "number") values[name] = value;
  }
  return {
    name: adapterName(info),
    software: isSoftwareAdapter(info),
    vendor: info.vendor,
    architecture: info.architecture,
    features: [...features].sort(),
    limits: values,
  };
}

function bufferMend({ message }: BufferReport): string {
  return `A buffer of 256 MiB ${message}. Close what else uses the GPU's memory, or train with ` +
    'fewer "--filters", a smaller "--batch" or "--size"';
}

function opMend({ name, forward, gradient, bound, failure }: OpReport, device: DeviceInfo): string {
  const what = failure === null
    ? `differs from the cpu backend by ${forward.toExponential(1)}` +
      (gradient === null ? "" : `, its gradient by ${gradient.toExponential(1)}`) +
      `, where ${bound.toExponential(0)} is allowed`
    : `failed: ${failure.replace(/\.$/, "")}`;
  const mend = {
    cpu: "Install the packages again: delete node_modules and run the command once more",
    simd: 'Check the kernels out again, or train with "--backend cpu", and please report it',
    webgpu: `Update the driver of "${device.name}", or train with "--backend cpu"`,
  }[device.backend];
  return `${name} ${what}. ${mend}`;
}
