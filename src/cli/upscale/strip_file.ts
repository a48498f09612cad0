/**
 * A picture of any height on disk, written band by band: an uncompressed TIFF, which decoders read by
 * strips. So neither the picture nor its compressed form need lie in memory.
 * TIFF 6.0, https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf, §2, §6 and §18
 */
import type { Raster } from "../../core/images.ts";

/** Offsets in the file are 32 bits wide. */
const MOST_BYTES = 2 ** 32 - 2 ** 20;

const SHORT = 3;
const LONG = 4;

/** A tag of the directory: [number, type, values]. */
type Tag = readonly [tag: number, type: typeof SHORT | typeof LONG, values: readonly number[]];

/** What the picture will be. */
export interface StripShape {
  readonly width: number;
  readonly height: number;
  /** 3 for colour, 4 with transparency, not premultiplied. */
  readonly channels: 3 | 4;
}

function writeFully(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

/** Writes strips in order; the file is a picture after `finish`. */
export class StripFile implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #shape: StripShape;
  readonly #strips: { readonly offset: number; readonly bytes: number }[] = [];
  #rowsPerStrip = 0;
  #rows = 0;
  #end = 8;

  /** Makes the file at `path`. Throws a RangeError for a picture too large for the format. */
  constructor(path: string, shape: StripShape) {
    const bytes = shape.width * shape.height * shape.channels;
    if (bytes > MOST_BYTES) {
      throw new RangeError(
        `Cannot make a picture of ${shape.width}×${shape.height} pixels: it takes ` +
          `${(bytes / 2 ** 30).toFixed(1)} GiB, expected less than 4. Cut the picture first`,
      );
    }
    this.#shape = shape;
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    writeFully(this.#file, Uint8Array.of(0x49, 0x49, 42, 0, 0, 0, 0, 0)); // little-endian; no directory yet
  }

  /** Adds rows. All strips but the last must be of the same height. */
  append({ pixels, height }: Raster): void {
    if (this.#rows === 0) this.#rowsPerStrip = height;
    writeFully(this.#file, pixels);
    this.#strips.push({ offset: this.#end, bytes: pixels.length });
    this.#end += pixels.length;
    this.#rows += height;
  }

  /** Writes the directory. Throws an Error where rows are missing: a mistake of the caller. */
  finish(): void {
    const { width, height, channels } = this.#shape;
    if (this.#rows !== height) throw new Error(`Expected ${height} rows, got ${this.#rows}`);
    const tags: Tag[] = [
      [256, LONG, [width]],
      [257, LONG, [height]],
      [258, SHORT, Array.from({ length: channels }, () => 8)],
      [259, SHORT, [1]], // not compressed
      [262, SHORT, [2]], // RGB
      [273, LONG, this.#strips.map(({ offset }) => offset)],
      [277, SHORT, [channels]],
      [278, LONG, [this.#rowsPerStrip]],
      [279, LONG, this.#strips.map(({ bytes }) => bytes)],
      ...channels === 4 ? [[338, SHORT, [2]] as const] : [], // transparency, not premultiplied
    ];
    const start = this.#end + this.#end % 2;
    writeFully(this.#file, new Uint8Array(start - this.#end));
    writeFully(this.#file, directory(tags, start));
    this.#file.seekSync(4, Deno.SeekMode.Start);
    writeFully(this.#file, new Uint8Array(Uint32Array.of(start).buffer));
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** The directory at `start`, with the values that do not fit into it after it. */
function directory(tags: readonly Tag[], start: number): Uint8Array<ArrayBuffer> {
  const bytesOf = ([, type, values]: Tag) => values.length * (type === SHORT ? 2 : 4);
  const length = 2 + 12 * tags.length + 4;
  const outside = tags.map(bytesOf).filter((bytes) => bytes > 4).reduce((a, b) => a + b, 0);
  const view = new DataView(new ArrayBuffer(length + outside));
  view.setUint16(0, tags.length, true);
  let free = length;
  tags.forEach((tag, i) => {
    const [number, type, values] = tag;
    const at = 2 + 12 * i;
    view.setUint16(at, number, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, values.length, true);
    let to = at + 8;
    if (bytesOf(tag) > 4) {
      view.setUint32(to, start + free, true);
      to = free;
      free += bytesOf(tag);
    }
    values.forEach((value, j) => {
      if (type === SHORT) view.setUint16(to + 2 * j, value, true);
      else view.setUint32(to + 4 * j, value, true);
    });
  });
  return new Uint8Array(view.buffer);
}
