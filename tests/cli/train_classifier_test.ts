import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { flat, TemporaryFolder } from "../data/pictures.ts";
import { runTask } from "./task.ts";

/** Bright and dark pictures in folders of these names. */
async function twoClasses(folder: TemporaryFolder): Promise<void> {
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < 60; i++) {
    const shade = (from: number) => flat(8, 8, [from + i, from + i, from + i]).png().toBuffer();
    files[`dark/${i}.png`] = await shade(10);
    files[`bright/${i}.png`] = await shade(160);
  }
  folder.write(files);
}

Deno.test("train-classifier learns folders as classes, keeps the file, and prints JSON alone", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  await twoClasses(folder);
  const network = "--size 8 --steps 60 --batch 16 --filters 2 --features 8 --ema-decay 0.9";
  const args = [
    ...["--data", `folder:${folder.path}`, "--cache", cache.path, "--backend", "cpu"],
    ...network.split(" "),
  ];
  const first = await runTask("train-classifier", args);
  assertEquals(first.code, 0, first.stderr);
  assert(/^ATTRIBUTE +OF +HAVE IT +ACCURACY +BALANCED +AUC/m.test(first.stdout), first.stdout);
  assert(/^bright +folder .* 100\.0 % .* 1\.000 +told$/m.test(first.stdout), first.stdout);
  assert(first.stdout.includes("Every attribute is told"), first.stdout);
  const second = await runTask("train-classifier", [...args, "--json"]);
  const record = JSON.parse(second.stdout);
  assertEquals(first.stdout.trimEnd().split("\n").at(-1), record.path);
  assertEquals(
    record.attributes.map((a: { name: string; told: boolean }) => [a.name, a.told]),
    [["bright", true], ["dark", true]],
  );
  assert(!second.stderr.includes("Training"), second.stderr);
});

Deno.test("train-classifier says what a dataset lacks", async () => {
  using folder = new TemporaryFolder();
  folder.write({ "a.png": await flat(8, 8, [1, 2, 3]).png().toBuffer() });
  const args = ["--data", `folder:${folder.path}`, "--cache", join(folder.path, "cache")];
  const { code, stdout, stderr } = await runTask("train-classifier", [...args, "--backend", "cpu"]);
  assertEquals([code, stdout], [1, ""]);
  assert(stderr.includes("its images have no attributes. Give a table of them with --attributes"));
});
