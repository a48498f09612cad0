import * as tf from "@tensorflow/tfjs";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Examination, examine, type ExamineOptions } from "../../src/backends/doctor.ts";
import { type OpCase, opCases } from "../../src/backends/op_cases.ts";
import { DeviceError } from "../../src/backends/probe.ts";
import type { BackendChoice } from "../../src/core/config.ts";
import { webgpu } from "../webgpu.ts";

async function findings(choice: BackendChoice, options?: ExamineOptions): Promise<Examination[]> {
  return await Array.fromAsync(examine(choice, options));
}

function verdictOf(examination: readonly Examination[]) {
  const last = examination.at(-1)!;
  assert(last.type === "verdict");
  return last as Extract<Examination, { type: "verdict" }>;
}

const square = opCases.filter(({ name }) => name === "square");

/** An op that gives something else each time, as a broken kernel differs from the right one. */
function brokenOp(): OpCase {
  let calls = 0;
  return { ...square[0]!, name: "broken", run: (x) => x!.mul(++calls) };
}

Deno.test("examine() reports device, adapter and ops, and ends with the verdict", async () => {
  const examination = await findings("cpu", { ops: square });
  const types = examination.map(({ type }) => type).filter((type) => type !== "buffer");
  assertEquals(types, ["device", "adapter", "op", "verdict"]);
  assertEquals(verdictOf(examination), { type: "verdict", passed: true, mends: [] });
});

Deno.test("examine() fails a broken op, names it and says what to do", async () => {
  const { passed, mends } = verdictOf(await findings("cpu", { ops: [...square, brokenOp()] }));
  assertEquals([passed, mends.length], [false, 1]);
  assertStringIncludes(mends[0]!, "broken differs from the cpu backend by");
  assertStringIncludes(mends[0]!, "Install the packages again");
});

Deno.test("examine() throws for a device that cannot be had", async () => {
  Object.defineProperty(navigator, "gpu", { value: undefined, configurable: true });
  try {
    await assertRejects(() => findings("webgpu"), DeviceError, "no navigator.gpu");
  } finally {
    Reflect.deleteProperty(navigator, "gpu");
  }
});

Deno.test("examine() finds every op sound on simd", async () => {
  const examination = await findings("simd");
  assertEquals(examination.filter(({ type }) => type === "op").length, opCases.length);
  assertEquals(verdictOf(examination).mends, []);
});

Deno.test(
  "examine() finds adapter, large buffer and every op sound on WebGPU",
  webgpu,
  async () => {
    const examination = await findings("webgpu");
    const adapter = examination.find((finding) => finding.type === "adapter");
    assert(adapter?.type === "adapter" && adapter.adapter !== null);
    assert(adapter!.adapter!.limits["maxBufferSize"]! > 0);
    const buffer = examination.find((finding) => finding.type === "buffer");
    assert(buffer?.type === "buffer" && buffer.report.passed !== false);
    assertEquals(examination.filter(({ type }) => type === "op").length, opCases.length);
    assertEquals(verdictOf(examination).mends, []);
  },
);

Deno.test("examine() fails a broken op on WebGPU and offers the cpu", webgpu, async () => {
  const { passed, mends } = verdictOf(await findings("webgpu", { ops: [brokenOp()] }));
  assertEquals(passed, false);
  assertStringIncludes(mends[0]!, '"--backend cpu"');
});

Deno.test("examine() fails an op whose commands the device refuses", webgpu, async () => {
  const refused: OpCase = {
    ...square[0]!,
    name: "refused",
    run: (x) => {
      const backend = tf.backend();
      if (backend instanceof WebGPUBackend) backend.device.createBuffer({ size: 16, usage: 0 });
      return x!.square();
    },
  };
  const { passed, mends } = verdictOf(await findings("webgpu", { ops: [refused, ...square] }));
  assertEquals([passed, mends.length], [false, 1]);
  assertStringIncludes(mends[0]!, "refused failed: A command failed on");
});
