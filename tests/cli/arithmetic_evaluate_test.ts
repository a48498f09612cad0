import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import { ARITHMETIC, arithmeticOnLatents } from "../../src/cli/arithmetic.ts";
import { DIRECTIONS, findDirections } from "../../src/cli/directions.ts";
import { parseCommand, UsageError } from "../../src/cli/flags.ts";
import { meanLatent } from "../../src/latent/arithmetic.ts";
import { parseLatents } from "../../src/latent/latent_file.ts";
import { latentsOfSeeds } from "../../src/latent/latents.ts";
import { AttributeClassifier } from "../../src/metrics/classifier/attribute_classifier.ts";
import { encodeClassifier } from "../../src/metrics/classifier/classifier_file.ts";
import { openGenerator } from "../../src/runs/open_generator.ts";
import { RunStore } from "../../src/runs/store.ts";
import { ATTRIBUTES, tinyClassifierFile } from "../metrics/classifier/tiny_classifier.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { runTask } from "./task.ts";
import { makeTinyRun } from "./tiny_run.ts";

await tf.setBackend("cpu");

/**
 * Writes a classifier of the tiny run's pictures, by which half of them are light, and returns its path;
 * `size` makes it one of other pictures.
 */
async function writeJudge(folder: string, size = 32): Promise<string> {
  const shape = { size, channels: 3, steepness: 20 };
  const judged = tinyClassifierFile({}, shape);
  const path = join(folder, `judge-${size}.safetensors`);
  const store = new RunStore(folder);
  using run = store.open(store.resolve("latest"));
  using generator = await openGenerator(run, 4);
  let share = 0.5;
  if (size === generator.size) {
    using classifier = await AttributeClassifier.from(encodeClassifier(judged), "judge");
    const images = await generator.drawSeeds(Array.from({ length: 101 }, (_, i) => 9000 + i));
    const { answers: { values, dim } } = await classifier.predict(images);
    share = values.filter((_, at) => at % dim === 0).toSorted()[50]!;
  }
  const attributes = ATTRIBUTES.map((attribute, k) =>
    k === 0 ? { ...attribute, mean: share } : attribute
  );
  Deno.writeFileSync(path, encodeClassifier({ ...judged, attributes }));
  return path;
}

Deno.test("arithmetic --evaluate counts edits: a table for people, one object alone for programs", async () => {
  using folder = temporaryFolder();
  const id = await makeTinyRun(folder.path);
  const judge = [
    "--classifier",
    await writeJudge(folder.path),
    "--backend",
    "simd",
    "--threads",
    "1",
  ];
  const few = ["--evaluate", "--attributes", "light", "--edits", "60", "--samples", "400"];
  const args = ["latest", "--runs", folder.path, ...judge, ...few];
  const [table, json] = await Promise.all([
    runTask("arithmetic", args),
    runTask("arithmetic", [...args, "--json"]),
  ]);
  assertEquals(table.code, 0, table.stderr);
  assert(table.stdout.startsWith(`${id}@4, ema weights, judged by a classifier of tones`));
  assert(/^light: told with balanced accuracy 100\.0 %/m.test(table.stdout), table.stdout);
  assert(/^ {2}set +A − B of 3 +60 +\d+\.\d +\d+\.\d ±\d+\.\d +/m.test(table.stdout), table.stdout);
  const record = JSON.parse(json.stdout);
  assertEquals([record.checkpoint, record.settings.exemplars], [`${id}@4`, 3]);
  const [light] = record.attributes;
  assertEquals(light.name, "light");
  const done = (method: string) =>
    light.results.find((r: { change: string; method: string }) =>
      r.change === "set" && r.method === method
    ).done.value;
  assert(done("arithmetic") > done("random, as arithmetic"), json.stdout.slice(0, 2000));
  assert(done("probe") > done("random, as probe"));
});

Deno.test("arithmetic --evaluate refuses a judge of other pictures, and unknown attributes", async () => {
  using folder = temporaryFolder();
  await makeTinyRun(folder.path);
  const evaluate = (...args: string[]) => {
    const all = ["latest", "--runs", folder.path, "--backend", "cpu", "--evaluate", ...args];
    const { options, given } = parseCommand(ARITHMETIC, all)!;
    return arithmeticOnLatents(options, given);
  };
  const other = await writeJudge(folder.path, 16);
  await assertRejects(
    () => evaluate("--classifier", other),
    RangeError,
    `Cannot judge images of 32×32×3 by "${other}": it was trained on "tones" at 16×16×3`,
  );
  const judge = await writeJudge(folder.path);
  await assertRejects(
    () => evaluate("--classifier", judge, "--attributes", "smile"),
    RangeError,
    'the classifier knows no "smile"',
  );
  await assertRejects(
    () => evaluate("--classifier", join(folder.path, "none")),
    RangeError,
    "there is no such file",
  );
});

Deno.test("directions --attributes keeps what labels tell, and needs no other method", async () => {
  using folder = temporaryFolder();
  const id = await makeTinyRun(folder.path);
  const out = join(folder.path, "sheet.png");
  const judge = ["--classifier", await writeJudge(folder.path), "--backend", "cpu", "--out", out];
  const find = (...args: string[]) => {
    const all = ["latest", "--runs", folder.path, ...judge, "--samples", "300", ...args];
    const { options, given } = parseCommand(DIRECTIONS, all)!;
    return findDirections(options, given);
  };
  const before = tf.memory().numTensors;
  await find("--attributes", "light,shade", "--seeds", "1", "--steps", "3");
  assertEquals(tf.memory().numTensors, before);
  using run = new RunStore(folder.path).open(id);
  const [light, shade] = run.directions(4);
  assertEquals([light!.name, light!.kind, shade!.name], ["light", "attribute", "shade"]);
  // Brightness of an untrained generator's pictures is not linear in z: there is little to find.
  assertEquals(Object.keys(light!.evidence), [
    ...["accuracy", "balancedAccuracy", "auc", "logOdds", "samples", "heldOut"],
  ]);
  assertEquals(shade!.evidence["samples"], 225);
  assert(Deno.statSync(out).size > 0);
  await assertRejects(
    () => find("--method", "sefa", "--attributes", "light"),
    UsageError,
    "--attributes is for --method attributes; got --method sefa",
  );
});

Deno.test("arithmetic takes exemplars that a classifier picks, and says which", async () => {
  using folder = temporaryFolder();
  await makeTinyRun(folder.path);
  const judge = ["--classifier", await writeJudge(folder.path), "--samples", "256"];
  const out = ["--out", join(folder.path, "figure.png"), "--json"];
  const concepts = ["--a", "light=1", "--b", "light=0", "--c", "5", "--exemplars", "2"];
  const args = ["latest", "--runs", folder.path, "--backend", "cpu", ...judge, ...out, ...concepts];
  const { code, stdout, stderr } = await runTask("arithmetic", args);
  assertEquals(code, 0, stderr);
  const seedsOf = (key: string, text: string) => {
    const [, list] = new RegExp(`^${key}: ${text}: seeds ([0-9,]+)$`, "m").exec(stderr) ?? [];
    assert(list !== undefined, stderr);
    return list!.split(",").map(Number);
  };
  const [a, b] = [seedsOf("A", "light=1"), seedsOf("B", "light=0")];
  assertEquals([a.length, b.length], [2, 2]);
  const mean = (seeds: number[]) => meanLatent(latentsOfSeeds(seeds, 8));
  const means = parseLatents(stdout, "stdout", 8).slice(0, 2).map(({ z }) => z);
  assertEquals(means, [mean(a), mean(b)]);
  const unused = ["latest", "--a", "1", "--b", "2", "--c", "3", "--exemplars", "2"];
  const { options, given } = parseCommand(ARITHMETIC, unused)!;
  await assertRejects(
    () => arithmeticOnLatents(options, given),
    UsageError,
    "--exemplars is for --evaluate",
  );
});
