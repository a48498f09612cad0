import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { DeviceError, type Machine, probeDevice } from "../../src/backends/probe.ts";

const processor = { processor: () => "test processor", missingForSimd: () => null };

/** A machine whose WebGPU offers this adapter, or null for none. */
function machineWith(info: Partial<GPUAdapterInfo> | null): Machine {
  const adapter = info === null
    ? null
    : { info: { vendor: "", architecture: "", device: "", description: "", ...info } };
  return {
    gpu: { requestAdapter: () => Promise.resolve(adapter as GPUAdapter | null) },
    ...processor,
  };
}

const hardware = machineWith({ description: "GeForce 9000" });
const llvmpipe = machineWith({ description: "llvmpipe (LLVM 15.0.6, 256 bits)" });
const flagged = machineWith({ vendor: "acme", device: "soft", isFallbackAdapter: true });
const bare = machineWith(null);
const withoutWebGpu: Machine = { gpu: undefined, ...processor };
const withoutSimd: Machine = { ...bare, missingForSimd: () => "this runtime has no SIMD" };

async function messageOf(failing: Promise<unknown>): Promise<string> {
  const error: Error = await assertRejects(() => failing, DeviceError);
  return error.message;
}

describe("probeDevice()", () => {
  it("takes hardware WebGPU on auto", async () => {
    assertEquals(await probeDevice("auto", hardware), {
      backend: "webgpu",
      name: "GeForce 9000",
      software: false,
      reason: "chosen by auto: a hardware adapter",
    });
  });

  for (const [name, machine] of Object.entries({ llvmpipe, flagged })) {
    it(`passes over a software adapter on auto and says so (${name})`, async () => {
      const device = await probeDevice("auto", machine);
      assertEquals([device.backend, device.name], ["simd", "test processor"]);
      assertStringIncludes(device.reason, "is software and was passed over");
    });

    it(`takes a software adapter by name (${name})`, async () => {
      const device = await probeDevice("webgpu", machine);
      assertEquals([device.backend, device.software], ["webgpu", true]);
      assertStringIncludes(device.reason, "asked for by name, a software adapter");
    });
  }

  it("takes simd on auto where there is no adapter, and says why", async () => {
    const device = await probeDevice("auto", bare);
    assertEquals(device.backend, "simd");
    assertStringIncludes(device.reason, "no Vulkan, Metal or Direct3D 12 driver");
  });

  it("takes simd on auto where the runtime has no WebGPU, and says why", async () => {
    const device = await probeDevice("auto", withoutWebGpu);
    assertEquals(device.backend, "simd");
    assertStringIncludes(device.reason, "navigator.gpu");
  });

  it("takes the cpu on auto where neither WebGPU nor SIMD is there, and says why", async () => {
    const device = await probeDevice("auto", withoutSimd);
    assertEquals(device.backend, "cpu");
    assertStringIncludes(device.reason, "no simd: this runtime has no SIMD");
  });

  it("takes the cpu by name and asks no adapter", async () => {
    const gpu = { requestAdapter: () => Promise.reject(new Error("was asked")) };
    const device = await probeDevice("cpu", { gpu, ...processor });
    assertEquals(device.backend, "cpu");
  });

  it("refuses webgpu by name where there is none, with the mend", async () => {
    const message = await messageOf(probeDevice("webgpu", bare));
    assertStringIncludes(message, "Cannot use the webgpu backend");
    assertStringIncludes(message, "mesa-vulkan-drivers");
    assertStringIncludes(message, "--backend cpu");
  });

  it("refuses webgpu by name where asking for an adapter throws, with its message", async () => {
    const gpu = { requestAdapter: () => Promise.reject(new Error("driver lost")) };
    const message = await messageOf(probeDevice("webgpu", { ...bare, gpu }));
    assertStringIncludes(message, "driver lost");
  });

  it("takes simd by name", async () => {
    const device = await probeDevice("simd", hardware);
    assertEquals([device.backend, device.reason], ["simd", "asked for by name"]);
  });

  it("refuses simd by name where the runtime lacks it, with the mend", async () => {
    const message = await messageOf(probeDevice("simd", withoutSimd));
    assertStringIncludes(message, "Cannot use the simd backend: this runtime has no SIMD");
    assertStringIncludes(message, '"--backend cpu"');
  });

  it("names this machine's processor", async () => {
    assert((await probeDevice("cpu")).name.length > 0);
  });
});
