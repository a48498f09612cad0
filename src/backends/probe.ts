/** Chooses the device to compute on, without loading TensorFlow.js: asks the machine, opens nothing. */
import os from "node:os";
import type { BackendChoice } from "../core/config.ts";
import type { BackendName, DeviceInfo } from "../core/protocol.ts";
import { adapterName, isSoftwareAdapter } from "./adapter.ts";
import { missingForSimd } from "./simd/support.ts";

/** A device cannot be had or does not work. The message says why and what to do instead. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
}

/** What probing asks the machine for; tests pass their own. */
export interface Machine {
  /** Absent where the runtime has no WebGPU. */
  readonly gpu: Pick<GPU, "requestAdapter"> | undefined;
  /** What a person calls the processor. */
  processor(): string;
  /** What the runtime lacks for the simd backend, or null. */
  missingForSimd(): string | null;
}

type Finding =
  | { readonly found: true; readonly name: string; readonly software: boolean }
  | { readonly found: false; readonly reason: string; readonly mend: string };

interface Provider {
  readonly backend: BackendName;
  find(machine: Machine): Promise<Finding>;
}

/** In the order in which `auto` takes them. */
const providers: readonly Provider[] = [
  { backend: "webgpu", find: findWebGpu },
  { backend: "simd", find: findSimd },
  { backend: "cpu", find: findCpu },
];

const cpuInstead = 'use "--backend cpu", or "--backend auto" to have one chosen';

/**
 * Finds the device for a choice. `auto` takes the first of hardware WebGPU, simd and cpu; a software
 * WebGPU adapter is taken only when `webgpu` is asked for by name. The answer's `reason` says which
 * was taken and why, and what was passed over. Throws DeviceError where a named one cannot be had.
 */
export function probeDevice(
  choice: BackendChoice,
  machine: Machine = thisMachine(),
): Promise<DeviceInfo> {
  return choice === "auto" ? probeInOrder(machine) : probeNamed(choice, machine);
}

type AdapterSearch =
  | { readonly found: true; readonly adapter: GPUAdapter }
  | { readonly found: false; readonly reason: string; readonly mend: string };

/**
 * Asks WebGPU for its adapter as TensorFlow.js does, so that what is found is what training will use.
 * Where there is none the answer says why and what to do.
 */
export async function findAdapter(gpu: Machine["gpu"]): Promise<AdapterSearch> {
  if (gpu === undefined) {
    return {
      found: false,
      reason: "this runtime has no navigator.gpu",
      mend: `run with Deno 2.9 or later and "--unstable-webgpu", or ${cpuInstead}`,
    };
  }
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = `asking for a WebGPU adapter failed (${message})`;
    return { found: false, reason, mend: cpuInstead };
  }
  if (adapter !== null) return { found: true, adapter };
  return {
    found: false,
    reason: "no Vulkan, Metal or Direct3D 12 driver offers a WebGPU adapter",
    mend: "install the GPU's driver (Debian's mesa-vulkan-drivers has a software one), " +
      `or ${cpuInstead}`,
  };
}

async function probeInOrder(machine: Machine): Promise<DeviceInfo> {
  const passedOver: string[] = [];
  for (const { backend, find } of providers) {
    const finding = await find(machine);
    if (!finding.found) {
      passedOver.push(`no ${backend}: ${finding.reason}`);
    } else if (finding.software) {
      passedOver.push(
        `the WebGPU adapter "${finding.name}" is software and was passed over ` +
          '("--backend webgpu" takes it)',
      );
    } else {
      const why = passedOver.length === 0 ? "a hardware adapter" : passedOver.join("; ");
      return { backend, name: finding.name, software: false, reason: `chosen by auto: ${why}` };
    }
  }
  throw new DeviceError(`No backend works here: ${passedOver.join("; ")}`);
}

async function probeNamed(backend: BackendName, machine: Machine): Promise<DeviceInfo> {
  const provider = providers.find((candidate) => candidate.backend === backend)!;
  const finding = await provider.find(machine);
  if (!finding.found) {
    throw new DeviceError(
      `Cannot use the ${backend} backend: ${finding.reason}. To go on, ${finding.mend}`,
    );
  }
  const note = finding.software ? ", a software adapter" : "";
  return {
    backend,
    name: finding.name,
    software: finding.software,
    reason: `asked for by name${note}`,
  };
}

async function findWebGpu({ gpu }: Machine): Promise<Finding> {
  const search = await findAdapter(gpu);
  if (!search.found) return search;
  const { info } = search.adapter;
  return { found: true, name: adapterName(info), software: isSoftwareAdapter(info) };
}

function findSimd(machine: Machine): Promise<Finding> {
  const reason = machine.missingForSimd();
  return Promise.resolve(
    reason === null
      ? { found: true, name: machine.processor(), software: false }
      : { found: false, reason, mend: cpuInstead },
  );
}

function findCpu(machine: Machine): Promise<Finding> {
  return Promise.resolve({ found: true, name: machine.processor(), software: false });
}

function thisMachine(): Machine {
  return { gpu: globalThis.navigator.gpu, processor: processorName, missingForSimd };
}

/** The processor's model, or its architecture where the system may not be asked. */
function processorName(): string {
  try {
    const model = os.cpus()[0]?.model.trim();
    if (model !== undefined && model !== "" && model !== "unknown") return model;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
  return `${Deno.build.arch} processor`;
}
