import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Checkpoints } from "../../src/runs/checkpoints.ts";
import { StorageError } from "../../src/runs/storage_error.ts";
import { filesUnder, snapshotAt, temporaryFolder, thrownBy } from "./fixtures.ts";

/** A run folder with checkpoints at these steps. */
async function withCheckpoints(folder: string, ...steps: number[]): Promise<Checkpoints> {
  Deno.mkdirSync(join(folder, "checkpoints"), { recursive: true });
  const checkpoints = new Checkpoints(folder);
  for (const step of steps) await checkpoints.write(step, snapshotAt(step));
  return checkpoints;
}

const resumable = (checkpoints: Checkpoints) =>
  checkpoints.list().filter((info) => info.resumable).map(({ step }) => step);

Deno.test("Checkpoints.read() gives back what write() took, to the bit and in order", async () => {
  using folder = temporaryFolder();
  const checkpoints = await withCheckpoints(folder.path, 500);
  const read = await checkpoints.read(500);
  const written = snapshotAt(500);
  assertEquals([...read.generator], [...written.generator]);
  assertEquals([...read.state], [...written.state]);
  assertEquals([read.topology, read.meta], [written.topology, written.meta]);
  const { weights, topology, sha256 } = await checkpoints.readGenerator(500);
  assertEquals([...weights], [...written.generator]);
  assertEquals(topology, written.topology);
  const info = checkpoints.info(500);
  assertEquals(info.files[0]!.sha256, sha256);
  assertEquals([...filesUnder(folder.path).keys()], [
    "checkpoints/000500/checkpoint.json",
    "checkpoints/000500/generator.safetensors",
    "checkpoints/000500/state.safetensors",
  ]);
});

Deno.test("Checkpoints.write() gives equal bytes for equal snapshots", async () => {
  using one = temporaryFolder();
  using other = temporaryFolder();
  await withCheckpoints(one.path, 7);
  const checkpoints = await withCheckpoints(other.path, 7);
  await checkpoints.write(7, snapshotAt(7)); // once more, over the one that is there
  assertEquals(filesUnder(one.path), filesUnder(other.path));
});

Deno.test("Checkpoints.path() knows no file but the manifest's", async () => {
  using folder = temporaryFolder();
  const checkpoints = await withCheckpoints(folder.path, 1);
  assert(checkpoints.path(1, "generator.safetensors").endsWith("000001/generator.safetensors"));
  for (const name of ["checkpoint.json", "../../run.json", "/etc/passwd", ""]) {
    const { message } = await thrownBy(() => checkpoints.path(1, name));
    assert(message.includes("expected generator.safetensors or state.safetensors"), message);
  }
  const missing = await thrownBy(() => checkpoints.path(2, "generator.safetensors"));
  assert(missing instanceof StorageError, String(missing));
});

Deno.test("Checkpoints follow no link out of the run's folder", async () => {
  using folder = temporaryFolder();
  using outside = temporaryFolder();
  const checkpoints = await withCheckpoints(folder.path, 1);
  const path = join(folder.path, "checkpoints/000001/generator.safetensors");
  Deno.renameSync(path, join(outside.path, "stolen"));
  Deno.symlinkSync(join(outside.path, "stolen"), path);
  const error = await thrownBy(() => checkpoints.path(1, "generator.safetensors"));
  assert(error.message.includes("leads out of the run's folder"), error.message);
  assert((await thrownBy(() => checkpoints.readGenerator(1))) instanceof StorageError);
});

Deno.test("Checkpoints.thin() keeps state of the newest and of milestones, generators of all", async () => {
  using folder = temporaryFolder();
  const checkpoints = await withCheckpoints(folder.path, 10, 20, 30, 40, 50, 60);
  checkpoints.thin({ keepCheckpoints: 2, milestoneEverySteps: 20 });
  assertEquals(resumable(checkpoints), [20, 40, 50, 60]);
  checkpoints.thin({ keepCheckpoints: 1, milestoneEverySteps: 0 });
  assertEquals(resumable(checkpoints), [60]);
  checkpoints.thin({ keepCheckpoints: 9, milestoneEverySteps: 0 });
  assertEquals(resumable(checkpoints), [60]);
  assertEquals(checkpoints.steps(), [10, 20, 30, 40, 50, 60]);
  assertEquals((await checkpoints.readGenerator(10)).step, 10);
  const error = await thrownBy(() => checkpoints.read(10));
  assert(error.message.includes("000010 has no state.safetensors: it was thinned out"));
});

Deno.test("Checkpoints.newestWhole() is null before the first", async () => {
  using folder = temporaryFolder();
  assertEquals(await new Checkpoints(folder.path).newestWhole(), null);
});

const FILES = ["checkpoint.json", "generator.safetensors", "state.safetensors"];

Deno.test("Checkpoints.newestWhole() passes over every truncated file, and says so", async () => {
  for (const name of FILES) {
    using folder = temporaryFolder();
    const checkpoints = await withCheckpoints(folder.path, 1, 2);
    const path = join(folder.path, "checkpoints/000002", name);
    const length = Deno.statSync(path).size;
    for (const kept of [length - 2, Math.floor(length / 2), 8, 1, 0]) {
      Deno.truncateSync(path, kept);
      const found = (await checkpoints.newestWhole())!;
      assertEquals([found.step, found.skipped[0]!.step], [1, 2]);
      assert(found.skipped[0]!.reason.includes(name), found.skipped[0]!.reason);
    }
    Deno.removeSync(path);
    const found = (await checkpoints.newestWhole())!;
    assert(found.skipped[0]!.reason.includes(name), found.skipped[0]!.reason);
  }
});

Deno.test("Checkpoints.newestWhole() passes over a flip of any bit that matters", async () => {
  using folder = temporaryFolder();
  const checkpoints = await withCheckpoints(folder.path, 1, 2);
  const manifest = JSON.stringify(checkpoints.info(2));
  for (const name of FILES) {
    const path = join(folder.path, "checkpoints/000002", name);
    const sound = Deno.readFileSync(path);
    for (let i = 0; i < sound.length; i++) {
      const flipped = sound.slice();
      flipped[i]! ^= 1 << (i % 8);
      Deno.writeFileSync(path, flipped);
      const found = (await checkpoints.newestWhole())!;
      // A flip that turns one white space of the manifest into another changes nothing.
      const harmless = name === "checkpoint.json" && found.step === 2 &&
        JSON.stringify(checkpoints.info(2)) === manifest;
      assert(harmless || found.step === 1, `${name}, byte ${i}: not noticed`);
    }
    Deno.writeFileSync(path, sound);
  }
  assertEquals((await checkpoints.newestWhole())!.step, 2);
});

Deno.test("Checkpoints.newestWhole() tells what is wrong with each where none is whole", async () => {
  using folder = temporaryFolder();
  const checkpoints = await withCheckpoints(folder.path, 1, 2);
  Deno.writeTextFileSync(join(folder.path, "checkpoints/000001/checkpoint.json"), "{}");
  Deno.truncateSync(join(folder.path, "checkpoints/000002/state.safetensors"), 3);
  const { message } = await thrownBy(() => checkpoints.newestWhole());
  assert(message.includes("none of its 2 checkpoints is whole"), message);
  assert(message.includes("000001") && message.includes("expected 384 bytes, got 3"), message);
});

Deno.test("Checkpoints.removeAfter() leaves earlier ones as they are", async () => {
  using folder = temporaryFolder();
  const checkpoints = await withCheckpoints(folder.path, 1, 2);
  const before = filesUnder(folder.path);
  for (const step of [3, 4]) await checkpoints.write(step, snapshotAt(step));
  checkpoints.removeAfter(2);
  assertEquals(filesUnder(folder.path), before);
});
