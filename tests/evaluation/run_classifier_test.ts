import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openDevice } from "../../src/backends/open.ts";
import { probeDevice } from "../../src/backends/probe.ts";
import type { DeviceInfo } from "../../src/core/protocol.ts";
import { openRunClassifier } from "../../src/evaluation/run_classifier.ts";
import { dcgan } from "../../src/experiments/dcgan.ts";
import { encodeClassifier } from "../../src/metrics/classifier/classifier_file.ts";
import { RunStore } from "../../src/runs/store.ts";
import type { StoredRun } from "../../src/runs/stored_run.ts";
import { flat, TemporaryFolder } from "../data/pictures.ts";
import { tinyClassifierFile } from "../metrics/classifier/tiny_classifier.ts";
import { RUN_INIT } from "../runs/fixtures.ts";

await openDevice(await probeDevice("simd"), { threads: 1 });

const CPU: DeviceInfo = { ...RUN_INIT.device!, backend: "cpu" };

/** A run on this data, as its record tells; without checkpoints. */
function runOn(folder: TemporaryFolder, data: string, size = 32): StoredRun {
  const store = new RunStore(join(folder.path, "runs"));
  using writer = store.create({ ...RUN_INIT, config: { ...dcgan.resolve({ data, size }, CPU) } });
  return store.open(writer.id);
}

/** Options that a call is told and stopped by; `said` holds what it told. */
function options(folder: TemporaryFolder, file: string | null = null) {
  const stop = new AbortController();
  const said: string[] = [];
  const given = {
    ...{ file, cacheDir: join(folder.path, "cache"), threads: 1, signal: stop.signal },
    onTraining(path: string) {
      said.push(path);
      stop.abort();
    },
  };
  return { given, said };
}

const SHAPE = { size: 32, channels: 3 };

Deno.test("openRunClassifier() trains on the run's own data where none is kept, and can be stopped", async () => {
  using folder = new TemporaryFolder();
  using run = runOn(folder, "faces");
  const { given, said } = options(folder);
  assertEquals(await openRunClassifier(run, SHAPE, given), null);
  assertEquals(said.length, 1);
  assert(/cache\/classifiers\/faces-32px-[0-9a-f]{12}\.safetensors$/.test(said[0]!), said[0]);
});

Deno.test("openRunClassifier() opens the one that is kept, and refuses one of other pictures", async () => {
  using folder = new TemporaryFolder();
  using run = runOn(folder, "faces");
  const { given, said } = options(folder);
  await openRunClassifier(run, SHAPE, given);
  const path = said[0]!;
  Deno.mkdirSync(join(folder.path, "cache", "classifiers"), { recursive: true });
  Deno.writeFileSync(path, encodeClassifier(tinyClassifierFile({}, SHAPE)));
  const again = options(folder);
  using classifier = await openRunClassifier(run, SHAPE, again.given);
  assertEquals([classifier!.size, again.said], [32, []]);
  await assertRejects(
    () => openRunClassifier(run, { size: 64, channels: 1 }, options(folder, path).given),
    RangeError,
    `Cannot judge images of 64×64×1 by "${path}": it was trained on "tones" at 32×32×3. Train one ` +
      'with "deno task train-classifier --data tones --size 64 --channels 1"',
  );
});

Deno.test("openRunClassifier() says how to label data that has no attributes", async () => {
  using folder = new TemporaryFolder();
  folder.write({ "pictures/a.png": await flat(8, 8, [1, 2, 3]).png().toBuffer() });
  const data = `folder:${join(folder.path, "pictures")}`;
  using run = runOn(folder, data);
  await assertRejects(
    () => openRunClassifier(run, SHAPE, options(folder).given),
    RangeError,
    `Cannot train a classifier for run ${run.id}: its data, "${data}", has no attributes. Train one ` +
      `with a table of them, "deno task train-classifier --data ${data} --size 32 --attributes FILE"`,
  );
});
