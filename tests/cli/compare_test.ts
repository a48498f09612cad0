import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "@std/path";
import { compare } from "../../src/cli/compare.ts";
import { reportPaths } from "../../src/cli/compare_files.ts";
import { COMPARE } from "../../src/cli/compare_flags.ts";
import { parseCommand, UsageError } from "../../src/cli/flags.ts";
import { parseSeeds, seedsText } from "../../src/cli/seeds.ts";
import type { Comparison } from "../../src/evaluation/report/comparison.ts";
import { useDevice } from "../metrics/device.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { runTask } from "./task.ts";
import { makeTinyRun, TINY } from "./tiny_run.ts";

/** Runs `compare` in this process and reads the report it wrote. */
async function compareIn(root: string, ...args: string[]): Promise<Comparison> {
  const out = join(root, "out");
  const all = [...args, "--runs", root, "--cache", join(root, "cache"), "--out", out];
  assertEquals(await compare(parseCommand(COMPARE, [...all, "--backend", "simd"])!.options), 0);
  assertStringIncludes(await Deno.readTextFile(join(out, "report.html")), "</html>");
  return JSON.parse(await Deno.readTextFile(join(out, "report.json")));
}

async function twoRuns(root: string): Promise<readonly [string, string]> {
  await useDevice("simd");
  const other = (weights: Map<string, { shape: readonly number[]; data: Float32Array }>) => {
    for (const { data } of weights.values()) data.forEach((value, i) => data[i] = value * 0.5);
  };
  return [await makeTinyRun(root), await makeTinyRun(root, { change: other })];
}

Deno.test("compare draws, subtracts and measures checkpoints, and says how it was asked", async () => {
  using folder = temporaryFolder();
  const [a, b] = await twoRuns(folder.path);
  const pictures = join(folder.path, "pictures");
  await Deno.mkdir(pictures);
  for (let i = 0; i < 8; i++) await drawPicture(join(pictures, `${i}.png`), i);
  const asked = ["--seeds", "3,7-8", "--samples", "18", "--sets", "3", "--metrics", "swd,ms-ssim"];
  const report = await compareIn(folder.path, a, b, ...asked, "--reference", `folder:${pictures}`);
  assertEquals(report.checkpoints.map(({ letter, run, step }) => [letter, run, step]), [
    ["A", a, 4],
    ["B", b, 4],
  ]);
  assertEquals(report.seeds, [3, 7, 8]);
  const [first, second] = report.differences.checkpoints;
  assert(first === null && second!.mean > 1 && second!.bySeed.length === 3);
  assertEquals(report.metrics!.rows.map(({ name }) => name), ["swd-6", "ms-ssim-6"]);
  for (const { cells, differences, better } of report.metrics!.rows) {
    assert(cells.every(({ figures }) => figures.length === 3 && figures.every(Number.isFinite)));
    assertEquals([differences.length, better], [1, "lower"]);
  }
  assertEquals(report.metrics!.extractor, null, "pixels take no extractor");
  assertEquals(
    report.command,
    `deno task compare ${a}@4 ${b}@4 --seeds 3,7-8 --metrics swd,ms-ssim --samples 18 --sets 3 ` +
      `--reference folder:${pictures}`,
  );
  assertEquals(report.runs.map(({ id }) => id), [a, b]);
  assertEquals(report.configuration.different, []);
});

/** A grey ramp, another each time. */
async function drawPicture(path: string, i: number): Promise<void> {
  const { default: sharp } = await import("sharp");
  const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, (_, at) => (at * (i + 1)) % 251);
  await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } }).png().toFile(path);
}

Deno.test("compare of equal checkpoints: no difference, and no metric tells them apart", async () => {
  using folder = temporaryFolder();
  await useDevice("simd");
  const [a, b] = [await makeTinyRun(folder.path), await makeTinyRun(folder.path)];
  const asked = ["--samples", "12", "--sets", "3", "--metrics", "swd", "--reference", "faces"];
  const { differences, metrics } = await compareIn(folder.path, a, b, "--seeds", "1", ...asked);
  assertEquals(differences.checkpoints[1], { from: 0, mean: 0, bySeed: [0] });
  const [row] = metrics!.rows;
  assertEquals([row!.best, row!.leaders, row!.differences[0]!.verdict], [null, [0, 1], "level"]);
});

Deno.test("compare refuses what cannot be compared, before it computes", async () => {
  using folder = temporaryFolder();
  const [a, b] = await twoRuns(folder.path);
  const grey = await makeTinyRun(folder.path, { config: { ...TINY, channels: 1 } });
  const refuse = (args: string[], text: string) =>
    assertRejects(() => compareIn(folder.path, ...args), Error, text);
  await refuse([a], "Cannot compare one checkpoint");
  await refuse([a, "nobody"], "nobody");
  await refuse([a, b, "--metrics", "fdc"], "did you mean fcd?");
  await refuse([a, b, "--samples", "5"], "Cannot measure 5 sets: expected 2 samples of each");
  await refuse([a, b, "--reference", "nobody"], "nobody");
  await refuse([a, grey, "--metrics", "none"], "draws 32×32×1");
});

Deno.test("compare --json prints the report and nothing else", async () => {
  using folder = temporaryFolder();
  const [a, b] = await twoRuns(folder.path);
  const args = ["--metrics", "none", "--seeds", "0", "--json", "--runs", folder.path];
  const { code, stdout, stderr } = await runTask("compare", [a, b, ...args, "--backend", "cpu"]);
  assertEquals(code, 0, stderr);
  const report: Comparison = JSON.parse(stdout);
  assertEquals([report.version, report.checkpoints.length, report.metrics], [1, 2, null]);
});

Deno.test("reportPaths() goes by the ending of --out", () => {
  const found = [{ run: "20260101-000000-dcgan-faces-ab12", step: 500, seed: null }, {
    ...{ run: "20260101-000000-dcgan-faces-cd34", step: 2000, seed: null },
  }];
  const of = (out: string | null, json = false) => reportPaths({ out, json }, found);
  assertEquals(of("a/b.html"), { html: "a/b.html", json: null });
  assertEquals(of("a/b.JSON"), { html: null, json: "a/b.JSON" });
  assertEquals(of("a/v1.2"), { html: "a/v1.2/report.html", json: "a/v1.2/report.json" });
  assertEquals(of(null, true), { html: null, json: null });
  assertEquals(of(null).html, "data/cache/comparisons/ab12-500-cd34-2000/report.html");
  assertThrows(() => of("a.png"), UsageError, 'got "a.png"');
});

Deno.test("seedsText() is what parseSeeds() reads back", () => {
  for (const text of ["0-11", "3,7-8", "5,4,3", "1-2,4", "7"]) {
    assertEquals(seedsText(parseSeeds(text)!), text);
  }
  assertEquals(seedsText([1, 2, 3, 9]), "1-3,9");
});

Deno.test("compare takes at most 200 pictures of each", () => {
  assertThrows(
    () => parseCommand(COMPARE, ["a", "b", "--seeds", "0-200"]),
    UsageError,
    "--seeds takes at most 200 seeds",
  );
});

Deno.test("compare says how to go on where the data of the runs is gone", async () => {
  using folder = temporaryFolder();
  const runs = await twoRuns(folder.path);
  for (const run of runs) {
    const path = join(folder.path, run, "run.json");
    const record = JSON.parse(await Deno.readTextFile(path));
    const data = `folder:${join(folder.path, "moved")}`;
    const config = { data, size: 32, channels: 3, seed: 1, mirror: false };
    await Deno.writeTextFile(path, JSON.stringify({ ...record, config }));
  }
  const error = await assertRejects(
    () => compareIn(folder.path, ...runs, "--metrics", "swd", "--samples", "12", "--sets", "3"),
    Error,
  );
  assertStringIncludes(error.message, "--reference folder:PATH");
});
