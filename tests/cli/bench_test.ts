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

/** A peer that prints a figure of whatever it is asked for. */
const PEER = `"${Deno.execPath()}" eval '
  for (const workload of Deno.args) {
    console.log(JSON.stringify({ workload, step_ms: 10, items_per_s: 200, threads: 1 }));
  }' --`;

Deno.test("bench --against runs itself and the peer and prints ratios, as a table and as JSON", async () => {
  const flags = ["--backend", "cpu", "--repeats", "1", "--rounds", "1", "--against", PEER];
  const { code, stdout, stderr } = await runTask("bench", ["dcgan-32-f1-b2", ...flags]);
  assertEquals([code, stderr], [0, ""]);
  assert(
    /\nWORKLOAD +RATIO +OURS\/S +PEER\/S.*\ndcgan-32-f1-b2 +[\d.]+ +[\d.]+ +200 /.test(stdout),
  );
  const { ratio, ours, peer } = JSON.parse(stdout.trim().split("\n").at(-1)!);
  assertEquals([ours.backend, peer.items_per_s], ["cpu", 200]);
  assert(Math.abs(ratio - ours.items_per_s / 200) < 1e-3);
});

Deno.test("bench --against says what is wrong with a peer", async () => {
  const against = (peer: string) =>
    runTask("bench", ["dcgan-32-f1-b2", "--backend", "cpu", "--against", peer]);
  const missing = await against("./no-such-peer");
  assertEquals([missing.code, missing.stdout], [1, ""]);
  assert(missing.stderr.startsWith('error: Cannot run "./no-such-peer": there is no program'));
  const open = await against("sh -c 'x");
  assertEquals(open.code, 2);
  assert(open.stderr.startsWith("error: --against: Cannot read the command sh -c 'x: its ' is"));
});
