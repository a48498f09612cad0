import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import sharp from "sharp";
import { enlarge } from "../../src/core/enlarge.ts";
import { drawSheet, Figure } from "../../src/core/figure.ts";
import type { Raster } from "../../src/core/images.ts";
import { encodeJpeg } from "../../src/core/jpeg.ts";
import { LETTER, lettersWidth, writeLetters } from "../../src/core/lettering.ts";

const square = (value: number, size = 2, channels = 1): Raster => (
  {
    pixels: new Uint8Array(size * size * channels).fill(value),
    width: size,
    height: size,
    channels,
  }
);

/** A text as rows of dots. */
function dotsOf(text: string): string[] {
  const rows = Array.from({ length: 7 }, () => Array(lettersWidth(text)).fill("."));
  writeLetters(text, (x, y) => rows[y]![x] = "#");
  return rows.map((row) => row.join(""));
}

Deno.test("writeLetters() draws letters side by side", () => {
  assertEquals(dotsOf("A−1"), [
    ".###..........#..",
    "#...#........##..",
    "#...#.........#..",
    "#####.#####...#..",
    "#...#.........#..",
    "#...#.........#..",
    "#...#........###.",
  ]);
});

Deno.test("every letter that figures use has dots of its own, within its box", () => {
  const letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;!?'\"-−+=±×/%()" +
    "[]<>#@_|*&→…σΔα²";
  const seen = new Map<string, string>();
  for (const letter of letters) {
    const dots: string[] = [];
    writeLetters(letter, (x, y) => {
      assert(x >= 0 && x < LETTER.width && y >= 0 && y < LETTER.height, letter);
      dots.push(`${x},${y}`);
    });
    const drawn = dots.join(" ");
    assert(drawn !== "" && !seen.has(drawn), `${letter} looks like ${seen.get(drawn)}`);
    seen.set(drawn, letter);
  }
});

Deno.test("Figure draws pictures, grey ones in grey, and cuts off what is past its edges", () => {
  const figure = new Figure(3, 2);
  figure.draw(square(9), 1, 1);
  assertEquals(
    Array.from({ length: 6 }, (_, i) => figure.raster.pixels[i * 3]),
    [255, 255, 255, 255, 9, 9],
  );
  figure.draw({ ...square(0, 1, 3), pixels: Uint8Array.of(1, 2, 3) }, 0, 0);
  assertEquals([...figure.raster.pixels.subarray(0, 3)], [1, 2, 3]);
});

Deno.test("drawSheet() lays rows and columns out, and refuses pictures of unequal sizes", () => {
  const pictures = [square(10, 20), square(20, 20)];
  const { pixels, width, height } = drawSheet({
    headings: ["a", "b"],
    blockOf: 1,
    rows: [{ label: "x", pictures }, { label: "y", pictures, apart: true }],
  });
  const values = [10, 20].map((value) => pixels.filter((pixel) => pixel === value).length);
  assertEquals(values, [2 * 20 * 20 * 3, 2 * 20 * 20 * 3]);
  assert(pixels.includes(40), "and its words");
  assertEquals([width, height], [8 + 10 + 8 + 2 * 20 + 8 + 8, 8 + 20 + 2 * 20 + 8 + 8]);
  const unequal = [{ label: "", pictures: [square(1), square(1, 3)] }];
  assertThrows(() => drawSheet({ headings: [], rows: unequal }), RangeError, "one of 3×3");
  assertThrows(() => drawSheet({ headings: [], rows: [] }), RangeError, "without pictures");
});

Deno.test("enlarge() repeats pixels, or draws smoothly through them", async () => {
  const picture: Raster = { pixels: Uint8Array.of(0, 200), width: 2, height: 1, channels: 1 };
  const nearest = await enlarge(picture, 2, "nearest");
  assertEquals([...nearest.pixels], [0, 0, 200, 200, 0, 0, 200, 200]);
  const smooth = await enlarge(picture, 4, "lanczos");
  assertEquals([smooth.width, smooth.height, smooth.pixels.length], [8, 4, 32]);
  const row = smooth.pixels.subarray(0, 8);
  assert(row[0]! < 20 && row[7]! > 180 && row[3]! < row[4]!, `got ${row}`);
  const colour = await enlarge(square(7, 2, 3), 3, "lanczos");
  assertEquals([...new Set(colour.pixels)], [7]);
  await assertRejects(() => enlarge(picture, 1.5, "nearest"), RangeError, "got 1.5");
});

Deno.test("encodeJpeg() keeps sizes, channels and, nearly, values", async () => {
  for (const channels of [1, 3] as const) {
    const picture = square(90, 16, channels);
    const bytes = await encodeJpeg(picture);
    const { format, ...info } = await sharp(bytes).metadata();
    assertEquals([format, info.width, info.height, info.channels], ["jpeg", 16, 16, channels]);
    assert((await sharp(bytes).raw().toBuffer()).every((value) => Math.abs(value - 90) <= 2));
  }
  await assertRejects(() => encodeJpeg(square(1, 2, 2)), RangeError, "got 2");
});
