import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { ARITHMETIC, arithmeticOnLatents } from "../../src/cli/arithmetic.ts";
import { drawArithmetic, pixelArithmetic } from "../../src/cli/arithmetic_figure.ts";
import { parseCommand, UsageError } from "../../src/cli/flags.ts";
import type { Raster } from "../../src/core/images.ts";
import * as tf from "@tensorflow/tfjs";
import { latentOfSeed } from "../../src/core/rng.ts";
import { parseLatents } from "../../src/latent/latent_file.ts";
import { normOf } from "../../src/latent/latents.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { runTask } from "./task.ts";
import { makeTinyRun } from "./tiny_run.ts";

await tf.setBackend("cpu");
const square = (value: number): Raster => (
  { pixels: new Uint8Array(16 * 16).fill(value), width: 16, height: 16, channels: 1 }
);

Deno.test("drawArithmetic() shows every exemplar, mean and neighbour once", () => {
  const concept = (label: string, from: number, count: number) => ({
    label,
    exemplars: Array.from({ length: count }, (_, i) => square(from + i)),
    mean: square(from + count),
  });
  const { pixels } = drawArithmetic({
    concepts: [concept("A", 100, 3), concept("B", 110, 1), concept("C", 120, 9)],
    result: Array.from({ length: 9 }, (_, i) => square(140 + i)),
    inPixels: square(160),
  });
  const expected = [100, 101, 102, 103, 110, 111, 120, 129, 140, 148, 160];
  for (const value of expected) {
    assertEquals(pixels.filter((pixel) => pixel === value).length, 3 * 16 * 16, `${value}`);
  }
});

Deno.test("pixelArithmetic() is A − B + C of the mean pictures", () => {
  const batch = (...pixels: number[]) => (
    { pixels: Float32Array.from(pixels), count: pixels.length, size: 1, channels: 1 }
  );
  const { pixels, count } = pixelArithmetic(batch(0.5, 1), batch(0.25), batch(-0.5, 0));
  assertEquals([count, ...pixels], [1, 0.25]);
});

Deno.test("arithmetic wants three concepts and a name of a picture", async () => {
  const run = (...args: string[]) => {
    const { options, given } = parseCommand(ARITHMETIC, ["latest", ...args])!;
    return arithmeticOnLatents(options, given);
  };
  await assertRejects(() => run("--a", "1", "--c", "2"), UsageError, "--b is missing");
  const bitmap = () => run("--a", "1", "--b", "2", "--c", "3", "--out", "a.bmp");
  await assertRejects(bitmap, UsageError, 'ends in .png, .jpg, .jpeg; got "a.bmp"');
  const several = () => run("--evaluate", "--b", "4");
  await assertRejects(several, UsageError, "--b is for one A − B + C; --evaluate makes many");
  await assertRejects(() => run("--edits", "50"), UsageError, "--edits is for --evaluate");
});

Deno.test("the task arithmetic --json prints latents that z:FILE reads, and nothing else", async () => {
  using folder = temporaryFolder();
  const id = await makeTinyRun(folder.path);
  const out = join(folder.path, "figure.png");
  const drawing = ["latest", "--runs", folder.path, "--backend", "cpu", "--out", out];
  const concepts = ["--a", "1-3", "--b", "4", "--c", "5", "--length", "typical"];
  const { code, stdout, stderr } = await runTask("arithmetic", [...drawing, ...concepts, "--json"]);
  assertEquals(code, 0, stderr);
  assert(stderr.endsWith(`${out}\n`), stderr);
  assert(Deno.statSync(out).size > 0);
  const latents = new Map(parseLatents(stdout, "stdout", 8).map(({ name, z }) => [name, z]));
  assertEquals([JSON.parse(stdout).run, JSON.parse(stdout).step], [id, 4]);
  const around = Array.from({ length: 8 }, (_, i) => `neighbour ${i + 1}`);
  assertEquals([...latents.keys()], ["a", "b", "c", "result", ...around]);
  assertEquals(latents.get("b"), latentOfSeed(4, 8));
  assertAlmostEquals(normOf(latents.get("result")!), Math.sqrt(8), 1e-5);
});
