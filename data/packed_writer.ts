/** Writes packed files; packed.ts has their layout. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { MAGIC, type PackedHeader, readFully } from "./packed.ts";
import { TemporaryFile, writeDescription, writeFully } from "./packed_file.ts";

/** Luma of ITU-R BT.601 in fixed point, as in JPEG; equal channels keep their value exactly. */
export function lumaInto(rgb: Uint8Array, grey: Uint8Array): void {
  for (let i = 0; i < grey.length; i++) {
    const [r, g, b] = [rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!];
    grey[i] = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
  }
}

/** Writes a packed file image by image. Until `finish`, only a temporary file exists. */
export class PackedWriter implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #temporary: TemporaryFile;
  readonly #size: number;
  #channels: 1 | 3;
  #names: string[] = [];
  #skipped: string[] = [];
  #checksums: number[] = [];
  #pixelHash = createHash("sha256");

  /** Starts in `folder`, which is made where missing. Images are [size, size, channels]. */
  constructor(folder: string, size: number, channels: 1 | 3) {
    this.#temporary = new TemporaryFile(folder);
    this.#file = this.#temporary.file;
    this.#size = size;
    this.#channels = channels;
    writeFully(this.#file, MAGIC);
  }

  /** Images written so far. */
  get length(): number {
    return this.#names.length;
  }

  /** Files left out so far. */
  get skipped(): readonly string[] {
    return this.#skipped;
  }

  get #imageBytes(): number {
    return this.#size * this.#size * this.#channels;
  }

  append(name: string, image: Uint8Array): void {
    if (image.length !== this.#imageBytes) {
      throw new RangeError(
        `Cannot pack "${name}": expected ${this.#imageBytes} bytes, got ${image.length}`,
      );
    }
    writeFully(this.#file, image);
    this.#names.push(name);
    this.#note(image);
  }

  /** Keeps the name of a file that could not be read. */
  skip(name: string): void {
    this.#skipped.push(name);
  }

  /** Turns the RGB images written so far to grey, in place. */
  toGrey(): void {
    const rgb = new Uint8Array(this.#imageBytes);
    this.#channels = 1;
    const grey = new Uint8Array(this.#imageBytes);
    this.#checksums = [];
    this.#pixelHash = createHash("sha256");
    for (let i = 0; i < this.length; i++) {
      readFully(this.#file, MAGIC.length + i * rgb.length, rgb);
      lumaInto(rgb, grey);
      this.#file.seekSync(MAGIC.length + i * grey.length, Deno.SeekMode.Start);
      writeFully(this.#file, grey);
      this.#note(grey);
    }
    this.#file.truncateSync(MAGIC.length + this.length * grey.length);
    this.#file.seekSync(0, Deno.SeekMode.End);
  }

  /** Puts the whole file at `path`, in the same folder, over what is there. */
  finish(path: string): void {
    const shape = JSON.stringify([this.#size, this.#channels, this.#names]);
    const header: PackedHeader = {
      size: this.#size,
      channels: this.#channels,
      names: this.#names,
      skipped: this.#skipped,
      fingerprint: this.#pixelHash.update(shape).digest("hex"),
    };
    writeDescription(this.#file, MAGIC, this.#checksums, header);
    this.#temporary.moveTo(path);
  }

  /** Closes; what was not finished is gone. */
  [Symbol.dispose](): void {
    this.#temporary[Symbol.dispose]();
  }

  #note(image: Uint8Array): void {
    this.#checksums.push(crc32(image));
    this.#pixelHash.update(image);
  }
}
