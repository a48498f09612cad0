/**
 * Pictures and their small versions in one file, read by patches from disk.
 *
 * Layout as packed.ts has it, with magic of its own; each picture's bytes, uint8 [H, W, 3], are followed
 * by those of its small version, [H/s, W/s, 3], and there is a CRC-32 for each of the two.
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { PicturePair } from "../../src/core/pairs.ts";
import { PackedFileError, readDescription, readFully } from "../packed.ts";
import { TemporaryFile, writeDescription, writeFully } from "../packed_file.ts";

/** The first bytes of a file of pairs. */
const MAGIC = new TextEncoder().encode("ATLPAIR1");

/** A picture in the file; its sides are multiples of the scale. */
interface Entry {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** What a file of pairs says of itself. */
export interface PairsHeader {
  readonly scale: number;
  readonly pictures: readonly Entry[];
  /** Files that could not be read, or were too small. */
  readonly skipped: readonly string[];
  /** SHA-256 of names, shapes and pixels. */
  readonly fingerprint: string;
}

/** Writes a file of pairs picture by picture. Until `finish`, only a temporary file exists. */
export class PairsWriter implements Disposable {
  readonly #temporary: TemporaryFile;
  readonly #scale: number;
  readonly #pictures: Entry[] = [];
  readonly #skipped: string[] = [];
  readonly #checksums: number[] = [];
  readonly #hash = createHash("sha256");

  /** Starts in `folder`, which is made where missing. */
  constructor(folder: string, scale: number) {
    this.#scale = scale;
    this.#temporary = new TemporaryFile(folder);
    writeFully(this.#temporary.file, MAGIC);
  }

  /** Pictures written so far. */
  get length(): number {
    return this.#pictures.length;
  }

  /** Files left out so far. */
  get skipped(): readonly string[] {
    return this.#skipped;
  }

  append(name: string, { high, low }: PicturePair): void {
    for (const { pixels } of [high, low]) {
      writeFully(this.#temporary.file, pixels);
      this.#checksums.push(crc32(pixels));
      this.#hash.update(pixels);
    }
    this.#pictures.push({ name, width: high.width, height: high.height });
  }

  /** Keeps the name of a file that could not be used. */
  skip(name: string): void {
    this.#skipped.push(name);
  }

  /** Puts the whole file at `path`, in the same folder, over what is there. */
  finish(path: string): void {
    const [scale, pictures] = [this.#scale, this.#pictures];
    const shape = JSON.stringify([scale, pictures]);
    const fingerprint = this.#hash.update(shape).digest("hex");
    const header: PairsHeader = { scale, pictures, skipped: this.#skipped, fingerprint };
    writeDescription(this.#temporary.file, MAGIC, this.#checksums, header);
    this.#temporary.moveTo(path);
  }

  /** Closes; what was not finished is gone. */
  [Symbol.dispose](): void {
    this.#temporary[Symbol.dispose]();
  }
}

/** Where a patch lies: in pixels of the small version, which is `size` wide and high there. */
export interface Place {
  readonly picture: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** A file of pairs open for reading. Pixels stay on disk. */
export class PackedPairs implements Disposable {
  readonly header: PairsHeader;
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #checksums: DataView;
  readonly #offsets: readonly number[];
  /** Pictures whose bytes have been found to be those written. */
  readonly #sound = new Set<number>();
  #rows = new Uint8Array(0);

  /**
   * Checks length, header and checksums' digest; a picture's pixels are checked when it is first read.
   * Throws a PackedFileError for a damaged file, NotFound for a missing one.
   */
  constructor(path: string) {
    this.path = path;
    this.#file = Deno.openSync(path, { read: true });
    try {
      const { checksums, json, imagesEnd } = readDescription(this.#file, MAGIC);
      // The digest proves that a PairsWriter wrote this JSON, so its shape needs no check.
      this.header = JSON.parse(new TextDecoder().decode(json)) as PairsHeader;
      this.#checksums = new DataView(checksums.buffer, 0, checksums.length);
      const offsets = [MAGIC.length];
      for (const i of this.header.pictures.keys()) {
        const [high, low] = this.#lengths(i);
        offsets.push(offsets[i]! + high + low);
      }
      this.#offsets = offsets;
      if (imagesEnd !== offsets.at(-1)) {
        throw new PackedFileError(`expected pixels up to byte ${offsets.at(-1)}, got ${imagesEnd}`);
      }
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** Bytes of a picture and of its small version. */
  #lengths(index: number): [high: number, low: number] {
    const { width, height } = this.header.pictures[index]!;
    const high = width * height * 3;
    return [high, high / this.header.scale ** 2];
  }

  /** Reads a whole picture and its small version, and checks them. */
  read(index: number): PicturePair {
    const entry = this.header.pictures[index];
    if (entry === undefined) {
      throw new RangeError(
        `Cannot read picture ${index}: expected an index from 0 to ${
          this.header.pictures.length - 1
        }`,
      );
    }
    const { scale } = this.header;
    const [high, low] = this.#lengths(index).map((length, i) => {
      const pixels = new Uint8Array(length);
      readFully(
        this.#file,
        this.#offsets[index]! + (i === 0 ? 0 : this.#lengths(index)[0]),
        pixels,
      );
      this.#check(index, i, pixels);
      return pixels;
    }) as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
    this.#sound.add(index);
    const { width, height } = entry;
    return {
      high: { pixels: high, width, height, channels: 3 },
      low: { pixels: low, width: width / scale, height: height / scale, channels: 3 },
    };
  }

  #check(index: number, part: number, pixels: Uint8Array): void {
    if (crc32(pixels) === this.#checksums.getUint32(4 * (2 * index + part), true)) return;
    throw new PackedFileError(
      `Cannot read picture ${index} ("${
        this.header.pictures[index]!.name
      }") from "${this.path}": the ` +
        "bytes on disk differ from their checksum. Delete the file and start again: it is made anew",
    );
  }

  /**
   * Reads a patch: of the small version into `low`, [size, size, 3], and of the picture into `high`,
   * [s·size, s·size, 3]. The patch must lie inside.
   */
  readPatch({ picture, x, y, size }: Place, low: Uint8Array, high: Uint8Array): void {
    if (!this.#sound.has(picture)) this.read(picture);
    const { width } = this.header.pictures[picture]!;
    const { scale } = this.header;
    const start = this.#offsets[picture]!;
    this.#readRows(start, width, { x: scale * x, y: scale * y, size: scale * size }, high);
    const lowStart = start + this.#lengths(picture)[0];
    this.#readRows(lowStart, width / scale, { x, y, size }, low);
  }

  /** One reading for all rows, as wide as the picture: fewer calls are worth more than fewer bytes. */
  #readRows(
    start: number,
    width: number,
    { x, y, size }: Omit<Place, "picture">,
    out: Uint8Array,
  ): void {
    const rowLength = 3 * width;
    const length = size * rowLength;
    if (this.#rows.length < length) this.#rows = new Uint8Array(length);
    const rows = this.#rows.subarray(0, length);
    readFully(this.#file, start + y * rowLength, rows);
    for (let row = 0; row < size; row++) {
      const from = row * rowLength + 3 * x;
      out.set(rows.subarray(from, from + 3 * size), row * 3 * size);
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}
