import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { parseCommand, UsageError } from "../../src/cli/flags.ts";
import { PROJECT, projectPhotos } from "../../src/cli/project.ts";
import { lossesCsv, parseEdits } from "../../src/cli/project_output.ts";
import { projectionBar, projectionLine } from "../../src/cli/progress.ts";
import { parseLatents } from "../../src/latent/latent_file.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { runTask, startTask } from "./task.ts";
import { makeTinyRun, TINY } from "./tiny_run.ts";

await tf.setBackend("cpu");

Deno.test("parseEdits() reads directions and how far, also of names with signs in them", () => {
  assertEquals(parseEdits("sefa-1=2, a=b=-1.5"), [
    { name: "sefa-1", alpha: 2 },
    { name: "a=b", alpha: -1.5 },
  ]);
  for (const text of ["", "smile", "smile=", "=2", "smile=x", "a=1,,b=2"]) {
    assertEquals(parseEdits(text), null, text);
  }
});

Deno.test("projectionBar() and projectionLine() say how each start does, in the room there is", () => {
  const progress = {
    ...{ label: "me.jpg", step: 20, totalSteps: 100, secondsLeft: 8 },
    losses: [0.5, 0.25],
  };
  assertEquals(projectionLine(progress), "me.jpg: step 20/100, losses 0.5000 0.2500");
  const wide = projectionBar(progress, 90);
  assert(
    /^me.jpg {2}20\/100 {2}━+╌+ {2}best loss 0.2500 {2}of 0.5000 0.2500 {2}ETA 8 s$/.test(wide),
    wide,
  );
  assertEquals(projectionBar(progress, 32), "me.jpg  20/100  best loss 0.2500");
});

Deno.test("lossesCsv() has a line a step, names quoted", () => {
  const image = { pixels: new Float32Array(1), count: 1, size: 1, channels: 1 };
  const found = [{ z: new Float32Array(1), loss: 0, squaredError: 0 }];
  const curve = [{ step: 1, losses: Float32Array.of(0.5) }];
  const target = { name: 'a "b".jpg', image, planted: null };
  const csv = lossesCsv([{ target, found, curve }]);
  assertEquals(csv, 'picture,step,restart 1\n"a ""b"".jpg",1,0.5\n');
});

Deno.test("the task project writes a figure, losses, latents and edits of a photo", async () => {
  using folder = temporaryFolder();
  const id = await makeTinyRun(folder.path);
  const photo = join(folder.path, "me.jpg");
  const noise = { type: "gaussian", mean: 128, sigma: 20 } as const;
  await sharp({ create: { width: 60, height: 90, channels: 3, background: "#864", noise } })
    .jpeg().toFile(photo);
  const out = join(folder.path, "projected");
  const short = ["--steps", "4", "--restarts", "2", "--candidates", "2"];
  const device = ["--backend", "simd", "--threads", "1"];
  const args = ["latest", photo, "seed:3", "--runs", folder.path, "--out", out, ...short];
  const edit = ["--edit", "sefa-1=2,sefa-2=-1", "--scale", "1"];
  const { code, stdout, stderr } = await runTask("project", [...args, ...device, ...edit]);
  assertEquals(code, 0, stderr);
  const [heading, first, second, ...paths] = stdout.trimEnd().split("\n");
  assert(/^PICTURE +PSNR +LOSS/.test(heading!), stdout);
  assert(/^me\.jpg +\d+\.\d\d dB/.test(first!) && /^seed:3 .* \d of 2$/.test(second!), stdout);
  const files = ["projection.png", "edits.png", "losses.csv", "latents.json"];
  assertEquals(paths, files.map((name) => join(out, name)));
  assert(/me\.jpg: step 4\/4, losses/.test(stderr), stderr);
  const json = Deno.readTextFileSync(join(out, "latents.json"));
  assertEquals(JSON.parse(json).run, id);
  assertEquals(parseLatents(json, "latents.json", TINY.latentDim).map(({ name }) => name), [
    "me.jpg",
    "seed:3",
    ...["me.jpg", "seed:3"].flatMap((name) =>
      ["sefa-1=2", "sefa-2=-1", "sefa-1=2 sefa-2=-1"].map((edit) => `${name} ${edit}`)
    ),
  ]);
  assertEquals(Deno.readTextFileSync(join(out, "losses.csv")).split("\n").length, 1 + 2 * 4 + 1);
  assert((await sharp(join(out, "edits.png")).metadata()).height! > 6 * 32);
});

Deno.test("project refuses what is no photo, unknown directions and edits, before the long work", async () => {
  using folder = temporaryFolder();
  await makeTinyRun(folder.path, { config: { ...TINY, channels: 1 } });
  const text = join(folder.path, "notes.txt");
  Deno.writeTextFileSync(text, "no picture");
  const find = (...args: string[]) => {
    const all = ["latest", ...args, "--runs", folder.path, "--backend", "cpu"];
    return projectPhotos(parseCommand(PROJECT, all)!.options);
  };
  await assertRejects(() => find(join(folder.path, "none.jpg")), RangeError, "There is no photo");
  await assertRejects(() => find(text), RangeError, "expected a whole JPEG, PNG, WebP or AVIF");
  const unknown = () => find("seed:1", "--edit", "smile=1");
  await assertRejects(unknown, RangeError, 'There is no direction "smile" at this checkpoint');
  const edit = () => Promise.resolve().then(() => find("seed:1", "--edit", "smile"));
  await assertRejects(
    edit,
    UsageError,
    '--edit takes NAME=ALPHA, or several with commas between; got "smile"',
  );
});

Deno.test("project ends at Ctrl-C without a file", async () => {
  using folder = temporaryFolder();
  await makeTinyRun(folder.path);
  const out = join(folder.path, "projected");
  const args = ["latest", "seed:3", "--runs", folder.path, "--backend", "cpu", "--out", out];
  await using task = startTask("project", [...args, "--steps", "100000", "--features", "none"]);
  await task.says("step 1/100000");
  task.signal("SIGINT");
  const { code, stdout, stderr } = await task.ended();
  assertEquals([code, stdout], [130, ""], stderr);
  assert(stderr.endsWith("Interrupted: nothing was written\n"), stderr);
  assert(![...Deno.readDirSync(folder.path)].some(({ name }) => name === "projected"));
});
