import { assertEquals, assertThrows } from "@std/assert";
import {
  assertNamesFit,
  countText,
  isOfFamily,
  METRIC_FAMILY_NAMES,
  metricName,
  parseMetricList,
  TRAINING_METRICS,
} from "../../src/metrics/names.ts";

Deno.test("metricName() states extractor, settings and the number of images", () => {
  assertEquals(METRIC_FAMILY_NAMES.map((family) => metricName(family, "lab", 10_000)), [
    ...["fcd-lab-10k", "kid-lab-10k", "precision-lab-k3-10k", "recall-lab-k3-10k"],
    ...["density-lab-k5-10k", "coverage-lab-k5-10k", "score-lab-10k", "swd-10k", "ms-ssim-10k"],
    ...["nearest-lab-10k", "memorisation-lab-10k"],
  ]);
});

Deno.test("metricName() says FID and IS of InceptionV3 alone", () => {
  assertEquals(metricName("fcd", "inception", 50_000), "fid-50k");
  assertEquals(metricName("score", "inception", 50_000), "is-50k");
  assertEquals(metricName("kid", "inception", 50_000), "kid-inception-50k");
  assertEquals(metricName("fcd", "tfjs-inception", 50_000), "fcd-tfjs-inception-50k");
});

Deno.test("countText() shortens whole thousands only", () => {
  assertEquals([1000, 10_000, 9780, 999, 1_000_000].map(countText), [
    ...["1k", "10k", "9780", "999", "1000k"],
  ]);
});

Deno.test("parseMetricList() keeps the order, drops repeats and knows InceptionV3's names", () => {
  assertEquals(parseMetricList("swd, FCD,swd"), ["swd", "fcd"]);
  assertEquals(parseMetricList("fid,is,fcd"), ["fcd", "score"]);
  assertEquals(parseMetricList(TRAINING_METRICS), ["fcd", "kid", "precision", "recall"]);
  assertThrows(() => parseMetricList("fcd,recal"), RangeError, "did you mean recall?");
  assertThrows(() => parseMetricList("fcd,"), RangeError, '"" is no metric');
});

Deno.test("assertNamesFit() refuses fid of another extractor, with the name to ask for", () => {
  assertNamesFit("fid,kid", "inception");
  assertNamesFit("fcd,kid", "lab");
  assertThrows(() => assertNamesFit("kid,fid", "lab"), RangeError, 'With "lab" ask for fcd');
});

Deno.test("isOfFamily() tells families by names with protocols", () => {
  assertEquals(isOfFamily("fcd-lab-2k", "fcd"), true);
  assertEquals(isOfFamily("fid-2k", "fcd"), true);
  assertEquals(isOfFamily("precision-lab-k3-2k", "recall"), false);
  assertEquals(isOfFamily("ms-ssim-2k", "ms-ssim"), true);
});
