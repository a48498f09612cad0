/** Options for tests that need a WebGPU adapter, a software one included. */
import { DeviceError, probeDevice } from "../src/backends/probe.ts";
import { requirement } from "./support.ts";

async function lackingWebGpu(): Promise<string | null> {
  try {
    await probeDevice("webgpu");
    return null;
  } catch (error) {
    if (error instanceof DeviceError) return error.message;
    throw error;
  }
}

export const webgpu: { ignore: boolean } = requirement("WebGPU", await lackingWebGpu());
