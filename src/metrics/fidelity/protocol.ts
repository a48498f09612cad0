/** How two pictures are compared, and what the comparison is called. */
import type { Raster } from "../../core/images.ts";

/** All channels, or luma alone. */
export type ColourSpace = "rgb" | "y";

/** What a fidelity figure was measured on; its name states it: `psnr-y-crop4`. */
export interface Protocol {
  readonly space: ColourSpace;
  /** Pixels left out along every edge; papers take the scale. */
  readonly crop: number;
}

/** A metric's name with its protocol in it. */
export function protocolName(metric: string, { space, crop }: Protocol): string {
  return `${metric}-${space}-crop${crop}`;
}

/** Channels apart, each [H, W] in 0 … 255. */
export interface Channels {
  readonly planes: readonly Float64Array[];
  readonly width: number;
  readonly height: number;
}

/** Weights of R, G, B and the offset of BT.601 luma in studio range, 16 … 235, of 8-bit pixels. */
const LUMA = { red: 65.481 / 255, green: 128.553 / 255, blue: 24.966 / 255, offset: 16 } as const;

/** Sides of what a protocol compares, in pixels. Throws a RangeError where the crop leaves nothing. */
export function comparedSize(
  picture: Raster,
  { crop }: Protocol,
): { readonly width: number; readonly height: number } {
  const [width, height] = [picture.width - 2 * crop, picture.height - 2 * crop];
  if (Number.isInteger(crop) && crop >= 0 && width >= 1 && height >= 1) return { width, height };
  throw new RangeError(
    `Cannot crop ${crop} pixels off each edge of a picture of ` +
      `${picture.width}×${picture.height}: nothing is left`,
  );
}

/**
 * `rows` rows, from `top` on, of what a protocol compares of a picture: cropped, and its luma (not rounded, as
 * MATLAB's `rgb2ycbcr` of doubles and BasicSR have it) where that is asked for. A grey picture's luma is
 * that of r = g = b. Some rows at a time: as numbers they take eight times the picture's room. Throws a
 * RangeError where the crop leaves nothing.
 */
export function channelsOf(
  picture: Raster,
  protocol: Protocol,
  top: number,
  rows: number,
): Channels {
  const { width } = comparedSize(picture, protocol);
  const { space, crop } = protocol;
  const { pixels, channels } = picture;
  const count = space === "y" ? 1 : channels;
  const planes = Array.from({ length: count }, () => new Float64Array(width * rows));
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      const from = ((top + y + crop) * picture.width + x + crop) * channels;
      const to = y * width + x;
      if (space === "rgb") planes.forEach((plane, c) => plane[to] = pixels[from + c]!);
      else planes[0]![to] = luma(pixels, from, channels);
    }
  }
  return { planes, width, height: rows };
}

function luma(pixels: Uint8Array, at: number, channels: number): number {
  const red = pixels[at]!;
  const [green, blue] = channels === 1 ? [red, red] : [pixels[at + 1]!, pixels[at + 2]!];
  return LUMA.offset + LUMA.red * red + LUMA.green * green + LUMA.blue * blue;
}

/** Throws a RangeError unless both pictures have one shape. */
export function assertSameShape(a: Raster, b: Raster): void {
  const shape = ({ width, height, channels }: Raster) => `${width}×${height}×${channels}`;
  if (shape(a) === shape(b)) return;
  throw new RangeError(
    `Cannot compare pictures of different shapes: ${shape(a)} and ${shape(b)}. ` +
      "Resize or crop one of them first",
  );
}
