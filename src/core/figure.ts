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
  /** Leaves a gap after every so many columns. */
  readonly blockOf?: number;
  readonly rows: readonly {
    readonly label: string;
    readonly pictures: readonly Raster[];
    /** Leaves a gap above the row. */
    readonly apart?: boolean;
  }[];
}

/** Pixels between and around a sheet's parts. */
const GAP = 2;
const MARGIN = 8;

/** Where everything of a sheet stands. */
interface Layout {
  readonly dots: number;
  readonly width: number;
  readonly height: number;
  /** Left edges of the columns, upper edges of the rows. */
  readonly across: readonly number[];
  readonly down: readonly number[];
}

function layOut({ headings, rows, blockOf = Infinity }: Sheet, picture: Raster): Layout {
  // Letters are of two pixels a dot, or of one where headings would run into each other.
  const widest = Math.max(0, ...headings.map((text) => lettersWidth(text)));
  const dots = Math.min(picture.width, picture.height) < 2 * Math.max(widest, LETTER.height)
    ? 1
    : 2;
  const longest = Math.max(...rows.map(({ label }) => lettersWidth(label)));
  const columns = Math.max(headings.length, ...rows.map(({ pictures }) => pictures.length));
  let x = MARGIN + (longest === 0 ? 0 : longest * dots + MARGIN);
  const across = Array.from({ length: columns }, (_, i) => {
    if (i > 0) x += picture.width + (i % blockOf === 0 ? MARGIN : GAP);
    return x;
  });
  let y = MARGIN + (headings.length === 0 ? 0 : LETTER.height * dots + GAP);
  const down = rows.map(({ apart }, i) => {
    if (i > 0) y += picture.height + (apart ? MARGIN : GAP);
    return y;
  });
  return {
    ...{ dots, across, down },
    width: x + picture.width + MARGIN,
    height: y + picture.height + MARGIN,
  };
}

/** Lays a sheet out: labels to the left, headings above. Throws a RangeError for unequal pictures. */
export function drawSheet(sheet: Sheet): Raster {
  const pictures = sheet.rows.flatMap(({ pictures }) => pictures);
  const first = pictures[0];
  if (first === undefined) throw new RangeError("Cannot lay out a sheet without pictures");
  const { width, height } = first;
  const odd = pictures.find((one) => one.width !== width || one.height !== height);
  if (odd !== undefined) {
    throw new RangeError(
      `Cannot lay out a sheet: expected pictures of ${width}×${height} pixels, got one of ` +
        `${odd.width}×${odd.height}`,
    );
  }
  const { dots, across, down, ...size } = layOut(sheet, first);
  const figure = new Figure(size.width, size.height);
  sheet.headings.forEach((text, i) => {
    figure.writeCentred(text, across[i]! + width / 2, MARGIN, dots);
  });
  sheet.rows.forEach(({ label, pictures }, i) => {
    const middle = Math.round(down[i]! + (height - LETTER.height * dots) / 2);
    figure.write(label, MARGIN, middle, dots);
    pictures.forEach((picture, column) => figure.draw(picture, across[column]!, down[i]!));
  });
  return figure.raster;
}
