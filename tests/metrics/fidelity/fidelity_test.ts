import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Raster } from "../../../src/core/images.ts";
import { type Protocol, protocolName } from "../../../src/metrics/fidelity/protocol.ts";
import { psnr } from "../../../src/metrics/fidelity/psnr.ts";
import { ssim } from "../../../src/metrics/fidelity/ssim.ts";
import golden from "../../golden/super_resolution.json" with { type: "json" };
import { wavyPicture } from "./pictures.ts";

const picture = wavyPicture(40, 31, 0);

for (const { phase, space, crop, ...expected } of golden.fidelity) {
  const protocol = { space, crop } as Protocol;
  Deno.test(`psnr() and ssim() equal scikit-image's at phase ${phase}, ${space}, crop ${crop}`, () => {
    const other = wavyPicture(40, 31, phase);
    assertAlmostEquals(psnr(picture, other, protocol), expected.psnr, 1e-6);
    assertAlmostEquals(ssim(picture, other, protocol), expected.ssim, 1e-8);
    assertEquals(psnr(other, picture, protocol), psnr(picture, other, protocol));
    assertEquals(ssim(other, picture, protocol), ssim(picture, other, protocol));
  });
}

Deno.test("equal pictures have infinite PSNR and an SSIM of 1", () => {
  for (const protocol of [{ space: "rgb", crop: 2 }, { space: "y", crop: 4 }] as const) {
    assertEquals(psnr(picture, picture, protocol), Infinity);
    assertEquals(ssim(picture, picture, protocol), 1);
  }
});

Deno.test("ssim() of a tall picture is the mean over its windows, however it is cut to look at them", () => {
  const [a, b] = [wavyPicture(13, 300, 0), wavyPicture(13, 300, 0.3)];
  const protocol = { space: "rgb", crop: 0 } as const;
  const part = (p: Raster, from: number, to: number): Raster => (
    { ...p, height: to - from, pixels: p.pixels.slice(from * 13 * 3, to * 13 * 3) }
  );
  const cuts = [0, 90, 201, 290]; // rows of windows, of 290
  let sum = 0;
  for (const [i, from] of cuts.slice(0, -1).entries()) {
    const to = cuts[i + 1]!;
    const rows = to - from;
    sum += rows * ssim(part(a, from, to + 10), part(b, from, to + 10), protocol);
  }
  assertAlmostEquals(ssim(a, b, protocol), sum / 290, 1e-12);
});

Deno.test("a grey picture's luma is that of its grey in colour", () => {
  const grey = (p: Raster): Raster => (
    { ...p, channels: 1, pixels: p.pixels.filter((_, i) => i % 3 === 0) }
  );
  const coloured = ({ pixels, ...p }: Raster): Raster => (
    {
      ...p,
      channels: 3,
      pixels: Uint8Array.from({ length: pixels.length * 3 }, (_, i) => pixels[Math.floor(i / 3)]!),
    }
  );
  const [a, b] = [grey(picture), grey(wavyPicture(40, 31, 1))];
  const protocol = { space: "y", crop: 2 } as const;
  assertAlmostEquals(psnr(a, b, protocol), psnr(coloured(a), coloured(b), protocol), 1e-9);
  // Studio range is narrower than 0 … 255, so the same errors weigh less.
  assert(psnr(a, b, protocol) > psnr(a, b, { space: "rgb", crop: 2 }) + 1);
});

Deno.test("psnr() and ssim() refuse what they cannot compare", () => {
  const protocol = { space: "y", crop: 4 } as const;
  const small = wavyPicture(18, 18, 0);
  assertThrows(() => psnr(picture, small, protocol), RangeError, "40×31×3 and 18×18×3");
  assertThrows(() => ssim(small, small, protocol), RangeError, "on 10×10 pixels: expected 11×11");
  assertThrows(() => psnr(small, small, { space: "rgb", crop: 9 }), RangeError, "nothing is left");
  assertEquals(protocolName("psnr", protocol), "psnr-y-crop4");
});
