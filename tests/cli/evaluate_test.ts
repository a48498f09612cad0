import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { RunStore } from "../../src/runs/store.ts";
import { runTask } from "./task.ts";

/** A folder that is gone when the test is over. */
function temporaryFolder(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

const NAMES = ["swd-8", "ms-ssim-8", "ms-ssim-8-error"];

Deno.test("train-gan --metrics measures checkpoints; evaluate gives the same figures, and only those on stdout", async () => {
  using folder = temporaryFolder();
  const places = ["--runs", join(folder.path, "runs"), "--cache", join(folder.path, "cache")];
  const training = [
    ..."--steps 2 --size 32 --filters 1 --batch 2 --backend cpu --checkpoint-every 1".split(" "),
    ...["--no-serve", "--metrics=swd,ms-ssim", "--metric-samples", "8"],
  ];
  const trained = await runTask("train-gan", [...training, ...places]);
  assertEquals(trained.code, 0, trained.stderr);
  assert(/\nstep 1: swd-8 [\d.]+, the best so far\n/.test(trained.stdout), trained.stdout);

  const store = new RunStore(join(folder.path, "runs"));
  using run = store.open(store.resolve("latest"));
  const recorded = run.metrics().filter(({ name }) => NAMES.includes(name));
  assertEquals(recorded.map(({ name, step }) => `${name} ${step}`), [
    ...["swd-8 1", "ms-ssim-8 1", "swd-8 2", "ms-ssim-8 2"],
  ]);
  const { best } = run.record();
  assertEquals(best!.metric, "swd-8");

  // The meter computes on simd, wherever training does.
  const options = "--metrics swd,ms-ssim --samples 8 --backend simd --json".split(" ");
  const json = await runTask("evaluate", ["latest@best", ...options, ...places]);
  assertEquals(json.code, 0, json.stderr);
  const figures: Record<string, number> = JSON.parse(json.stdout);
  assertEquals(Object.keys(figures), NAMES);
  assertEquals(figures["swd-8"], best!.value);
  const again = await runTask("evaluate", ["latest@best", ...options, ...places]);
  assertEquals(again.stdout, json.stdout);

  const table = await runTask("evaluate", [
    ...["latest", "--every-checkpoint", "--metrics", "ms-ssim", "--samples", "10", "--record"],
    ...["--backend", "cpu", ...places],
  ]);
  assertEquals(table.code, 0, table.stderr);
  assert(/\nSTEP {2}ms-ssim-10\n1 {5}[\d.]+ ± [\d.]+\*?\n2 /.test(table.stdout), table.stdout);
  assert(table.stderr.includes(`step 2 of ${run.id}; the best by ms-ssim-10 is step `));
  const runs = await runTask("runs", places.slice(0, 2));
  assert(/ {2}step \d, ms-ssim-10 [\d.]+\n$/.test(runs.stdout), runs.stdout);
});

Deno.test("evaluate says what is wrong before it computes anything", async () => {
  using folder = temporaryFolder();
  const refusal = async (...args: readonly string[]) => {
    const runs = ["--runs", folder.path, "--cache", folder.path];
    const { code, stdout, stderr } = await runTask("evaluate", [...args, ...runs]);
    assertEquals(stdout, "");
    return [code, stderr.split("\n")[0]];
  };
  assertEquals(await refusal("nobody@3"), [
    1,
    `error: There is no run "nobody" in "${folder.path}". There are no runs there yet. Data sets ` +
    "are faces, folder:PATH, mnist[:PATH] and fashion-mnist[:PATH]",
  ]);
  assertEquals(await refusal("faces", "--record"), [
    2,
    "error: --record takes a run's figures against its own data as training has them: leave out B, " +
    "--weights, --seed and --mirror",
  ]);
});
