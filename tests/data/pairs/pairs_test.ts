import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import sharp from "sharp";
import { orient, PairBatches } from "../../../data/pairs/batches.ts";
import { decodeWhole, onWhite, pairOf, resizeRaster } from "../../../data/pairs/decode.ts";
import { assertPairsSpec, openPairs } from "../../../data/pairs/open.ts";
import { PackedFileError } from "../../../data/packed.ts";
import type { PackedPairs } from "../../../data/pairs/packed_pairs.ts";
import { openOptions, painted, TemporaryFolder } from "../pictures.ts";

/** A picture in which every pixel tells its place. */
const placed = (width: number, height: number, blue: number) =>
  painted(width, height, (x, y) => [4 * x, 4 * y, blue]);

/** A folder of three pictures of different sizes, and one file that is none. */
async function pictureFolder(): Promise<TemporaryFolder> {
  const folder = new TemporaryFolder();
  folder.write({
    "a.png": await placed(31, 26, 10).png().toBuffer(),
    "b/b.png": await placed(16, 40, 20).png().toBuffer(),
    "small.png": await placed(9, 9, 30).png().toBuffer(),
    "broken.jpg": "no picture",
  });
  return folder;
}

const options = (folder: TemporaryFolder, scale = 2) => (
  { ...openOptions(join(folder.path, ".cache")), scale }
);

Deno.test("openPairs() cuts pictures to multiples of the scale and halves them as MATLAB would", async () => {
  using folder = await pictureFolder();
  using pairs = await openPairs(`folder:${folder.path}`, options(folder));
  assertEquals(pairs.header.pictures, [
    { name: "a.png", width: 30, height: 26 },
    { name: "b/b.png", width: 16, height: 40 },
    { name: "small.png", width: 8, height: 8 },
  ]);
  assertEquals(pairs.header.skipped, ["broken.jpg"]);
  const { high, low } = pairs.read(0);
  assertEquals([high.width, high.height, low.width, low.height], [30, 26, 15, 13]);
  assertEquals([...high.pixels.subarray(3 * (30 * 5 + 7), 3 * (30 * 5 + 7) + 3)], [28, 20, 10]);
  assertEquals(low.pixels, resizeRaster(high, 1 / 2).pixels);
});

Deno.test("openPairs() prepares once, and anew what was damaged", async () => {
  using folder = await pictureFolder();
  const first = options(folder);
  let path: string;
  let fingerprint: string;
  {
    using pairs = await openPairs(`folder:${folder.path}`, first);
    ({ path, header: { fingerprint } } = pairs);
  }
  assertEquals([...first.labels], ["Preparing pictures"]);
  const again = options(folder);
  (await openPairs(`folder:${folder.path}`, again))[Symbol.dispose]();
  assert(!again.labels.has("Preparing pictures"), "the cache is used");

  Deno.truncateSync(path, Deno.statSync(path).size - 1);
  const mending = options(folder);
  using mended = await openPairs(`folder:${folder.path}`, mending);
  assertEquals(mended.header.fingerprint, fingerprint);
  assertEquals(mending.notices.length, 1);
});

Deno.test("PackedPairs refuses pixels that changed on disk", async () => {
  using folder = await pictureFolder();
  using pairs = await openPairs(`folder:${folder.path}`, options(folder));
  using file = Deno.openSync(pairs.path, { write: true });
  file.seekSync(100, Deno.SeekMode.Start);
  file.writeSync(Uint8Array.of(1, 2, 3));
  assertThrows(() => pairs.read(0), PackedFileError, 'picture 0 ("a.png")');
  pairs.read(1);
});

/** The place that a patch of a placed picture comes from, and whether both its halves agree. */
function placeOf(pairs: PackedPairs, batch: PairBatches) {
  const { low, high } = batch.next().value;
  assertEquals([low.count, low.size, high.size], [2, 6, 12]);
  const byte = (pixels: Float32Array, i: number) => Math.round((pixels[i]! + 1) * 127.5);
  // A small pixel is about the mean of its four: bicubic halving of a ramp keeps it a ramp.
  for (let c = 0; c < 3; c++) {
    const at = (y: number, x: number) => byte(high.pixels, 3 * (12 * y + x) + c);
    const mean = (at(6, 6) + at(6, 7) + at(7, 6) + at(7, 7)) / 4;
    assert(Math.abs(byte(low.pixels, 3 * (6 * 3 + 3) + c) - mean) <= 1.5);
  }
  assert(pairs.header.pictures.length > 0);
  return byte(high.pixels, 2);
}

Deno.test("PairBatches cuts both patches in one place, leaves small pictures out, and resumes", async () => {
  using folder = await pictureFolder();
  using pairs = await openPairs(`folder:${folder.path}`, options(folder));
  const drawing = { batch: 2, patch: 6, seed: 3 };
  const batches = new PairBatches(pairs, drawing);
  assertEquals(batches.tooSmall, ["small.png"]);
  const blues = new Set(Array.from({ length: 40 }, () => placeOf(pairs, batches)));
  assertEquals([...blues].toSorted(), [10, 20], "from both pictures that are large enough");
  assertEquals(batches.cursor, 80);
  const resumed = new PairBatches(pairs, drawing);
  resumed.seek(80);
  assertEquals(resumed.next().value, batches.next().value);
  const only = new PairBatches(pairs, { ...drawing, pictures: [1] });
  for (let i = 0; i < 10; i++) assertEquals(placeOf(pairs, only), 20);
});

Deno.test("PairBatches refuses patches that no picture holds, and says what fits", async () => {
  using folder = await pictureFolder();
  using pairs = await openPairs(`folder:${folder.path}`, options(folder));
  assertThrows(
    () => new PairBatches(pairs, { batch: 1, patch: 20, seed: 1 }),
    RangeError,
    "patches of 40×40 pixels: expected pictures at least as large, the largest of 3 has a shorter " +
      "side of 26. Take a patch of at most 13",
  );
});

Deno.test("orient() has eight different symmetries, and keeps what lies in the corners together", () => {
  const patch = Uint8Array.from({ length: 2 * 2 * 3 }, (_, i) => 20 * Math.floor(i / 3));
  const seen = Array.from({ length: 8 }, (_, symmetry) => {
    const out = new Float32Array(12);
    orient(patch, 2, symmetry, out);
    return Array.from(out, (value) => Math.round((value + 1) * 127.5) / 20)
      .filter((_, i) => i % 3 === 0).join("");
  });
  assertEquals(seen, ["0123", "1032", "2301", "3210", "0213", "1302", "2031", "3120"]);
});

Deno.test("decodeWhole() turns pictures upright, and any kind to 8-bit colour", async () => {
  const decode = async (picture: sharp.Sharp) => (await decodeWhole(await picture.toBuffer()))!;
  const turned = await decode(placed(6, 4, 0).withMetadata({ orientation: 6 }).jpeg());
  assertEquals([turned.colour.width, turned.colour.height], [4, 6]);
  const grey = await decode(placed(6, 4, 0).greyscale().png());
  assert(grey.colour.pixels.every((value, i) => value === grey.colour.pixels[i - i % 3]));
  const deep = await decode(placed(6, 4, 7).toColourspace("rgb16").png());
  assertEquals([...deep.colour.pixels.subarray(3, 6)], [4, 0, 7]);
  const cmyk = await decode(placed(6, 4, 0).toColourspace("cmyk").jpeg());
  assertEquals([cmyk.colour.width, cmyk.colour.channels, cmyk.alpha], [6, 3, null]);
  const seeThrough = await decode(placed(6, 4, 0).ensureAlpha(0.5).png());
  assertEquals(seeThrough.alpha!.length, 24);
  assert(Math.abs(onWhite(seeThrough).pixels[0]! - 127.5) < 2);
  const whole = await placed(60, 40, 0).jpeg().toBuffer();
  assertEquals(await decodeWhole(whole.subarray(0, whole.length / 2)), null, "cut short");
  assertEquals(pairOf((await decode(placed(3, 9, 0).png())).colour, 4), null);
});

Deno.test("openPairs() says what it expects, and draws faces where there are no pictures", async () => {
  assertPairsSpec("folder:a:b");
  assertThrows(() => assertPairsSpec("mnist"), RangeError, 'Cannot open pictures "mnist"');
  using folder = new TemporaryFolder();
  folder.write({ "broken.jpg": "no picture" });
  const failure = "none of its 1 files could be used";
  const asked = options(folder);
  await assertRejects(() => openPairs(`folder:${folder.path}`, asked), RangeError, failure);
});
