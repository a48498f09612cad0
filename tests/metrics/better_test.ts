import { assertEquals } from "@std/assert";
import { betterOf } from "../../src/metrics/better.ts";

Deno.test("betterOf() goes by the family, whatever the protocol after it", () => {
  const lower = [
    "fcd-lab-10k",
    "fid-50k",
    "kid-lab-2048",
    "swd-10k",
    "ms-ssim-10k",
    "perceptual-lab",
    "texture-lab",
  ];
  const higher = ["precision-lab-k3-10k", "is-10k", "score-classifier-10k", "ssim-y-crop4"];
  assertEquals(lower.map(betterOf), lower.map(() => "lower"));
  assertEquals(higher.map(betterOf), higher.map(() => "higher"));
  assertEquals(betterOf("sample-diversity"), "higher");
});

Deno.test("betterOf() says null of a name it does not know, also of one that begins alike", () => {
  assertEquals(["fcdx-lab-10k", "ms", "sample", "", "toString"].map(betterOf), Array(5).fill(null));
});
