import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { OpenOptions } from "../../data/dataset.ts";
import { openFolder } from "../../data/folder.ts";
import { flat, imageBytes, middlePixel, openOptions, png, TemporaryFolder } from "./pictures.ts";

/** Opens and closes; what was reported on the way, and what every image shows in its middle. */
async function glance(path: string, cache: string, more: Partial<OpenOptions> = {}) {
  const options = openOptions(cache, more);
  using dataset = await openFolder(path, options);
  const pixels = Array.from({ length: dataset.length }, (_, i) => middlePixel(dataset, i));
  const work = [...options.labels];
  return { info: dataset.info, pixels, work, notices: options.notices };
}

/** Three pictures of one colour each. */
async function threePictures(folder: TemporaryFolder): Promise<void> {
  folder.write({
    "b.png": await png([200, 0, 0]),
    "sub/a.JPG": await flat(30, 20, [0, 200, 0]).jpeg({ quality: 95 }).toBuffer(),
    "a.png": await png([0, 0, 200]),
  });
}

Deno.test("openFolder() decodes every picture, in the order of their paths", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  await threePictures(folder);
  const options = openOptions(cache.path);
  using dataset = await openFolder(folder.path, options);
  assertEquals([dataset.length, dataset.size, dataset.channels], [3, 8, 3]);
  assertEquals(middlePixel(dataset, 0), [0, 0, 200]);
  assertEquals(middlePixel(dataset, 1), [200, 0, 0]);
  assert(middlePixel(dataset, 2)[1]! > 190);
  assertEquals(dataset.info.name, `folder:${folder.path}`);
  assertEquals(dataset.info.skipped, []);
  assertEquals([...options.labels], ["Decoding pictures"]);
  const image = new Float32Array(8 * 8 * 3);
  dataset.read(0, image);
  assert(image.every((value) => value >= -1 && value <= 1));
  assertEquals(image[0], -1);
});

Deno.test("openFolder() opens its cache the second time, and tells a touched folder by content", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  await threePictures(folder);
  const first = await glance(folder.path, cache.path);
  const second = await glance(folder.path, cache.path);
  // The pictures are seconds old at most: too young for their times to be trusted.
  assertEquals(second.work, ["Checking pictures"]);
  assertEquals({ ...second, work: [] }, { ...first, work: [] });
  using copy = new TemporaryFolder();
  await threePictures(copy);
  const third = await glance(copy.path, cache.path);
  assertEquals(third.work, ["Checking pictures"], "a copy elsewhere is the same content");
  assertEquals(third.info.fingerprint, first.info.fingerprint);
  assertEquals(cache.files().filter((name) => name.endsWith(".pack")).length, 1);
});

Deno.test("openFolder() never shows stale pixels: changed, added, removed and swapped files", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  await threePictures(folder);
  const first = await glance(folder.path, cache.path);
  const [red, blue] = [await png([200, 0, 0]), await png([0, 0, 200])];
  assertEquals(red.length, blue.length, "the swap below must not show in the files' lengths");
  folder.write({ "a.png": red, "b.png": blue });
  const swapped = await glance(folder.path, cache.path);
  assertEquals(swapped.pixels.slice(0, 2), [[200, 0, 0], [0, 0, 200]]);
  assertNotEquals(swapped.info.fingerprint, first.info.fingerprint);
  folder.write({ "a.png": await png([9, 99, 199]), "c.png": red });
  const added = await glance(folder.path, cache.path);
  assertEquals(added.pixels.slice(0, 3), [[9, 99, 199], [0, 0, 200], [200, 0, 0]]);
  Deno.removeSync(join(folder.path, "a.png"));
  const removed = await glance(folder.path, cache.path);
  assertEquals(removed.pixels[0], [0, 0, 200]);
  assertEquals(removed.info.length, 3);
});

Deno.test("openFolder() keeps sizes and channels apart in its cache", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  await threePictures(folder);
  for (const options of [{ size: 8 }, { size: 16 }, { size: 8, channels: 1 }] as const) {
    const { info, work } = await glance(folder.path, cache.path, options);
    assertEquals(work, ["Decoding pictures"]);
    assertEquals([info.size, info.channels], [options.size, "channels" in options ? 1 : 3]);
  }
  assertEquals((await glance(folder.path, cache.path, { size: 16 })).work, ["Checking pictures"]);
});

Deno.test("openFolder() is grey where every picture is, and on request", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  folder.write({
    "rgb.png": await png([90, 90, 90]), // grey, though stored as RGB
    "grey.png": await flat(8, 8, [30, 30, 30]).toColourspace("b-w").png().toBuffer(),
  });
  const own = await glance(folder.path, cache.path);
  assertEquals(own.info.channels, 1);
  assertEquals(own.pixels, [[30], [90]]);
  const asked = await glance(folder.path, cache.path, { channels: 1 });
  assertEquals(asked.info.fingerprint, own.info.fingerprint);
  const rgb = await glance(folder.path, cache.path, { channels: 3 });
  assertEquals(rgb.pixels, [[30, 30, 30], [90, 90, 90]]);
  folder.write({ "tinted.png": await png([90, 90, 99]) });
  assertEquals((await glance(folder.path, cache.path)).info.channels, 3);
});

Deno.test("openFolder() skips what cannot be read and keeps its name", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  await threePictures(folder);
  const whole = await flat(50, 50, [1, 2, 3]).jpeg().toBuffer();
  folder.write({
    "cut.jpg": whole.subarray(0, whole.length - 40),
    "empty.png": "",
    "letter.webp": "Dear all,",
    "sub/gone.avif": "ftypavif",
  });
  const first = await glance(folder.path, cache.path);
  assertEquals(first.info.skipped, ["cut.jpg", "empty.png", "letter.webp", "sub/gone.avif"]);
  assertEquals(first.info.length, 3);
  const second = await glance(folder.path, cache.path);
  assertEquals(second.info, first.info, "the cache keeps the names");
});

Deno.test("openFolder() makes a damaged cache anew, with a notice", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  await threePictures(folder);
  const first = await glance(folder.path, cache.path);
  const pack = join(cache.path, cache.files().find((name) => name.endsWith(".pack"))!);
  Deno.truncateSync(pack, Deno.statSync(pack).size - 1);
  const again = await glance(folder.path, cache.path);
  assertEquals(again.notices.length, 1);
  assert(again.notices[0]!.includes(pack));
  assertEquals(again.work, ["Checking pictures", "Decoding pictures"]);
  assertEquals([again.info, again.pixels], [first.info, first.pixels]);
});

Deno.test("openFolder() leaves nothing half-made when aborted", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  const picture = await png([1, 2, 3]);
  folder.write(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.png`, picture])));
  const controller = new AbortController();
  const options = openOptions(cache.path, {
    signal: controller.signal,
    onProgress: ({ done }) => {
      if (done === 5) controller.abort(new Error("interrupted"));
    },
  });
  await assertRejects(() => openFolder(folder.path, options), Error, "interrupted");
  assertEquals(cache.files(), []);
  assertEquals((await glance(folder.path, cache.path)).info.length, 40);
});

Deno.test("openFolder() reports how far it is", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  await threePictures(folder);
  const steps: string[] = [];
  const options = openOptions(cache.path, {
    onProgress: ({ done, total, unit }) => steps.push(`${done}/${total} ${unit}`),
  });
  (await openFolder(folder.path, options))[Symbol.dispose]();
  assertEquals(steps, ["1/3 images", "2/3 images", "3/3 images"]);
});

Deno.test("openFolder() keeps equal pictures apart", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  const picture = await png([70, 80, 90]);
  folder.write({ "a.png": picture, "b.png": picture });
  assertEquals((await glance(folder.path, cache.path)).pixels, [[70, 80, 90], [70, 80, 90]]);
});

Deno.test("openFolder() says what is wrong with a path that holds no pictures", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  folder.write({ "empty/readme.txt": "none here", "broken/a.jpg": "no picture", "file": "" });
  const problems = {
    "missing": "there is no such folder. Expected a folder of JPEG, PNG, WebP or AVIF files",
    "file": "it is a file. Expected a folder",
    "empty": "expected JPEG, PNG, WebP or AVIF files in it or in folders below, found none",
    "broken": 'none of its 1 files could be decoded ("a.jpg"). Expected whole JPEG',
  };
  for (const [name, problem] of Object.entries(problems)) {
    const path = join(folder.path, name);
    await assertRejects(
      () => openFolder(path, openOptions(cache.path)),
      RangeError,
      `Cannot read pictures from "${path}": ${problem}`,
    );
  }
  assertEquals(cache.files(), []);
  await assertRejects(
    () => openFolder("~/no such folder", openOptions(cache.path)),
    RangeError,
    'The shell leaves "~" as it is here',
  );
});

Deno.test("openFolder() joins attributes by file name", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  await threePictures(folder);
  folder.write({ "labels.csv": "file,age,smile\na.JPG,30,1\nb.png,4.5,0\nother.png,1,1\n" });
  const options = openOptions(cache.path, { attributesFile: join(folder.path, "labels.csv") });
  using dataset = await openFolder(folder.path, options);
  assertEquals(dataset.info.attributes, ["age", "smile"]);
  const [age, smile] = dataset.attributes();
  assertEquals([...age!.values], [NaN, 4.5, 30]);
  assertEquals([...smile!.values], [NaN, 0, 1]);
  assertEquals(options.notices.length, 2);
  await assertRejects(
    () => openFolder(folder.path, openOptions(cache.path, { attributesFile: "missing.csv" })),
    RangeError,
    'Cannot read attributes from "missing.csv": there is no such file',
  );
});

Deno.test("openFolder() takes the folders right below as classes, where no table says otherwise", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  folder.write({
    "smile/1.png": await png([9, 9, 9]),
    "nosmile/1.png": await png([8, 8, 8]),
    "labels.csv": "file,age\nsmile/1.png,30\nnosmile/1.png,31\n",
  });
  const attributes = async (attributesFile?: string) => {
    const options = openOptions(cache.path, attributesFile === undefined ? {} : { attributesFile });
    using dataset = await openFolder(folder.path, options);
    return dataset.attributes().map(({ name, values }) => [name, [...values]]);
  };
  assertEquals(await attributes(), [["nosmile", [1, 0]], ["smile", [0, 1]]]);
  assertEquals(await attributes(join(folder.path, "labels.csv")), [["age", [31, 30]]]);
});

Deno.test("openFolder() reads images that stay the same after other reads", async () => {
  using folder = new TemporaryFolder();
  using cache = new TemporaryFolder();
  await threePictures(folder);
  using dataset = await openFolder(folder.path, openOptions(cache.path));
  const before = imageBytes(dataset, 1);
  imageBytes(dataset, 2);
  assertEquals(imageBytes(dataset, 1), before);
});
