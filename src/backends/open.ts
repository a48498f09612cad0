/** Makes TensorFlow.js compute on a probed device. */
import * as tf from "@tensorflow/tfjs";
import type { BackendName, DeviceInfo } from "../core/protocol.ts";
import { installCpuKernels } from "./cpu/install.ts";
import { DeviceError } from "./probe.ts";
import { greetInSilence, keepReference } from "./reference.ts";
import { installWebGpuKernels } from "./webgpu/install.ts";

/** Settings of a device. */
export interface OpenDeviceOptions {
  /** CPU threads for backends that have them (simd); 0 takes all cores. */
  readonly threads: number;
  /** Whether simd computes convolutions directly, without Winograd's transforms. False unless told. */
  readonly exactConv?: boolean;
  /**
   * Told of what goes wrong on the device after it was opened: a lost device, a failed command. What
   * was computed since is not to be trusted. Without it the error is reported as uncaught, which ends
   * the process or the worker.
   */
  readonly onFailure?: (error: DeviceError) => void;
}

/**
 * Makes `info.backend` the TensorFlow.js backend of this thread and puts our kernels in place of
 * stock ones. A worker opens its own. Throws DeviceError where the backend does not start.
 */
export async function openDevice(info: DeviceInfo, options: OpenDeviceOptions): Promise<void> {
  greetInSilence(tf.findBackend("cpu"));
  keepReference();
  switch (info.backend) {
    case "webgpu":
      return await openWebGpu(info, options.onFailure ?? reportError);
    case "cpu":
      installCpuKernels();
      return await start("cpu", info);
    case "simd":
      return await openSimd(info, options);
    default:
      info.backend satisfies never;
  }
}

async function openSimd(
  info: DeviceInfo,
  { threads, exactConv = false }: OpenDeviceOptions,
): Promise<void> {
  // Imported here so that no other backend pays for it.
  const { registerSimd } = await import("./simd/register.ts");
  const { startUnreferencedWorker } = await import("./simd/deno_threads.ts");
  try {
    await registerSimd({ threads, exactConv, startWorker: startUnreferencedWorker });
  } catch (error) {
    throw new DeviceError(`Cannot start the simd backend on "${info.name}": ${error}`, {
      cause: error,
    });
  }
  await start("simd", info);
}

async function openWebGpu(
  info: DeviceInfo,
  onFailure: (error: DeviceError) => void,
): Promise<void> {
  // Imported here so that a run on the cpu never loads it.
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  await start("webgpu", info);
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) {
    throw new DeviceError(`Cannot start the webgpu backend on "${info.name}": got ${backend}`);
  }
  watch(backend.device, info, onFailure);
  installWebGpuKernels();
}

/** Who is told of a device's failures: whoever opened it last. */
const listeners = new WeakMap<GPUDevice, (error: DeviceError) => void>();

/** TensorFlow.js listens to no errors of its device: without this a failed command computes nothing, silently. */
function watch(
  device: GPUDevice,
  info: DeviceInfo,
  onFailure: (error: DeviceError) => void,
): void {
  const watched = listeners.has(device);
  listeners.set(device, onFailure);
  if (watched) return;
  const tell = (message: string) => listeners.get(device)!(new DeviceError(message));
  device.addEventListener("uncapturederror", (event) => {
    const { error } = event as GPUUncapturedErrorEvent;
    const mend = error instanceof GPUOutOfMemoryError
      ? "Its memory is used up: take a smaller batch, size or number of filters"
      : 'Run "deno task doctor", or use "--backend cpu"';
    tell(`A command failed on "${info.name}": ${error.message}. ${mend}`);
  });
  device.lost.then(({ reason, message }) => {
    if (reason === "destroyed") return;
    tell(`The device "${info.name}" was lost: ${message}. Resume the run from its last checkpoint`);
  });
}

async function start(backend: BackendName, info: DeviceInfo): Promise<void> {
  let started: boolean;
  try {
    started = await tf.setBackend(backend);
    await tf.ready();
  } catch (error) {
    throw new DeviceError(`Cannot start the ${backend} backend on "${info.name}": ${error}`, {
      cause: error,
    });
  }
  if (!started) {
    throw new DeviceError(
      `Cannot start the ${backend} backend on "${info.name}": TensorFlow.js refused it. ` +
        'Run "deno task doctor" to see why, or use "--backend cpu"',
    );
  }
}
