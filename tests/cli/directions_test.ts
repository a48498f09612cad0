import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { DIRECTIONS, evidenceTable, findDirections } from "../../src/cli/directions.ts";
import { parseCommand, UsageError } from "../../src/cli/flags.ts";
import { unit } from "../../src/latent/directions/direction.ts";
import { RunStore } from "../../src/runs/store.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { runTask } from "./task.ts";
import { makeTinyRun } from "./tiny_run.ts";

await tf.setBackend("cpu");

Deno.test("evidenceTable() has a column for each kind of evidence", () => {
  const direction = (name: string, evidence: Record<string, number>) => (
    { name, kind: "sefa", vector: unit([1]), evidence, range: 3 } as const
  );
  const table = evidenceTable([
    direction("sefa-1", { share: 0.123456, eigenvalue: 24 }),
    direction("smile", { accuracy: 0.5 }),
  ]);
  assertEquals(
    table,
    "DIRECTION  SHARE  EIGENVALUE  ACCURACY\n" +
      "sefa-1     0.123          24\n" +
      "smile                              0.5\n",
  );
});

Deno.test("the task directions keeps what it finds with the run, and draws it", async () => {
  using folder = temporaryFolder();
  const id = await makeTinyRun(folder.path);
  const out = join(folder.path, "sheet.png");
  const common = ["latest", "--runs", folder.path, "--backend", "cpu", "--count", "2"];
  const drawing = ["--seeds", "1,2", "--steps", "3", "--out", out];
  const { code, stdout, stderr } = await runTask("directions", [...common, ...drawing]);
  assertEquals(code, 0, stderr);
  assert(/^DIRECTION +EIGENVALUE +SHARE\nsefa-1 +\S+ +0\.\d+\nsefa-2 /.test(stdout), stdout);
  assert(stdout.endsWith(`\n${out}\n`), stdout);
  const { width, height } = await sharp(out).metadata();
  assertEquals([width, height], [
    8 + 35 + 8 + 6 * 32 + 2 * 2 + 8 + 2 * 2 + 8,
    8 + 11 + 2 * 32 + 2 + 8,
  ]);

  const ganspace = ["--method", "ganspace", "--samples", "50"];
  const options = parseCommand(DIRECTIONS, [...common, ...drawing, ...ganspace])!.options;
  const before = tf.memory().numTensors;
  await findDirections(options);
  assertEquals(tf.memory().numTensors, before);
  using run = new RunStore(folder.path).open(id);
  const names = ["sefa-1", "sefa-2", "ganspace-1", "ganspace-2"];
  assertEquals(run.directions(4).map(({ name }) => name), names);
});

Deno.test("directions refuses what it cannot draw, and unknown layers by name", async () => {
  using folder = temporaryFolder();
  await makeTinyRun(folder.path);
  const find = (...args: string[]) => {
    const all = ["latest", "--runs", folder.path, "--backend", "cpu", ...args];
    return findDirections(parseCommand(DIRECTIONS, all)!.options);
  };
  await assertRejects(
    () => find("--out", "a.gif"),
    UsageError,
    'ends in .png, .jpg, .jpeg; got "a.gif"',
  );
  const layer = () => find("--method", "ganspace", "--layer", "up7");
  await assertRejects(layer, RangeError, 'layer "up7": expected one of project, ');
});
