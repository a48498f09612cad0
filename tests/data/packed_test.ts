import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { openIfSound, PackedFileError, PackedImages } from "../../data/packed.ts";
import { lumaInto, PackedWriter } from "../../data/packed_writer.ts";
import { TemporaryFolder } from "./pictures.ts";

const image = (start: number, length = 12) => Uint8Array.from({ length }, (_, i) => start + i);

/** Packs three 2×2 RGB images and two skipped names. */
function pack(folder: string, path = join(folder, "a.pack")): string {
  using writer = new PackedWriter(folder, 2, 3);
  writer.append("one.png", image(0));
  writer.skip("bad.png");
  writer.append("two.png", image(50));
  writer.append("three.png", image(200));
  writer.skip("worse.png");
  writer.finish(path);
  return path;
}

Deno.test("PackedImages gives back what PackedWriter wrote", () => {
  using folder = new TemporaryFolder();
  using images = new PackedImages(pack(folder.path));
  const { fingerprint, ...header } = images.header;
  assertEquals(header, {
    size: 2,
    channels: 3,
    names: ["one.png", "two.png", "three.png"],
    skipped: ["bad.png", "worse.png"],
  });
  assert(/^[0-9a-f]{64}$/.test(fingerprint));
  const out = new Uint8Array(12);
  for (const [index, start] of [[2, 200], [0, 0], [1, 50]] as const) {
    images.read(index, out);
    assertEquals(out, image(start));
  }
  assertEquals(folder.files(), ["a.pack"], "nothing is left beside it");
});

Deno.test("PackedWriter.finish() gives equal fingerprints to equal images only", () => {
  using folder = new TemporaryFolder();
  const fingerprintOf = (name: string, pixels: Uint8Array) => {
    const path = join(folder.path, "x.pack");
    using writer = new PackedWriter(folder.path, 2, 3);
    writer.append(name, pixels);
    writer.finish(path);
    using images = new PackedImages(path);
    return images.header.fingerprint;
  };
  const first = fingerprintOf("a", image(1));
  assertEquals(fingerprintOf("a", image(1)), first);
  assert(fingerprintOf("a", image(2)) !== first);
  assert(fingerprintOf("b", image(1)) !== first);
});

Deno.test("PackedWriter.toGrey() leaves what a grey writer would have written", () => {
  using folder = new TemporaryFolder();
  const [converted, direct] = [join(folder.path, "c.pack"), join(folder.path, "d.pack")];
  {
    using writer = new PackedWriter(folder.path, 2, 3);
    for (let i = 0; i < 5; i++) writer.append(`${i}`, image(40 * i));
    writer.toGrey();
    writer.finish(converted);
    using grey = new PackedWriter(folder.path, 2, 1);
    const luma = new Uint8Array(4);
    for (let i = 0; i < 5; i++) {
      lumaInto(image(40 * i), luma);
      grey.append(`${i}`, luma);
    }
    grey.finish(direct);
  }
  assertEquals(Deno.readFileSync(converted), Deno.readFileSync(direct));
});

Deno.test("lumaInto() keeps greys exactly and weighs colours as BT.601 does", () => {
  const greys = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  const out = new Uint8Array(256);
  lumaInto(greys, out);
  assertEquals(out, Uint8Array.from({ length: 256 }, (_, i) => i));
  const primaries = new Uint8Array(3);
  lumaInto(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255), primaries);
  assertEquals([...primaries], [76, 150, 29]); // 0.299, 0.587 and 0.114 of 255
});

Deno.test("PackedWriter leaves nothing when it is not finished", () => {
  using folder = new TemporaryFolder();
  {
    using writer = new PackedWriter(folder.path, 2, 3);
    writer.append("one.png", image(0));
    assertEquals(folder.files().length, 1);
  }
  assertEquals(folder.files(), []);
});

Deno.test("PackedWriter clears away what a killed writer left, and no living writer's file", () => {
  using folder = new TemporaryFolder();
  folder.write({ "dead.tmp": "left behind", "young.tmp": "perhaps just begun" });
  const hourAgo = new Date(Date.now() - 3_600_000);
  Deno.utimeSync(join(folder.path, "dead.tmp"), hourAgo, hourAgo);
  using living = new PackedWriter(folder.path, 2, 3);
  const [name] = folder.files().filter((file) => file !== "young.tmp" && file !== "dead.tmp");
  Deno.utimeSync(join(folder.path, name!), hourAgo, hourAgo);
  using _other = new PackedWriter(folder.path, 2, 3);
  assert(!folder.files().includes("dead.tmp"));
  assert(folder.files().includes("young.tmp"));
  assert(folder.files().includes(name!));
  living.append("one.png", image(0));
});

Deno.test("PackedWriter refuses an image of another shape", () => {
  using folder = new TemporaryFolder();
  using writer = new PackedWriter(folder.path, 2, 3);
  assertThrows(
    () => writer.append("odd.png", image(0, 4)),
    RangeError,
    'Cannot pack "odd.png": expected 12 bytes, got 4',
  );
});

Deno.test("PackedImages refuses a file cut short anywhere", () => {
  using folder = new TemporaryFolder();
  const path = pack(folder.path);
  const whole = Deno.readFileSync(path);
  for (let length = 0; length < whole.length; length += 7) {
    Deno.writeFileSync(path, whole.subarray(0, length));
    assertThrows(() => new PackedImages(path), PackedFileError);
  }
});

Deno.test("PackedImages notices a flipped bit: in the header when opened, in an image when read", () => {
  using folder = new TemporaryFolder();
  const path = pack(folder.path);
  const whole = Deno.readFileSync(path);
  const pixelsEnd = 8 + 3 * 12;
  for (let place = pixelsEnd; place < whole.length; place++) {
    const damaged = whole.slice();
    damaged[place]! ^= 0x10;
    Deno.writeFileSync(path, damaged);
    assertThrows(() => new PackedImages(path), PackedFileError, "", `byte ${place}`);
  }
  const damaged = whole.slice();
  damaged[8 + 12 + 3]! ^= 1; // in the second image
  Deno.writeFileSync(path, damaged);
  using images = new PackedImages(path);
  const out = new Uint8Array(12);
  images.read(0, out);
  assertThrows(
    () => images.read(1, out),
    PackedFileError,
    `Cannot read image 1 ("two.png") from "${path}": the bytes on disk differ from their checksum. ` +
      "Delete the file and start again",
  );
});

Deno.test("PackedImages.read() refuses an index past the end", () => {
  using folder = new TemporaryFolder();
  using images = new PackedImages(pack(folder.path));
  for (const index of [-1, 3, 0.5]) {
    assertThrows(
      () => images.read(index, new Uint8Array(12)),
      RangeError,
      `Cannot read image ${index}: expected an index from 0 to 2`,
    );
  }
});

Deno.test("openIfSound() gives null for no file, and removes a damaged one with a notice", () => {
  using folder = new TemporaryFolder();
  const notices: string[] = [];
  const path = join(folder.path, "a.pack");
  assertEquals(openIfSound(PackedImages, path, (message) => notices.push(message)), null);
  assertEquals(notices, []);
  pack(folder.path, path);
  Deno.truncateSync(path, 60);
  assertEquals(openIfSound(PackedImages, path, (message) => notices.push(message)), null);
  assertEquals(notices.length, 1);
  assert(notices[0]!.includes("were damaged") && notices[0]!.includes("made anew"), notices[0]);
  assertEquals(folder.files(), []);
});
