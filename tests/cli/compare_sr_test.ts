import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import sharp from "sharp";
import { enlargementFigure } from "../../src/evaluation/enlarging/figure.ts";
import { TemporaryFolder } from "../data/pictures.ts";
import { wavyPicture } from "../metrics/fidelity/pictures.ts";
import { runTask } from "./task.ts";

const { pixels, width, height } = wavyPicture(62, 49, 0);

Deno.test("compare-sr draws models beside the truth, with the figures of evaluate-sr", async () => {
  using folder = new TemporaryFolder();
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } }).png().toBuffer();
  folder.write({ "set/wavy.png": png });
  const [picture, out] = [join(folder.path, "set", "wavy.png"), join(folder.path, "a", "wavy.svg")];
  const shared = ["--backend", "cpu", "--runs", join(folder.path, "runs")];
  const args = [picture, "bicubic", "The same & again=bicubic", "--json", "--scale", "2"];
  const figure = ["--out", out, "--crop", "8,4,20x16", "--zoom", "3"];
  const { code, stdout, stderr } = await runTask("compare-sr", [...args, ...figure, ...shared]);
  assertEquals(code, 0, stderr);
  const { models: [one, other] } = JSON.parse(stdout);
  assertEquals({ ...other, title: "bicubic" }, one);

  const set = `folder:${join(folder.path, "set")}`;
  const judging = ["--model", "bicubic", "--scale", "2", "--data", set, "--json"];
  const cache = ["--cache", join(folder.path, "cache")];
  const judged = await runTask("evaluate-sr", [...judging, ...cache, ...shared]);
  const { title: _title, model: _model, ...figures } = one;
  assertEquals(JSON.parse(judged.stdout).mean.made, figures, judged.stderr);

  const svg = Deno.readTextFileSync(out);
  assertMatch(svg, /^<svg [^>]*width="204"/); // three panels of 60, two gaps of 12
  assertMatch(svg, />The same &amp; again<\/text>/);
  assert(svg.includes(`(${figures["psnr-y-crop2"].toFixed(2)} dB / `), svg.slice(0, 400));
  const [, encoded] = svg.match(/.*base64,([^"]+)"/s)!; // the last is the truth
  const shown = await sharp(Uint8Array.fromBase64(encoded!)).raw().toBuffer();
  const whole = sharp(pixels, { raw: { width, height, channels: 3 } });
  const part = await whole.extract({ left: 8, top: 4, width: 20, height: 16 }).raw().toBuffer();
  assertEquals(new Uint8Array(shown), new Uint8Array(part));
});

Deno.test("compare-sr refuses parts outside the picture, and figures of unequal pictures", async () => {
  using folder = new TemporaryFolder();
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } }).png().toBuffer();
  folder.write({ "wavy.png": png });
  const refusals = [
    [["--crop", "50,0,20x16"], 1, /Cannot show 50,0,20x16: expected a part of the picture's 60×48/],
    [["--crop", "50"], 2, /LEFT,TOP,WIDTHxHEIGHT/],
    [["--out", "a.png"], 2, /ends in \.svg/],
  ] as const;
  const shared = ["--backend", "cpu", "--runs", join(folder.path, "runs")];
  const compare = (picture: string, ...args: string[]) =>
    runTask("compare-sr", [join(folder.path, picture), "bicubic", ...args, ...shared]);
  for (const [args, status, message] of refusals) {
    const { code, stderr } = await compare("wavy.png", ...args);
    assertEquals(code, status, stderr);
    assertMatch(stderr, message);
  }
  const absent = await compare("wavy.png", "SRGAN=nobody", "--extractor", "none");
  assertEquals([absent.code, absent.stdout], [1, ""], absent.stderr);
  const scrap = sharp(pixels, { raw: { width, height, channels: 3 } });
  const small = await scrap.extract({ left: 0, top: 0, width: 24, height: 17 }).png().toBuffer();
  folder.write({ "small.png": small });
  const { code, stderr } = await compare("small.png");
  assertEquals(code, 1, stderr);
  assertMatch(
    stderr,
    /small\.png": expected 19×19 pixels or more, got 24×16\. Take a larger picture/,
  );
  const panel = (side: number) => ({
    title: "",
    notes: [],
    picture: { pixels: new Uint8Array(side * side * 3), width: side, height: side, channels: 3 },
  });
  await assertRejects(
    () => enlargementFigure([panel(2), panel(3)], 1),
    RangeError,
    "expected pictures of one size, got 2×2, 3×3",
  );
});
