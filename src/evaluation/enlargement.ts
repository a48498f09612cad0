/** How well something enlarges pictures whose truth is known, beside bicubic. */
import type { Raster } from "../core/images.ts";
import type { PicturePair } from "../core/pairs.ts";
import { psnr } from "../metrics/fidelity/psnr.ts";
import { type Protocol, protocolName } from "../metrics/fidelity/protocol.ts";
import { leastSideOfSsim, ssim } from "../metrics/fidelity/ssim.ts";
import { joined } from "../nn/enlarge.ts";
import type { Enlarger } from "../runs/open_enlarger.ts";

/** Figures by name: `psnr-y-crop4`. */
export type Figures = Readonly<Record<string, number>>;

/** One more way to compare a picture with the truth: perceptual distances, lower being better. */
export interface PictureMeasure {
  /** The shortest side of pictures that it can compare. */
  readonly leastSide: number;
  /** Its figures by name. Borrows both, which are of one shape. */
  compare(made: Raster, truth: Raster): Promise<Figures>;
}

/** How the result compares with the truth, and how bicubic would. */
export interface EnlargementReport {
  readonly made: Figures;
  readonly bicubic: Figures;
}

/** Compares on luma and on RGB, leaving out a border of the scale's width. */
const protocolsOf = (scale: number): readonly Protocol[] => [
  { space: "y", crop: scale },
  { space: "rgb", crop: scale },
];

/** The shortest side of pictures that can be compared by all of these. */
export function leastSideOf(scale: number, measures: readonly PictureMeasure[] = []): number {
  return Math.max(leastSideOfSsim(scale), ...measures.map(({ leastSide }) => leastSide));
}

/** The whole of what an enlarger makes. */
export async function enlargeWhole(
  enlarger: Enlarger,
  low: Raster,
  options?: Parameters<Enlarger["bands"]>[1],
): Promise<Raster> {
  const [width, height] = [enlarger.scale * low.width, enlarger.scale * low.height];
  return await joined(enlarger.bands(low, options), { width, height, channels: 3 });
}

/** How an enlarged picture compares with the truth: PSNR and SSIM on luma and RGB, and more measures. */
export async function compareWithTruth(
  made: Raster,
  truth: Raster,
  scale: number,
  measures: readonly PictureMeasure[] = [],
): Promise<Figures> {
  const figures: Record<string, number> = {};
  for (const protocol of protocolsOf(scale)) {
    figures[protocolName("psnr", protocol)] = psnr(made, truth, protocol);
    figures[protocolName("ssim", protocol)] = ssim(made, truth, protocol);
  }
  for (const { compare } of measures) Object.assign(figures, await compare(made, truth));
  return figures;
}

/** Enlarges the small version of a picture and compares, beside what bicubic makes of it. */
export async function evaluatePair(
  { low, high }: PicturePair,
  enlargers: { readonly judged: Enlarger; readonly bicubic: Enlarger },
  measures: readonly PictureMeasure[] = [],
  signal?: AbortSignal,
): Promise<EnlargementReport> {
  const { judged, bicubic } = enlargers;
  const options = signal === undefined ? {} : { signal };
  const figuresOf = async (enlarger: Enlarger) =>
    compareWithTruth(await enlargeWhole(enlarger, low, options), high, judged.scale, measures);
  const made = await figuresOf(judged);
  return { made, bicubic: judged.name === bicubic.name ? made : await figuresOf(bicubic) };
}

/** A figure with as many digits as it is worth: PSNR in hundredths of a decibel, the others in 1e-4. */
export function figureText(name: string, value: number): string {
  return value.toFixed(name.startsWith("psnr") ? 2 : 4);
}

/** The mean of each figure. */
export function meanFigures(figures: readonly Figures[]): Figures {
  const names = Object.keys(figures[0] ?? {});
  const mean = (name: string) =>
    figures.reduce((sum, each) => sum + each[name]!, 0) / figures.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}
