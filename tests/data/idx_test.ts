import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { gzipSync } from "node:zlib";
import { gunzip, parseIdx } from "../../data/idx.ts";

const LABELS = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9);

Deno.test("parseIdx() reads shape and values", () => {
  const { shape, values } = parseIdx(LABELS, "labels", 1);
  assertEquals([shape, [...values]], [[3], [7, 8, 9]]);
  const image = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4);
  assertEquals(parseIdx(image, "images", 3).shape, [1, 2, 2]);
});

Deno.test("parseIdx() says what it expected and what came", () => {
  const refused = (bytes: Uint8Array<ArrayBuffer>, axes: number, problem: string) =>
    assertThrows(
      () => parseIdx(bytes, "x/labels", axes),
      RangeError,
      `Cannot read "x/labels": expected ${problem}. Delete it and fetch it again`,
    );
  refused(LABELS.slice(0, 5), 1, "at least 8 bytes of an idx file, got 5");
  refused(LABELS.slice(0, 10), 1, "11 bytes for 3 values, got 10");
  refused(Uint8Array.of(...LABELS, 1), 1, "11 bytes for 3 values, got 12");
  const images = new Uint8Array(16 + 5);
  images.set([0, 0, 8, 1]);
  refused(images, 3, "an idx file of bytes with 3 axes (0x00000803), got 0x00000801");
  images.set([0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28]);
  refused(images, 3, "47,040,016 bytes for 60,000×28×28 values, got 21");
});

Deno.test("gunzip() unpacks, leaves what is not packed, and refuses damage", async () => {
  const packed = new Uint8Array(gzipSync(LABELS));
  assertEquals(await gunzip(packed, "p"), LABELS);
  assertEquals(await gunzip(LABELS, "p"), LABELS);
  await assertRejects(
    () => gunzip(packed.slice(0, packed.length - 6), "p"),
    RangeError,
    'Cannot unpack "p": expected a whole gzip file, got one that is cut short or damaged',
  );
});
