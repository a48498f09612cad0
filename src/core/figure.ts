/** Pictures put together from pictures and words, as papers show them. */
import type { Raster } from "./images.ts";
import { LETTER, lettersWidth, writeLetters } from "./lettering.ts";

/** Shades of a figure: paper and ink. */
const PAPER = 255;
const INK = 40;

/** A white canvas of 8-bit RGB. What is drawn past its edges is cut off. */
export class Figure {
  readonly raster: Raster;

  /** In pixels. */
  constructor(width: number, height: number) {
    const pixels = new Uint8Array(width * height * 3).fill(PAPER);
    this.raster = { pixels, width, height, channels: 3 };
  }

  /** Puts a picture with its upper left corner at `x`, `y`; a grey one is drawn in grey. */
  draw(picture: Raster, x: number, y: number): void {
    const { pixels, width, height, channels } = picture;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const from = (row * width + column) * channels;
        const [r, g, b] = channels === 1 ? [from, from, from] : [from, from + 1, from + 2];
        this.#dot(x + column, y + row, pixels[r]!, pixels[g]!, pixels[b]!);
      }
    }
  }

  /** Writes a line with its upper left corner at `x`, `y`, each dot `times` pixels wide and high. */
  write(text: string, x: number, y: number, times = 1): void {
    writeLetters(text, (dotX, dotY) => {
      for (let i = 0; i < times * times; i++) {
        const [dx, dy] = [i % times, Math.floor(i / times)];
        this.#dot(x + dotX * times + dx, y + dotY * times + dy, INK, INK, INK);
      }
    });
  }

  /** The same, centred on `x`. */
  writeCentred(text: string, x: number, y: number, times = 1): void {
    this.write(text, Math.round(x - lettersWidth(text) * times / 2), y, times);
  }

  #dot(x: number, y: number, r: number, g: number, b: number): void {
    const { pixels, width, height } = this.raster;
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    pixels.set([r, g, b], (y * width + x) * 3);
  }
}

/** Rows of pictures of one size, with words beside and above them. */
export interface Sheet {
  /** Above the columns; none where empty. */
  readonly headings: readonly string[];
  readonly rows: readonly {
    readonly label: string;
    readonly pictures: readonly Raster[];
    /** Leaves a gap above the row. */
    readonly apart?: boolean;
  }[];
}

/** Pixels between and around a sheet's parts, and of its letters' dots. */
const GAP = 2;
const MARGIN = 8;
const DOTS = 2;

/** Lays a sheet out: labels to the left, headings above. Throws a RangeError for unequal pictures. */
export function drawSheet({ headings, rows }: Sheet): Raster {
  const first = rows.flatMap(({ pictures }) => pictures)[0];
  if (first === undefined) throw new RangeError("Cannot lay out a sheet without pictures");
  const { width, height } = first;
  for (const picture of rows.flatMap(({ pictures }) => pictures)) {
    if (picture.width === width && picture.height === height) continue;
    throw new RangeError(
      `Cannot lay out a sheet: expected pictures of ${width}×${height} pixels, got one of ` +
        `${picture.width}×${picture.height}`,
    );
  }
  const longest = Math.max(...rows.map(({ label }) => lettersWidth(label)));
  const left = MARGIN + (longest === 0 ? 0 : longest * DOTS + MARGIN);
  const top = MARGIN + (headings.length === 0 ? 0 : LETTER.height * DOTS + GAP);
  const columns = Math.max(headings.length, ...rows.map(({ pictures }) => pictures.length));
  const gaps = rows.filter(({ apart }, i) => apart && i > 0).length * MARGIN;
  const figure = new Figure(
    left + columns * (width + GAP) - GAP + MARGIN,
    top + rows.length * (height + GAP) - GAP + gaps + MARGIN,
  );
  const across = (column: number) => left + column * (width + GAP);
  headings.forEach((text, i) => figure.writeCentred(text, across(i) + width / 2, MARGIN, DOTS));
  let y = top;
  rows.forEach(({ label, pictures, apart }, i) => {
    if (apart && i > 0) y += MARGIN;
    figure.write(label, MARGIN, Math.round(y + (height - LETTER.height * DOTS) / 2), DOTS);
    pictures.forEach((picture, column) => figure.draw(picture, across(column), y));
    y += height + GAP;
  });
  return figure.raster;
}
