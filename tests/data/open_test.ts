import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { openDataset } from "../../data/open.ts";
import { openOptions, png, TemporaryFolder } from "./pictures.ts";

/** What opening `spec` is refused with. */
async function assertRefused(spec: string, problem: string): Promise<void> {
  using cache = new TemporaryFolder();
  await assertRejects(
    () => openDataset(spec, openOptions(cache.path, { size: 16 })),
    RangeError,
    problem,
  );
}

Deno.test("openDataset() opens a folder by its path, colons and all", async () => {
  using folder = new TemporaryFolder();
  folder.write({ "a:b/one.png": await png([1, 50, 200]) });
  using cache = new TemporaryFolder();
  const spec = `folder:${folder.path}/a:b`;
  using dataset = await openDataset(spec, openOptions(cache.path));
  assertEquals([dataset.info.name, dataset.length], [spec, 1]);
});

Deno.test("openDataset() opens the drawn faces", async () => {
  using cache = new TemporaryFolder();
  using dataset = await openDataset("faces", openOptions(cache.path, { size: 16 }));
  assertEquals([dataset.info.name, dataset.size, dataset.channels], ["faces", 16, 3]);
  assertEquals(cache.files(), []);
});

Deno.test("openDataset() suggests the nearest name for one it does not know", async () => {
  const forms = "expected faces, folder:PATH, mnist[:PATH], fashion-mnist[:PATH]";
  await assertRefused("face", `Cannot open dataset "face": ${forms}. Did you mean "faces"?`);
  await assertRefused("mnits:/a", `${forms}. Did you mean "mnist:/a"?`);
  await assertRefused("celebrities", forms);
  await assertRefused("constructor", forms);
  using folder = new TemporaryFolder();
  await assertRefused(folder.path, `Did you mean "folder:${folder.path}"?`);
});

Deno.test("openDataset() refuses paths that are missing or not wanted", async () => {
  await assertRefused("folder", "expected folder:PATH");
  await assertRefused("folder:", "expected folder:PATH");
  await assertRefused("mnist:", 'expected a path after the colon, or "mnist" alone');
  await assertRefused("faces:here", '"faces" takes no path');
});

Deno.test("openDataset() refuses a file in the cache's place", async () => {
  using folder = new TemporaryFolder();
  folder.write({ "cache": new Uint8Array(1) });
  await assertRejects(
    () => openDataset("faces", openOptions(join(folder.path, "cache"), { size: 16 })),
    RangeError,
    `${join(folder.path, "cache")}": it is a file. Pass another --cache`,
  );
});

Deno.test("openDataset() refuses sizes out of range, and attributes of what has its own", async () => {
  using cache = new TemporaryFolder();
  for (const size of [0, 3, 1025, 64.5]) {
    await assertRejects(
      () => openDataset("folder:x", openOptions(cache.path, { size })),
      RangeError,
      `expected a size from 4 to 1024 pixels, got ${size}`,
    );
  }
  await assertRejects(
    () => openDataset("faces", openOptions(cache.path, { size: 16, attributesFile: "a.csv" })),
    RangeError,
    'Cannot join attributes to "faces": it has its own. An attributes file goes with folder:PATH',
  );
});
