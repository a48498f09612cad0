/** Transparency beside colour: enlarged by bicubic, whatever enlarges the colours. */
import { resizeRaster } from "../../../data/pairs/decode.ts";
import type { Raster } from "../../core/images.ts";
import { cut } from "../../nn/enlarge.ts";

/** How far bicubic enlargement sees, in pixels of the small picture. */
const REACH = 2;

/**
 * Rows `top` … `top + rows − 1` of the small picture's transparency, enlarged, as the whole's would be: [s·rows,
 * s·W].
 */
function alphaBand(alpha: Raster, top: number, rows: number, scale: number): Raster {
  const [from, to] = [Math.max(0, top - REACH), Math.min(alpha.height, top + rows + REACH)];
  const seen = cut(alpha, { left: 0, top: from, width: alpha.width, height: to - from });
  const larger = resizeRaster(seen, scale);
  return cut(larger, {
    left: 0,
    top: scale * (top - from),
    width: larger.width,
    height: scale * rows,
  });
}

/** Adds the transparency of its rows to a band of colour that begins at row `top` of the small picture. */
export function withAlpha(band: Raster, alpha: Raster, top: number, scale: number): Raster {
  const { pixels: levels } = alphaBand(alpha, top, band.height / scale, scale);
  const count = band.width * band.height;
  const pixels = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = band.pixels[3 * i + c]!;
    pixels[4 * i + 3] = levels[i]!;
  }
  return { ...band, pixels, channels: 4 };
}
