/** Transparency beside colour: enlarged by bicubic, whatever enlarges the colours. */
import { resizeRaster, type WholePicture } from "../../../data/pairs/decode.ts";
import type { Raster } from "../../core/images.ts";
import { cut } from "../../nn/enlarge.ts";
import type { BandOptions, Enlarger } from "../../runs/open_enlarger.ts";

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

/** A picture in colour and its transparency, [H, W], as one of 4 channels; as it is where there is none. */
export function withAlpha(colour: Raster, alpha: Uint8Array | null): Raster {
  if (alpha === null) return colour;
  const count = colour.width * colour.height;
  const pixels = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = colour.pixels[3 * i + c]!;
    pixels[4 * i + 3] = alpha[i]!;
  }
  return { ...colour, pixels, channels: 4 };
}

/**
 * A picture enlarged in bands from top to bottom, of 4 channels where it has transparency, else 3. Borrows
 * enlarger and picture.
 */
export async function* enlargedBands(
  enlarger: Enlarger,
  { colour, alpha }: WholePicture,
  options: BandOptions = {},
): AsyncGenerator<Raster> {
  const levels = alpha && { ...colour, pixels: alpha, channels: 1 };
  let top = 0;
  for await (const band of enlarger.bands(colour, options)) {
    const rows = band.height / enlarger.scale;
    yield withAlpha(band, levels && alphaBand(levels, top, rows, enlarger.scale).pixels);
    top += rows;
  }
}
