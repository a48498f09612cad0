/** Where two checkpoints' pictures of one latent differ, and how much. */
import { type ImageBatch, type Raster, toByte } from "../../core/images.ts";

/** Which picture a checkpoint's is compared with. */
export const AGAINST = ["first", "previous"] as const;
export type Against = typeof AGAINST[number];

/** How a difference is shown: its size, or brighter and darker apart. */
export const SHADES = ["absolute", "signed"] as const;
export type Shade = typeof SHADES[number];

/** A difference of two pictures, [size, size] row-major, in levels of 255. */
export interface PictureDifference {
  readonly size: number;
  /** Mean over the channels of |a − b|. */
  readonly absolute: Float32Array<ArrayBuffer>;
  /** Mean over the channels of a − b: above 0 where `a` is brighter. */
  readonly signed: Float32Array<ArrayBuffer>;
  /** Mean of `absolute` over the picture. */
  readonly mean: number;
}

/** Image `i` of `a` less image `i` of `b`, as they are shown: in 8 bits. */
export function pictureDifference(a: ImageBatch, b: ImageBatch, i: number): PictureDifference {
  const { size, channels } = a;
  if (size !== b.size || channels !== b.channels) {
    throw new RangeError(
      `Cannot compare pictures: expected one shape, got ${size}×${size}×${channels} and ` +
        `${b.size}×${b.size}×${b.channels}`,
    );
  }
  const [absolute, signed] = [new Float32Array(size * size), new Float32Array(size * size)];
  const first = i * size * size * channels;
  let total = 0;
  for (let at = 0; at < absolute.length; at++) {
    for (let c = 0; c < channels; c++) {
      const place = first + at * channels + c;
      const difference = toByte(a.pixels[place]!) - toByte(b.pixels[place]!);
      absolute[at]! += Math.abs(difference) / channels;
      signed[at]! += difference / channels;
    }
    total += absolute[at]!;
  }
  return { size, absolute, signed, mean: total / absolute.length };
}

/** The level that all but one in a hundred pixels lie below, and 8 at least: the end of a colour scale. */
export function scaleEnd(differences: readonly PictureDifference[]): number {
  const counts = new Uint32Array(256);
  let total = 0;
  for (const { absolute } of differences) {
    total += absolute.length;
    for (const level of absolute) counts[Math.round(level)]!++;
  }
  let above = 0;
  let end = 255;
  while (end > 8 && above + counts[end]! <= total / 100) above += counts[end--]!;
  return end;
}

/** Colours of scales by their places from 0 to 1: viridis, and RdBu of ColorBrewer around 0. */
const RAMPS: Readonly<Record<Shade, readonly (readonly [number, number, number])[]>> = {
  absolute: [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]],
  signed: [[33, 102, 172], [146, 197, 222], [247, 247, 247], [244, 165, 130], [178, 24, 43]],
};

/** The colours of a scale, evenly spread, as CSS has them. */
export function rampStops(shade: Shade): readonly string[] {
  return RAMPS[shade].map(([r, g, b]) => `rgb(${r} ${g} ${b})`);
}

/** A difference in colour; levels past `end` take the end's colour. */
export function heatMap(difference: PictureDifference, shade: Shade, end: number): Raster {
  const { size } = difference;
  const pixels = new Uint8Array(size * size * 3);
  const ramp = RAMPS[shade];
  difference[shade].forEach((level, at) => {
    const place = shade === "absolute" ? level / end : (level / end + 1) / 2;
    const along = Math.max(0, Math.min(1, place)) * (ramp.length - 1);
    const from = Math.min(ramp.length - 2, Math.floor(along));
    for (let c = 0; c < 3; c++) {
      const [low, high] = [ramp[from]![c]!, ramp[from + 1]![c]!];
      pixels[at * 3 + c] = Math.round(low + (along - from) * (high - low));
    }
  });
  return { pixels, width: size, height: size, channels: 3 };
}
