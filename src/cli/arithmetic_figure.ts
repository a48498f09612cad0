/** The figure of latent arithmetic, laid out as Figure 7 of the DCGAN paper. */
import { Figure } from "../core/figure.ts";
import type { ImageBatch, Raster } from "../core/images.ts";
import { LETTER } from "../core/lettering.ts";

/** Exemplars below each other, at most; more stand in further columns. */
const MOST_ROWS = 6;
/** Pixels between pictures, between their mean and them, and around all; and of a letter's dots. */
const GAP = 2;
const APART = 10;
const DOTS = 2;

/** A concept: its exemplars' pictures and their mean latent's. */
export interface ConceptPictures {
  readonly label: string;
  readonly exemplars: readonly Raster[];
  readonly mean: Raster;
}

/** A − B + C in pictures, all of one size. */
export interface ArithmeticPictures {
  readonly concepts: readonly [ConceptPictures, ConceptPictures, ConceptPictures];
  /** Nine: the result in the middle, its neighbours round it. */
  readonly result: readonly Raster[];
  /** What the same arithmetic on the exemplars' pixels gives, for comparison. */
  readonly inPixels: Raster;
}

/** A − B + C of the concepts' mean pictures, pixel by pixel, as the paper compares. Borrows them. */
export function pixelArithmetic(a: ImageBatch, b: ImageBatch, c: ImageBatch): ImageBatch {
  const mean = ({ pixels, count }: ImageBatch) => {
    const sums = new Float64Array(pixels.length / count);
    pixels.forEach((value, i) => sums[i % sums.length]! += value / count);
    return sums;
  };
  const [meanA, meanB, meanC] = [mean(a), mean(b), mean(c)];
  return { ...a, count: 1, pixels: Float32Array.from(meanA, (v, i) => v - meanB[i]! + meanC[i]!) };
}

/** Columns A − B + C = 3×3; below each concept its mean, below the result pixel arithmetic. */
export function drawArithmetic({ concepts, result, inPixels }: ArithmeticPictures): Raster {
  const { width, height } = inPixels;
  const [cell, sign] = [width + GAP, LETTER.width * DOTS + 2 * APART];
  const rows = Math.max(3, ...concepts.map((c) => Math.min(MOST_ROWS, c.exemplars.length)));
  const columns = concepts.map((c) => Math.ceil(c.exemplars.length / MOST_ROWS));
  const top = APART + LETTER.height * DOTS + GAP;
  const meanTop = top + rows * (height + GAP) - GAP + APART;
  const wide = columns.reduce((sum, n) => sum + n * cell - GAP + sign, 0) + 3 * cell - GAP;
  const caption = meanTop + height + GAP;
  const bottom = caption + LETTER.height + APART;
  const figure = new Figure(wide + 2 * APART, bottom);
  const resultTop = top + Math.floor((rows - 3) * (height + GAP) / 2);
  const middle = Math.round(resultTop + (3 * (height + GAP) - GAP - LETTER.height * DOTS) / 2);
  let x = APART;
  for (const [k, { label, exemplars, mean }] of concepts.entries()) {
    const across = columns[k]! * cell - GAP;
    figure.writeCentred(label, x + across / 2, APART, DOTS);
    exemplars.forEach((picture, i) => {
      const [column, row] = [Math.floor(i / MOST_ROWS), i % MOST_ROWS];
      figure.draw(picture, x + column * cell, top + row * (height + GAP));
    });
    figure.draw(mean, x + Math.round((across - width) / 2), meanTop);
    figure.writeCentred("mean", x + across / 2, caption);
    x += across;
    figure.writeCentred("−+="[k]!, x + sign / 2, middle, DOTS);
    x += sign;
  }
  result.forEach((picture, i) => {
    figure.draw(picture, x + (i % 3) * cell, resultTop + Math.floor(i / 3) * (height + GAP));
  });
  figure.draw(inPixels, x + cell, meanTop);
  figure.writeCentred("in pixels", x + cell + width / 2, caption);
  return figure.raster;
}
