import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import sharp from "sharp";
import type { RunRecord } from "../../src/core/protocol.ts";
import { TemporaryFolder } from "../data/pictures.ts";
import { wavyPicture } from "../metrics/fidelity/pictures.ts";
import { runTask } from "./task.ts";

/** A folder of pictures, and where runs and caches go beside them. */
async function lab(): Promise<{ folder: TemporaryFolder; where: string[]; pictures: string }> {
  const folder = new TemporaryFolder();
  for (let i = 0; i < 6; i++) {
    const { pixels, ...size } = wavyPicture(80 + i, 70, i);
    const png = await sharp(pixels, { raw: { ...size, channels: 3 } }).png().toBuffer();
    folder.write({ [`pictures/${i}.png`]: png });
  }
  const where = ["--runs", join(folder.path, "runs")];
  return { folder, where, pictures: `folder:${join(folder.path, "pictures")}` };
}

const TINY = "--scale 2 --patch 8 --batch 2 --backend simd --threads 1 --no-serve".split(" ");

Deno.test("train-sr learns by pixels, then against a discriminator, and what it learned enlarges", async () => {
  const { folder, where, pictures } = await lab();
  using _folder = folder;
  const cache = ["--cache", join(folder.path, "cache")];
  const data = ["--data", pictures, ...cache, ...where];
  const trained = await runTask("train-sr", [
    ...[...TINY, ...data, "--model", "edsr-compact", "--blocks", "1", "--channels", "4"],
    ...["--steps", "6", "--sample-every", "3"],
  ]);
  assertEquals(trained.code, 0, trained.stderr);
  assertMatch(trained.stdout, /step 6: .*psnr-y-crop2 \d\d\.\d/);
  assertMatch(trained.stdout, /step 6: .*perceptual-lab \d/);

  const fooling = await runTask("train-sr", [
    ...[...TINY, ...data, "--adversarial", "latest@6", "--discriminator", "2", "--steps", "2"],
    ...["--warm-up", "1"],
  ]);
  assertEquals(fooling.code, 0, fooling.stderr);
  const resumed = await runTask("train-sr", [
    "--resume",
    "latest",
    "--steps",
    "3",
    "--no-serve",
    ...cache,
    ...where,
  ]);
  assertEquals(resumed.code, 0, resumed.stderr);
  const listed = await runTask("runs", [...where, "--json"]);
  const records: RunRecord[] = JSON.parse(listed.stdout);
  assertEquals(records.map(({ experiment, step, status }) => [experiment, step, status]), [
    ["srgan", 3, "completed"],
    ["super-resolution", 6, "completed"],
  ]);
  assertEquals(records[0]!.config.blocks, 1, "the network is the pretrained one's");

  const from = `${records[1]!.id}@6`;
  const other = await runTask("train-sr", [...data, "--adversarial", from, "--scale", "3"]);
  assertEquals(other.code, 2, other.stderr);
  assertMatch(other.stderr, /--scale is 3, and 2 in what --adversarial \S+@6 goes on from/);

  const judged = await runTask("evaluate-sr", ["--model", "latest", "--json", ...data]);
  const report = JSON.parse(judged.stdout);
  assertEquals([report.scale, report.pictures.length], [2, 6]);
  assert(report.mean.made["psnr-y-crop2"] > 10);
  assert(report.mean.made["perceptual-lab"] > 0 && report.mean.bicubic["perceptual-lab"] > 0);
  const out = join(folder.path, "larger.png");
  const larger = await runTask("upscale", [
    ...[join(folder.path, "pictures", "0.png"), "--out", out, "--tile", "32", ...where],
  ]);
  assertEquals(larger.code, 0, larger.stderr);
  const { width, height } = await sharp(out).metadata();
  assertEquals([width, height], [160, 140]);
  const wrong = await runTask("upscale", [out, "--scale", "4", ...where]);
  assertEquals(wrong.code, 1);
  assertMatch(wrong.stderr, /it was trained to enlarge 2 times\. Pass --scale 2/);
});

Deno.test("train-sr refuses what it cannot train on, and says what would do", async () => {
  const { folder, where, pictures } = await lab();
  using _folder = folder;
  const cases: readonly (readonly [string[], RegExp])[] = [
    [["--data", pictures, "--patch", "60"], /Cannot cut patches of 120×120 pixels.*at most 3[0-9]/],
    [["--data", "mnist"], /Expected folder:PATH, or faces/],
    [["--model", "espcn", "--blocks", "3"], /"espcn": it has no "blocks" or "channels"/],
    [
      ["--content", "vgg54"],
      /--content is for training against a discriminator: pass --adversarial too/,
    ],
    [["--adversarial", "none.safetensors", "--content", "vgg54"], /Give their file to "vgg"/],
    [
      ["--adversarial", "none.safetensors", "--vgg", "vgg.safetensors"],
      /"vgg" is for "content" vgg22 and vgg54, got lab/,
    ],
    [
      ["--adversarial", "none.safetensors", "--content", "pixels", "--matching-weight", "2"],
      /"matchingWeight" is for "content" features and lab, got pixels/,
    ],
    [["--adversarial", "none.safetensors", "--steps", "250"], /the network would learn nothing/],
    [["--adversarial", "none.safetensors"], /the network to go on with from "none.safetensors"/],
    [["--adversarial", "latest"], /There are no runs there yet/],
  ];
  for (const [args, message] of cases) {
    const cache = ["--cache", join(folder.path, "cache")];
    const tiny = args.includes("--patch") ? ["--scale", "2", "--no-serve"] : TINY;
    const { code, stderr } = await runTask("train-sr", [...tiny, ...args, ...cache, ...where]);
    assert(code !== 0);
    assertMatch(stderr, message);
  }
});
