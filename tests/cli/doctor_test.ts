import { assertEquals } from "@std/assert";
import { examinationLines } from "../../src/cli/doctor.ts";

const op = {
  name: "conv2d",
  forward: 1.23e-6,
  gradient: null,
  bound: 1e-4,
  passed: true,
  failure: null,
};

Deno.test("examinationLines() shows sizes in their units and wraps what is long", () => {
  const adapter = {
    ...{ name: "a card", software: true, vendor: "", architecture: "" },
    features: ["shader-f16", "timestamp-query"],
    limits: { maxBufferSize: 2 ** 28, maxUniformBufferBindingSize: 2 ** 16, maxBindGroups: 8 },
  };
  assertEquals(examinationLines({ type: "adapter", adapter }, 30), [
    "adapter   a card, software",
    "features  shader-f16,",
    "          timestamp-query",
    "limits    maxBufferSize                256 MiB",
    "          maxUniformBufferBindingSize  64 KiB",
    "          maxBindGroups                8",
  ]);
});

Deno.test("examinationLines() aligns the ops' errors and marks what is broken", () => {
  const broken = { ...op, forward: Infinity, gradient: 0, passed: false };
  const lines = [op, broken].flatMap((report, index) =>
    examinationLines({ type: "op", report, index, of: 2 }, 80)
  );
  assertEquals(lines.map((line) => line.trim().replace(/ +/g, " ")), [
    "ops max relative error against cpu, at most 0.0001",
    "forward gradient",
    "conv2d 1.2e-6 none",
    "conv2d failed 0 BROKEN",
  ]);
});

Deno.test("examinationLines() leaves the mends of a failed examination to standard error", () => {
  const verdict = { type: "verdict", passed: false, mends: ["Update the driver"] } as const;
  assertEquals(examinationLines(verdict, 80), []);
});
