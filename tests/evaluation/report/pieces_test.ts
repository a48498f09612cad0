/** Differences of pictures, of settings, and markup. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { ImageBatch } from "../../../src/core/images.ts";
import { compareSettings } from "../../../src/evaluation/report/configuration.ts";
import { html } from "../../../src/evaluation/report/markup.ts";
import {
  heatMap,
  pictureDifference,
  scaleEnd,
} from "../../../src/evaluation/report/picture_differences.ts";

const batch = (channels: number, ...values: number[]): ImageBatch => ({
  pixels: Float32Array.from(values),
  count: values.length / (4 * channels),
  size: 2,
  channels,
});
/** The pixel of a byte. */
const level = (byte: number) => byte / 127.5 - 1;

Deno.test("pictureDifference() is in levels of 255, signed and absolute, its mean over pixels", () => {
  const a = batch(1, ...[0, 0, 0, 0, 10, 200, 30, 255].map(level));
  const b = batch(1, ...[9, 9, 9, 9, 20, 100, 30, 0].map(level));
  const { absolute, signed, mean } = pictureDifference(a, b, 1);
  assertEquals([...absolute], [10, 100, 0, 255]);
  assertEquals([...signed], [-10, 100, 0, 255]);
  assertAlmostEquals(mean, 365 / 4, 1e-12);
  assertEquals(pictureDifference(a, a, 0).mean, 0);
  assertEquals(pictureDifference(b, a, 1).mean, mean);
});

Deno.test("pictureDifference() averages channels, so that signed ones may cancel", () => {
  const a = batch(3, ...Array(12).fill(0).map((_, i) => level(i % 3 === 0 ? 130 : 100)));
  const b = batch(3, ...Array(12).fill(0).map((_, i) => level(i % 3 === 0 ? 100 : 115)));
  const { absolute, signed } = pictureDifference(a, b, 0);
  assertEquals([...absolute], [20, 20, 20, 20]);
  assertEquals([...signed], [0, 0, 0, 0]);
});

Deno.test("pictureDifference() refuses pictures of different shapes", () => {
  assertThrows(
    () => pictureDifference(batch(1, 0, 0, 0, 0), batch(3, ...Array(12).fill(0)), 0),
    RangeError,
    "got 2×2×1 and 2×2×3",
  );
});

Deno.test("scaleEnd() leaves one pixel in a hundred beyond, and is 8 at least", () => {
  const of = (...levels: number[]) => ({
    size: Math.sqrt(levels.length),
    absolute: Float32Array.from(levels),
    signed: Float32Array.from(levels),
    mean: 0,
  });
  const spread = Array.from({ length: 400 }, (_, i) => i < 4 ? 250 : i % 100);
  assertEquals(scaleEnd([of(...spread)]), 99);
  assertEquals(scaleEnd([of(0, 1, 2, 3)]), 8);
  assertEquals(scaleEnd([]), 8);
});

Deno.test("heatMap() runs from the scale's first colour to its last, and no further", () => {
  const difference = {
    size: 2,
    absolute: Float32Array.from([0, 20, 40, 255]),
    signed: Float32Array.from([-255, -40, 0, 40]),
    mean: 0,
  };
  const colours = (shade: "absolute" | "signed") =>
    [...heatMap(difference, shade, 40).pixels].join(" ");
  assertEquals(colours("absolute"), "68 1 84 33 145 140 253 231 37 253 231 37");
  assertEquals(colours("signed"), "33 102 172 33 102 172 247 247 247 178 24 43");
});

Deno.test("compareSettings() parts settings that differ from those that do not", () => {
  const { different, same } = compareSettings([
    { size: 64, rate: 0.0002, data: "faces", channels: null },
    { size: 64, rate: 0.0004, data: "faces", channels: null, mirror: true },
  ]);
  assertEquals(different, [
    { key: "rate", values: ["0.0002", "0.0004"] },
    { key: "mirror", values: [null, "true"] },
  ]);
  assertEquals(same.map(({ key, values }) => [key, values[0]]), [
    ["size", "64"],
    ["data", "faces"],
    ["channels", "none"],
  ]);
});

Deno.test("html escapes what is put in, and not what is markup", () => {
  const name = `<script>alert("1 & 2")</script>'`;
  const text = html`<b title="${name}">${html`<i>${1}</i>`}${[html`<u>`, null, "a<b"]}</b>`.html;
  assert(!text.includes("<script"), text);
  assertEquals(
    text,
    '<b title="&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;&#39;">' +
      "<i>1</i><u>a&lt;b</b>",
  );
});
