import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { writeAnimation } from "../../src/cli/animation_file.ts";
import { parseCommand, UsageError } from "../../src/cli/flags.ts";
import { INTERPOLATE, interpolateLatents } from "../../src/cli/interpolate.ts";
import { fileNames } from "../../src/cli/sample.ts";
import { ffmpegArguments } from "../../src/cli/video.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { startTask } from "./task.ts";
import { makeTinyRun } from "./tiny_run.ts";

await tf.setBackend("cpu");

/** Runs `interpolate` in this process, on a tiny run in `root`. */
function interpolate(root: string, ...args: string[]): Promise<number> {
  const all = ["latest", "--runs", root, "--backend", "cpu", ...args];
  return interpolateLatents(parseCommand(INTERPOLATE, all)!.options);
}

/** Pixels of a picture, and of a tile of it. */
async function readPicture(path: string) {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  const tile = async (left: number, top: number) => {
    const cut = sharp(path).extract({ left: left * 32, top: top * 32, width: 32, height: 32 });
    return [...await cut.raw().toBuffer()];
  };
  return { size: [info.width, info.height], data: [...data], tile };
}

Deno.test("interpolate draws strips, grids and loops whose ends are the seeds' pictures", async () => {
  using folder = temporaryFolder();
  await makeTinyRun(folder.path);
  const file = (name: string) => join(folder.path, name);
  await interpolate(folder.path, "--seeds", "1-4", "--frames", "4", "--out", file("seeds.png"));
  const seeds = await readPicture(file("seeds.png"));
  assertEquals(seeds.size, [4 * 32, 32]);
  const own = await Promise.all([0, 1, 2, 3].map((i) => seeds.tile(i, 0)));
  assert(new Set(own.map(String)).size === 4, "the pictures differ");

  await interpolate(folder.path, "--seeds", "1,2", "--out", file("strip.png"));
  const strip = await readPicture(file("strip.png"));
  assertEquals(strip.size, [9 * 32, 32]);
  assertEquals([await strip.tile(0, 0), await strip.tile(8, 0)], own.slice(0, 2));

  const gridding = ["--seeds", "1-4", "--grid", "--frames", "3"];
  await interpolate(folder.path, ...gridding, "--out", file("grid.png"));
  const grid = await readPicture(file("grid.png"));
  assertEquals(grid.size, [96, 96]);
  const corners = [[0, 0], [2, 0], [0, 2], [2, 2]] as const;
  assertEquals(await Promise.all(corners.map(([x, y]) => grid.tile(x, y))), own);

  const looping = ["--seeds", "1-2", "--loop", "--frames", "4", "--columns", "2"];
  await interpolate(folder.path, ...looping, "--out", file("loop.png"));
  const loop = await readPicture(file("loop.png"));
  assertEquals(loop.size, [64, 64]);
  assertEquals([await loop.tile(0, 0), await loop.tile(0, 1)], own.slice(0, 2));

  await interpolate(
    folder.path,
    "--seeds",
    "1",
    "--loop",
    "--frames",
    "3",
    "--out",
    file("walk.png"),
  );
  const walk = await readPicture(file("walk.png"));
  assertEquals(await walk.tile(0, 0), own[0]);
  assert(String(await walk.tile(1, 0)) !== String(own[0]));
});

Deno.test("interpolate --truncation 0 draws the mean's picture everywhere", async () => {
  using folder = temporaryFolder();
  await makeTinyRun(folder.path);
  const out = join(folder.path, "mean.png");
  await interpolate(
    folder.path,
    "--seeds",
    "1,2",
    "--frames",
    "2",
    "--truncation",
    "0",
    "--out",
    out,
  );
  const { tile } = await readPicture(out);
  assertEquals(await tile(0, 0), await tile(1, 0));
});

Deno.test("interpolate refuses flags that do not go together, before it opens anything", async () => {
  const mistakes: readonly (readonly [args: string, message: string])[] = [
    ["--out faces.bmp", 'ends in .png, .jpg, .jpeg, .gif, .webp, .apng, .mp4; got "faces.bmp"'],
    ["--grid --loop", "--grid and --loop do not go together"],
    ["--grid --out a.gif", '--grid is for a picture; --out is "a.gif"'],
    ["--grid --columns 3", "leave --columns out"],
    ["--method spline", "--method spline is for --loop"],
  ];
  for (const [args, message] of mistakes) {
    await assertRejects(() => interpolate("/nowhere", ...args.split(" ")), UsageError, message);
  }
});

Deno.test("interpolate says what a grid of three corners lacks, and which weights are not finite", async () => {
  using folder = temporaryFolder();
  await makeTinyRun(folder.path);
  const three = () => interpolate(folder.path, "--seeds", "1-3", "--grid");
  await assertRejects(three, RangeError, "expected two or four corners, got 3");
  using ruined = temporaryFolder();
  const change = (weights: Map<string, { data: Float32Array }>) => {
    weights.get("up1/kernel")!.data[3] = NaN;
  };
  await makeTinyRun(ruined.path, { change });
  await assertRejects(() => interpolate(ruined.path), RangeError, 'got NaN in "up1/kernel"');
});

/** The names in a folder. */
const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("an .mp4 is written whole where there is ffmpeg, and refused in words where not", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "faces.mp4");
  const frames = [40, 200].map((value) => (
    { pixels: new Uint8Array(33 * 17 * 3).fill(value), width: 33, height: 17, channels: 3 }
  ));
  const write = (signal: AbortSignal) => writeAnimation(path, ".mp4", frames, { fps: 5, signal });
  try {
    await write(new AbortController().signal);
    assertEquals(namesIn(folder.path), ["faces.mp4"]);
    assertEquals(new TextDecoder().decode(Deno.readFileSync(path).subarray(4, 8)), "ftyp");
    Deno.removeSync(path);
    await assertRejects(() => write(AbortSignal.abort(new Error("enough"))), Error, "enough");
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    assert(error.message.startsWith("Cannot write an .mp4: there is no ffmpeg"), error.message);
  }
  assertEquals(namesIn(folder.path), []);
});

Deno.test("ffmpegArguments() describe raw frames of either kind", () => {
  const raster = { pixels: new Uint8Array(6), width: 2, height: 1, channels: 3 };
  const colour = ffmpegArguments(raster, 25, "out.tmp").join(" ");
  assert(colour.includes("-f rawvideo -pix_fmt rgb24 -s 2x1 -r 25 -i -"), colour);
  assert(ffmpegArguments({ ...raster, channels: 1 }, 25, "o").includes("gray"));
});

Deno.test("fileNames() keep seeds in six digits, and other names apart", () => {
  assertEquals(fileNames(["7", "slerp(1;2;0.5)", "a b", "a/b"]), [
    "000007",
    "slerp_1_2_0.5_",
    "a_b",
    "a_b-2",
  ]);
});

Deno.test("the task interpolate writes a GIF with its own permissions; Ctrl-C leaves no file", async () => {
  using folder = temporaryFolder();
  await makeTinyRun(folder.path);
  const out = join(folder.path, "faces.gif");
  const drawing = ["latest", "--runs", folder.path, "--backend", "cpu", "--scale", "1"];
  const seeds = ["--seeds", "1,2", "--loop", "--frames", "6"];
  await using task = startTask("interpolate", [...drawing, ...seeds, "--out", out]);
  const { code, stdout, stderr } = await task.ended();
  assertEquals([code, stdout], [0, `${out}\n`], stderr);
  assertEquals((await sharp(out, { animated: true }).metadata()).pages, 6);

  const long = join(folder.path, "long.apng");
  const interrupted = startTask("interpolate", [...drawing, "--frames", "1500", "--out", long]);
  await using _killed = interrupted;
  await interrupted.says("step 4, ema weights");
  interrupted.signal("SIGINT");
  const end = await interrupted.ended();
  assertEquals([end.code, end.stdout], [130, ""], end.stderr);
  assert(end.stderr.endsWith("Interrupted: nothing was written\n"), end.stderr);
  assertEquals(
    [...Deno.readDirSync(folder.path)].filter(({ name }) => name.startsWith("long")),
    [],
  );
});
