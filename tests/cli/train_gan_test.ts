import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DOWNLOAD_HOSTS } from "../../data/mnist.ts";
import { resumingLine } from "../../src/cli/train.ts";
import { RunStore } from "../../src/runs/store.ts";
import { runTask, startTask, tasks } from "./task.ts";

/** The smallest network there is, on the backend that every machine has. */
const CPU = "--backend cpu --size 32 --no-serve".split(" ");
const TINY = [...CPU, ..."--filters 1 --batch 2".split(" ")];
/** One step of which takes a minute. */
const SLOW = [...CPU, ..."--filters 64 --batch 64 --sample-every 0".split(" ")];

/** Runs `body` with a folder of its own for runs and cache, as flags. */
async function withFolder(body: (folder: string, flags: string[]) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await body(folder, ["--runs", join(folder, "runs"), "--cache", join(folder, "cache")]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** What starts a browser by playwright-core, which takes all permissions. */
const WITH_BROWSER = new Set(["test", "bench-generator"]);

Deno.test("every task says what it does and never asks; only those with a browser take all", () => {
  for (const [name, { description, command }] of Object.entries(tasks)) {
    assert(description, `${name} has no description`);
    const takesAll = / (-A|--allow-all)\b/.test(command);
    assertEquals(
      takesAll,
      WITH_BROWSER.has(name),
      `${name} ${takesAll ? "takes" : "lacks"} everything`,
    );
    const asks = !takesAll && /deno run\b/.test(command) && !command.includes("--no-prompt");
    assert(!asks, `${name} may stop and ask`);
  }
});

Deno.test("tasks that open data sets may reach the hosts of downloads, and this machine's port", () => {
  const hosts = (name: string) => /--allow-net=(\S+)/.exec(tasks[name]!.command)![1]!.split(",");
  assertEquals(hosts("data"), DOWNLOAD_HOSTS);
  assertEquals(hosts("train-gan"), ["127.0.0.1", ...DOWNLOAD_HOSTS]);
});

Deno.test("train-gan --print-config: defaults, under --config, under flags, and JSON alone", async () => {
  await withFolder(async (folder, flags) => {
    const file = join(folder, "settings.json");
    Deno.writeTextFileSync(file, JSON.stringify({ filters: 5, steps: 70, seed: 9 }));
    const settings = ["--config", file, "--steps", "80", "--mirror", "--backend", "cpu"];
    const { code, stdout, stderr } = await runTask("train-gan", [
      ...flags,
      ...settings,
      "--print-config",
    ]);
    assertEquals(code, 0);
    assert(stderr.includes("(cpu)"), "the device is said on standard error");
    const config = JSON.parse(stdout);
    const { filters, steps, seed, mirror, batch, latentDim } = config;
    assertEquals({ filters, steps, seed, mirror, batch, latentDim }, {
      ...{ filters: 5, steps: 80, seed: 9, mirror: true }, // from the file and from flags
      ...{ batch: 8, latentDim: 100 }, // defaults: the device's and the paper's
    });
    assertEquals(new RunStore(join(folder, "runs")).ids(), []);

    Deno.writeTextFileSync(file, stdout); // what it prints can be given back
    const again = await runTask("train-gan", ["--config", file, "--print-config"]);
    assertEquals(JSON.parse(again.stdout), config);
  });
});

Deno.test("train-gan refuses a mistyped line with status 2 and no stack", async () => {
  const { code, stdout, stderr } = await runTask("train-gan", ["--stepz", "3"]);
  assertEquals([code, stdout], [2, ""]);
  assertEquals(
    stderr,
    "error: --stepz is no flag; did you mean --steps?\n\nAll flags: deno task train-gan --help\n",
  );
});

Deno.test("train-gan: Ctrl-C ends with a checkpoint and status 0, and --resume goes on from it", async () => {
  await withFolder(async (folder, flags) => {
    await using task = startTask("train-gan", [...TINY, ...flags, "--steps", "5000"]);
    await task.shows("step    1/5000");
    task.signal("SIGINT");
    const { code, stdout, stderr } = await task.ended();
    assertEquals([code, stderr], [0, ""]);
    const store = new RunStore(join(folder, "runs"));
    const [id] = store.ids();
    assert(stdout.includes(`run     ${join(store.root, id!)}\n`), stdout);
    assert(stdout.includes("Stopping after this step"), stdout);
    assert(stdout.endsWith(`: ${resumingLine("train-gan", id!, join(folder, "runs"))}\n`), stdout);
    using run = store.open(id!);
    const { status, step } = run.record();
    assertEquals([status, run.checkpoints().at(-1)!.step], ["stopped", step]);

    const resumed = await runTask("train-gan", [
      ...["--resume", "latest", "--steps", String(step + 1), "--no-serve"],
      ...flags,
    ]);
    assertEquals(resumed.code, 0, resumed.stderr);
    assert(resumed.stdout.includes(`Resumed after step ${step} of ${step + 1}`), resumed.stdout);
    assertEquals([run.record().status, run.record().step], ["completed", step + 1]);

    const changed = await runTask("train-gan", ["--resume", "latest", "--batch", "4", ...flags]);
    assertEquals([changed.code, changed.stdout], [1, ""]);
    assert(changed.stderr.includes('cannot change "batch" from 2 to 4'), changed.stderr);
    assert(!changed.stderr.includes("    at "), "an expected error shows no stack");
  });
});

Deno.test("train-gan refuses a mistyped data set before anything, also with --print-config", async () => {
  const { code, stdout, stderr } = await runTask("train-gan", [
    "--data",
    "mnits",
    "--print-config",
  ]);
  assertEquals([code, stdout], [1, ""]);
  assert(stderr.startsWith('error: Cannot open dataset "mnits": expected faces, '), stderr);
  assert(stderr.endsWith('Did you mean "mnist"?\n'), stderr);
});

Deno.test("resumingLine() names the folder of runs where it is not the usual one", () => {
  const line = "deno task train-gan --resume abc";
  assertEquals(resumingLine("train-gan", "abc", "data/runs"), line);
  assertEquals(resumingLine("train-gan", "abc", "/mnt/runs"), `${line} --runs /mnt/runs`);
  assertEquals(resumingLine("train-gan", "abc", "my runs"), `${line} --runs "my runs"`);
});

Deno.test("train-gan: a second Ctrl-C ends at once with status 130", async () => {
  await withFolder(async (folder, flags) => {
    await using task = startTask("train-gan", [...SLOW, ...flags]);
    await task.shows("run     ");
    task.signal("SIGINT");
    await task.shows("Stopping ");
    await new Promise((resolve) => setTimeout(resolve, 300)); // sooner would be the same press
    task.signal("SIGINT");
    assertEquals((await task.ended()).code, 130);
    const [run] = new RunStore(join(folder, "runs")).list();
    assertEquals([run!.status, run!.step], ["interrupted", 0]);
  });
});
