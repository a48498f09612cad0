import { assertEquals } from "@std/assert";
import {
  datasetTitle,
  enlargerTitle,
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatHash,
  formatPercent,
  formatRate,
  formatScalar,
  formatSetting,
  words,
} from "../../ui/format.ts";

Deno.test("formatScalar() writes about four digits, and a dash for what is no number", () => {
  const cases: [number | null | undefined, string][] = [
    [0, "0"],
    [0.69314, "0.693"],
    [-12.3456, "-12.35"],
    [123.456, "123.5"],
    [12_345.6, "12,346"],
    [0.0001234, "1.23e-4"],
    [12_345_678, "1.23e7"],
    [NaN, "–"],
    [Infinity, "–"],
    [null, "–"],
    [undefined, "–"],
  ];
  for (const [value, text] of cases) assertEquals(formatScalar(value), text);
});

Deno.test("formatDuration() writes the two largest units", () => {
  const minute = 60_000;
  assertEquals(formatDuration(400), "0 s");
  assertEquals(formatDuration(40_000), "40 s");
  assertEquals(formatDuration(3 * minute), "3 min");
  assertEquals(formatDuration(125 * minute + 7000), "2 h 5 min");
  assertEquals(formatDuration(50 * 60 * minute), "2 d 2 h");
  assertEquals(formatDuration(-5), "0 s");
});

Deno.test("formatAgo() writes one unit, and bears with clocks that disagree", () => {
  const now = Date.parse("2026-01-01T12:00:00Z");
  assertEquals(formatAgo("2026-01-01T10:57:00Z", now), "1 h ago");
  assertEquals(formatAgo("2026-01-01T12:00:05Z", now), "just now");
  assertEquals(formatAgo("no time", now), "just now");
});

Deno.test("formatBytes() counts in powers of ten", () => {
  assertEquals(formatBytes(0), "0 B");
  assertEquals(formatBytes(999), "999 B");
  assertEquals(formatBytes(14_310_000), "14.3 MB");
  assertEquals(formatBytes(143_100_000), "143 MB");
});

Deno.test("formatPercent() reaches 100 only at the end, and bears with no steps", () => {
  assertEquals(formatPercent(999, 1000), "99 %");
  assertEquals(formatPercent(1000, 1000), "100 %");
  assertEquals(formatPercent(0, 0), "0 %");
});

Deno.test("datasetTitle() calls a folder by its own name, and leaves other datasets theirs", () => {
  assertEquals(datasetTitle("faces"), "faces");
  assertEquals(datasetTitle("folder:/home/me/Pictures/cats"), "cats");
  assertEquals(datasetTitle("folder:/home/me/Pictures/cats/"), "cats");
  assertEquals(datasetTitle("folder:C:\\photos\\cats"), "cats");
  assertEquals(datasetTitle("folder:cats"), "cats");
  assertEquals(datasetTitle("folder:/"), "folder:/");
});

Deno.test("formatHash() shortens a hash, and nothing short", () => {
  assertEquals(formatHash("5a03d2f2f8cf8412f414"), "5a03d2f2f8cf…");
  assertEquals(formatHash("faces/1"), "faces/1");
});

Deno.test("formatCount(), formatRate(), formatSetting() and words() write what tables show", () => {
  assertEquals(formatCount(100_000), "100,000");
  assertEquals(formatRate(3.14159), "3.1");
  assertEquals(formatRate(1240.4), "1,240");
  assertEquals(formatSetting(null), "–");
  assertEquals(formatSetting(true), "yes");
  assertEquals(formatSetting([1, 2]), "[1,2]");
  assertEquals(formatSetting(0.0002), "0.0002");
  assertEquals(words("sampleEverySteps"), "sample every steps");
});

Deno.test("enlargerTitle() says scale and network, and nothing where a record does not", () => {
  assertEquals(enlargerTitle({ scale: 4, model: "srresnet", seed: 1 }), "×4, srresnet");
  assertEquals(enlargerTitle({ model: "srresnet" }), "");
});
