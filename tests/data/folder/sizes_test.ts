import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import sharp from "sharp";
import { pictureSizes } from "../../../data/folder/sizes.ts";

/** A folder of pictures of these sizes, with a cache beside, gone when the test is over. */
async function folderOf(sizes: readonly (readonly [width: number, height: number])[]) {
  const root = Deno.makeTempDirSync({ prefix: "atelier-sizes-" });
  const path = join(root, "pictures");
  Deno.mkdirSync(path);
  const add = async (name: string, width: number, height: number, orientation?: number) => {
    const create = { width, height, channels: 3, background: "#888" } as const;
    const picture = sharp({ create }).withMetadata(orientation ? { orientation } : {});
    Deno.writeFileSync(join(path, name), await picture.jpeg().toBuffer());
  };
  for (const [i, [width, height]] of sizes.entries()) await add(`${i}.jpg`, width, height);
  const read = () => pictureSizes(path, { cacheDir: join(root, "cache"), threads: 2 });
  const dispose = () => Deno.removeSync(root, { recursive: true });
  return { path, add, read, cache: join(root, "cache", "folder"), [Symbol.dispose]: dispose };
}

Deno.test("pictureSizes() counts sizes, the commonest first, pictures upright", async () => {
  using folder = await folderOf([[8, 6], [10, 10], [10, 10]]);
  await folder.add("turned.jpg", 6, 8, 6); // lies on its side: 8×6 when upright
  Deno.writeTextFileSync(join(folder.path, "broken.jpg"), "no picture");
  assertEquals(await folder.read(), [
    { width: 8, height: 6, count: 2 },
    { width: 10, height: 10, count: 2 },
  ]);
});

Deno.test("pictureSizes() reads a folder nobody touched once, and a changed one anew", async () => {
  using folder = await folderOf([[8, 8]]);
  const first = await folder.read();
  const [record] = [...Deno.readDirSync(folder.cache)];
  Deno.writeTextFileSync(
    join(folder.cache, record!.name),
    '[{"width":1,"height":2,"count":3}]', // as nothing in the folder is
  );
  assertEquals(await folder.read(), [{ width: 1, height: 2, count: 3 }]);
  Deno.writeTextFileSync(join(folder.cache, record!.name), '[{"width":0}');
  assertEquals(await folder.read(), first); // damaged: made anew
  await folder.add("another.jpg", 9, 9);
  assertEquals((await folder.read()).length, 2);
});

Deno.test("pictureSizes() refuses a folder without pictures, as opening it does", async () => {
  using folder = await folderOf([]);
  const error = await assertRejects(folder.read, RangeError);
  assert(error.message.includes("found none"), error.message);
});
