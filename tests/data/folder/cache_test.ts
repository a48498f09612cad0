import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { FolderCache } from "../../../data/folder/cache.ts";
import type { Listing } from "../../../data/folder/list.ts";
import { openIfSound, PackedImages } from "../../../data/packed.ts";
import { PackedWriter } from "../../../data/packed_writer.ts";
import { TemporaryFolder } from "../pictures.ts";

const NOW = 1_700_000_000_000;

/** A listing of one picture, last touched a minute before NOW. */
function listing(touched: Partial<Listing["pictures"][number]> = {}): Listing {
  const old = { name: "a.png", bytes: 100, modifiedMs: NOW - 60_000, changedMs: NOW - 60_000 };
  return { pictures: [{ ...old, ...touched }], unreadable: [] };
}

function cacheOf(
  folder: TemporaryFolder,
  of = listing(),
  more: { root?: string; recipe?: string } = {},
) {
  return FolderCache.of(
    of,
    { root: more.root ?? folder.path, listedMs: NOW, recipe: more.recipe ?? "recipe" },
    { folder: folder.path, open: (path) => openIfSound(PackedImages, path) },
  );
}

async function keep(
  folder: TemporaryFolder,
  cache: FolderCache<PackedImages>,
  contents: string[],
): Promise<void> {
  using writer = new PackedWriter(folder.path, 2, 1);
  writer.append(contents.join(), new Uint8Array(4));
  using _images = await cache.keep(contents, (path) => writer.finish(path));
}

/** The name of the first image: what was kept, or null. */
function untouchedName(cache: FolderCache<PackedImages>): string | null {
  using images = cache.openUntouched();
  return images?.header.names[0] ?? null;
}

Deno.test("FolderCache.openUntouched() finds what was kept for the same listing", async () => {
  using folder = new TemporaryFolder();
  assertEquals(untouchedName(await cacheOf(folder)), null);
  await keep(folder, await cacheOf(folder), ["x"]);
  assertEquals(untouchedName(await cacheOf(folder)), "x");
});

Deno.test("FolderCache.openUntouched() finds nothing once anything about the files differs", async () => {
  using folder = new TemporaryFolder();
  using other = new TemporaryFolder();
  await keep(folder, await cacheOf(folder), ["x"]);
  const differences = [
    cacheOf(folder, listing({ name: "b.png" })),
    cacheOf(folder, listing({ bytes: 101 })),
    cacheOf(folder, listing({ modifiedMs: NOW - 60_001 })),
    cacheOf(folder, listing({ changedMs: NOW - 50_000 })),
    cacheOf(folder, { pictures: [], unreadable: [] }),
    cacheOf(folder, { ...listing(), unreadable: ["b.png"] }),
    cacheOf(folder, listing(), { root: other.path }),
    cacheOf(folder, listing(), { recipe: "another" }),
  ];
  for (const cache of differences) assertEquals(untouchedName(await cache), null);
});

Deno.test("FolderCache does not trust the times of files written while it looked", async () => {
  using folder = new TemporaryFolder();
  const young = listing({ modifiedMs: NOW - 500 });
  await keep(folder, await cacheOf(folder, young), ["x"]);
  assertEquals(untouchedName(await cacheOf(folder, young)), null);
  using images = await (await cacheOf(folder, young)).openContent(["x"]);
  assertEquals(images?.header.names, ["x"], "content decides");
});

Deno.test("FolderCache.openContent() tells contents of one listing apart, and remembers", async () => {
  using folder = new TemporaryFolder();
  await keep(folder, await cacheOf(folder), ["x"]);
  const touched = listing({ modifiedMs: NOW - 30_000 });
  const cache = await cacheOf(folder, touched);
  assertEquals(cache.mayKnowContent(), true);
  assertEquals(await cache.openContent(["y"]), null);
  assertEquals(untouchedName(cache), null);
  (await cache.openContent(["x"]))![Symbol.dispose]();
  assertEquals(untouchedName(await cacheOf(folder, touched)), "x");
});

Deno.test("FolderCache.mayKnowContent() is false where no file of this shape is kept", async () => {
  using folder = new TemporaryFolder();
  const missing = await FolderCache.of(
    listing(),
    { root: folder.path, listedMs: NOW, recipe: "" },
    {
      folder: join(folder.path, "not yet"),
      open: (path) => openIfSound(PackedImages, path),
    },
  );
  assertEquals(missing.mayKnowContent(), false);
  await keep(folder, await cacheOf(folder), ["x"]);
  assertEquals((await cacheOf(folder, listing({ bytes: 7 }))).mayKnowContent(), false);
});

Deno.test("FolderCache passes over a record that names nothing of its own", async () => {
  using folder = new TemporaryFolder();
  await keep(folder, await cacheOf(folder), ["x"]);
  const record = folder.files().find((name) => name.endsWith(".json"))!;
  assertNotEquals(record, undefined);
  for (const text of ["", '"../../elsewhere.pack"', "7", '"00-00.pack"']) {
    folder.write({ [record]: text });
    assertEquals(untouchedName(await cacheOf(folder)), null, text);
  }
});
