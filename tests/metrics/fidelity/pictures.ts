/** Pictures that tests and the golden script both can draw. */
import type { Raster } from "../../../src/core/images.ts";

/** Sums of waves and a wedge, colour; `picture` of tests/golden/super_resolution.py. */
export function wavyPicture(width: number, height: number, phase: number): Raster {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const wave = 60 * Math.sin(0.31 * x + 0.17 * y + c + phase) +
          50 * Math.cos(0.07 * x * (c + 1) - 0.23 * y);
        const wedge = (2 * x + y) % 23 < 7 ? 40 : 0;
        pixels[(y * width + x) * 3 + c] = Math.floor(
          Math.max(0, Math.min(255, 128 + wave + wedge)),
        );
      }
    }
  }
  return { pixels, width, height, channels: 3 };
}
