import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import sharp from "sharp";
import { prepareOut } from "../../src/cli/upscale/out_file.ts";
import { StripFile } from "../../src/cli/upscale/strip_file.ts";
import { TemporaryFolder } from "../data/pictures.ts";
import { wavyPicture } from "../metrics/fidelity/pictures.ts";
import { runTask, startTask } from "./task.ts";

const { pixels, width, height } = wavyPicture(30, 20, 0);
const picture = () => sharp(pixels, { raw: { width, height, channels: 3 } });

/** Enlarges the one file of a folder by bicubic. */
async function upscale(folder: TemporaryFolder, name: string, ...args: string[]) {
  const path = join(folder.path, name);
  const model = args.includes("--model") ? [] : ["--model", "bicubic"];
  const rest = ["--backend", "cpu", "--runs", join(folder.path, "runs")];
  return await runTask("upscale", [path, ...model, ...rest, ...args]);
}

Deno.test("StripFile writes what decoders read", async () => {
  using folder = new TemporaryFolder();
  const path = join(folder.path, "a.tiff");
  for (const channels of [3, 4] as const) {
    const values = Uint8Array.from({ length: 7 * 5 * channels }, (_, i) => (i * 37) % 256);
    {
      using file = new StripFile(path, { width: 7, height: 5, channels });
      for (const [from, to] of [[0, 2], [2, 4], [4, 5]] as const) {
        const rows = values.slice(from * 7 * channels, to * 7 * channels);
        file.append({ pixels: rows, width: 7, height: to - from, channels });
      }
      file.finish();
    }
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    assertEquals([info.width, info.height, info.channels], [7, 5, channels]);
    assertEquals(new Uint8Array(data), values);
  }
});

Deno.test("upscale keeps transparency, turns as EXIF says, and takes any kind of picture", async () => {
  using folder = new TemporaryFolder();
  folder.write({
    "turned.jpg": await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    "clear.png": await picture().ensureAlpha(0.25).png().toBuffer(),
    "deep.png": await picture().toColourspace("rgb16").png().toBuffer(),
    "grey.png": await picture().greyscale().toColourspace("b-w").png().toBuffer(),
    "cmyk.jpg": await picture().toColourspace("cmyk").jpeg().toBuffer(),
  });
  const sizes = {
    turned: [40, 60],
    clear: [60, 40],
    deep: [60, 40],
    grey: [60, 40],
    cmyk: [60, 40],
  };
  for (const [name, size] of Object.entries(sizes)) {
    const file = `${name}.${/turned|cmyk/.test(name) ? "jpg" : "png"}`;
    const { code, stdout, stderr } = await upscale(folder, file, "--scale", "2");
    const out = join(folder.path, `${name}-x2.png`);
    assertEquals([code, stdout], [0, `${out}\n`], stderr);
    const made = await sharp(out).metadata();
    assertEquals([made.width, made.height, made.channels], [...size, name === "clear" ? 4 : 3]);
  }
  const levels = await sharp(join(folder.path, "clear-x2.png")).extractChannel(3).raw().toBuffer();
  for (const level of levels) assertAlmostEquals(level, 64, 1);
  assertEquals(folder.files().filter((name) => name.includes(".tmp")), []);
});

Deno.test("upscale writes other kinds of files, and refuses what it cannot read or write", async () => {
  using folder = new TemporaryFolder();
  const whole = await picture().jpeg().toBuffer();
  folder.write({
    "a.png": await picture().png().toBuffer(),
    "cut.jpg": whole.subarray(0, 300),
    "words.png": "not a picture",
  });
  const out = join(folder.path, "deep", "a.webp");
  assertEquals((await upscale(folder, "a.png", "--scale", "3", "--out", out)).code, 0);
  assertEquals((await sharp(out).metadata()).width, 90);
  const refusals: readonly (readonly [string, string[], RegExp])[] = [
    ["none.png", [], /there is no such file/],
    ["cut.jpg", [], /Cannot enlarge ".*cut\.jpg": it is damaged or cut short/],
    ["words.png", [], /expected a JPEG, PNG, WebP, AVIF, TIFF or GIF file, got a file of another/],
    ["a.png", ["--out", "a.bmp"], /expected a name that ends in \.png/],
    [
      "a.png",
      ["--out", join(folder.path, "a.png")],
      /it is the picture itself, which would be lost/,
    ],
    [".", [], /it is a folder; expected a picture's file/],
    ["a.png", ["--model", "nothing"], /There is no run "nothing"/],
    ["a.png", ["--model", join(folder.path, "x.safetensors")], /there is no such file/],
  ];
  for (const [name, args, message] of refusals) {
    const { code, stderr, stdout } = await upscale(folder, name, ...args);
    assertEquals([code, stdout], [1, ""], stderr);
    assert(message.test(stderr), stderr);
  }
  assertEquals(folder.files().filter((name) => name.includes(".tmp")), []);
  assertEquals((await sharp(join(folder.path, "a.png")).metadata()).width, 30);
});

Deno.test("prepareOut() makes the folder, and refuses folders, files as folders and the picture itself", () => {
  using folder = new TemporaryFolder();
  folder.write({ "a.png": "a", "taken.png/b": "b" });
  const at = (name: string) => join(folder.path, name);
  const refused = (name: string, message: string) =>
    assertThrows(() => prepareOut(at(name), at("a.png")), RangeError, message);
  refused("taken.png", "it is a folder. Pass a file's name to --out");
  refused("taken.png/../a.png", "it is the picture itself");
  refused("a.png/x.png", "is a file, expected a folder");
  refused("a.png/deep/x.png", "is a file, expected a folder");
  prepareOut(at("deep/er/x.png"), at("a.png"));
  assert(Deno.statSync(at("deep/er")).isDirectory);
});

Deno.test("Ctrl-C ends upscale and leaves nothing", async () => {
  using folder = new TemporaryFolder();
  const { pixels, ...size } = wavyPicture(1500, 1500, 0);
  folder.write({
    "a.png": await sharp(pixels, { raw: { ...size, channels: 3 } }).png().toBuffer(),
  });
  await using task = startTask("upscale", [
    ...[join(folder.path, "a.png"), "--model", "bicubic", "--backend", "cpu", "--tile", "16"],
  ]);
  while (!folder.files().some((name) => name.includes(".strips.tmp"))) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  task.signal("SIGINT");
  const { code, stdout } = await task.ended();
  assertEquals([code, stdout], [130, ""]);
  assertEquals(folder.files(), ["a.png"]);
});
