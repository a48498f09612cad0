import { assert, assertEquals } from "@std/assert";
import { runTask } from "./task.ts";

Deno.test("bench prints a line of JSON a workload, as the PyTorch reference does", async () => {
  const flags = ["--backend", "cpu", "--repeats", "1"];
  const { code, stdout, stderr } = await runTask("bench", ["dcgan-32-f1-b2", ...flags]);
  assertEquals(code, 0, stderr);
  const { step_ms, items_per_s, ...rest } = JSON.parse(stdout);
  const { version } = rest;
  assert(step_ms > 0 && items_per_s > 0);
  assertEquals(rest, { workload: "dcgan-32-f1-b2", threads: 1, backend: "cpu", version });
});

Deno.test("bench refuses names before it computes anything, and names the nearest", async () => {
  const { code, stdout, stderr } = await runTask("bench", ["mnist-cnn-b128", "mnst-cnn-b128"]);
  assertEquals([code, stdout], [2, ""]);
  assert(stderr.startsWith('error: "mnst-cnn-b128" is no workload; did you mean mnist-cnn-b128?'));
});

Deno.test("bench --profile prints where the time goes, and refuses webgpu", async () => {
  const flags = ["--backend", "cpu", "--repeats", "1", "--profile"];
  const { code, stdout, stderr } = await runTask("bench", ["dcgan-32-f1-b2", ...flags]);
  assertEquals(code, 0, stderr);
  const lines = stdout.split("\n");
  assertEquals(lines[0], "dcgan-32-f1-b2 on cpu, threads: 1");
  assert(
    /^1 steps? of [\d.]+ ms: kernels take [\d.]+ ms, what is outside/.test(lines[1]!),
    lines[1],
  );
  assert(/ ours +Conv2DBackpropFilter$/m.test(stdout), stdout);
});
