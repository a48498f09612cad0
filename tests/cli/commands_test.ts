import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { RunRecord } from "../../src/core/protocol.ts";
import { runTask, startTask } from "./task.ts";

/** Width and height in pixels, from a PNG's header. */
function sizeOfPng(path: string): [width: number, height: number] {
  const header = new DataView(Deno.readFileSync(path).buffer);
  return [header.getUint32(16), header.getUint32(20)];
}

/** A folder that is gone when the test is over. */
function temporaryFolder(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("runs and sample read what train-gan has written", async () => {
  using folder = temporaryFolder();
  const runs = ["--runs", join(folder.path, "runs")];
  const training = "--steps 1 --size 32 --filters 1 --batch 2 --backend cpu --no-serve".split(" ");
  const trained = await runTask("train-gan", [...training, ...runs]);
  assertEquals(trained.code, 0, trained.stderr);

  const listed = await runTask("runs", [...runs, "--json"]);
  const records: RunRecord[] = JSON.parse(listed.stdout);
  assertEquals(records.map(({ status, step }) => [status, step]), [["completed", 1]]);
  const { id } = records[0]!;
  const table = await runTask("runs", runs);
  assert(/^RUN .*\n.* completed +1\/1 +faces 32 px +cpu /.test(table.stdout), table.stdout);
  assert(table.stdout.includes(id));

  const out = join(folder.path, "grid.png");
  const sampling = ["--backend", "cpu", "--seeds", "0-4", ...runs];
  const grid = await runTask("sample", ["latest", "--out", out, "--columns", "2", ...sampling]);
  assertEquals([grid.code, grid.stdout], [0, `${out}\n`], grid.stderr);
  assertEquals(sizeOfPng(out), [64, 96]); // five pictures in rows of two

  const missing = await runTask("sample", ["latest@7", ...runs]);
  assertEquals([missing.code, missing.stdout], [1, ""]);
  assertEquals(
    missing.stderr,
    `error: Run ${id} has no checkpoint of step 7. Nearest: 1\n`,
  );
});

Deno.test("data preview draws a grid; data prepare refuses what only preview takes", async () => {
  using folder = temporaryFolder();
  const out = join(folder.path, "some", "faces.png");
  const preview = await runTask("data", ["preview", "--count", "6", "--size", "16", "--out", out]);
  assertEquals(preview.code, 0, preview.stderr);
  assert(/^faces: [\d,]+ images, 16 × 16, colour\n\d+ attributes: /.test(preview.stdout));
  assertEquals(sizeOfPng(out), [48, 32]);

  const refused = await runTask("data", ["prepare", "faces", "--count", "6"]);
  assertEquals(refused.code, 2);
  assert(refused.stderr.startsWith("error: --count is for data preview"), refused.stderr);
});

Deno.test("serve says where the page is and ends at Ctrl-C with status 0", async () => {
  using folder = temporaryFolder();
  await using server = startTask("serve", ["--port", "0", "--runs", folder.path]);
  await server.shows("Ctrl-C ends it");
  server.signal("SIGINT");
  const { code, stdout } = await server.ended();
  assertEquals(code, 0);
  assert(/^runs {4}\S+\npage {4}http:\/\/127\.0\.0\.1:\d+\/\n/.test(stdout), stdout);
});
