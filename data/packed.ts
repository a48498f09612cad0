/**
 * Prepared images in one file, read one by one from disk.
 *
 * Layout: 8 bytes of magic; N images, uint8 [N, size, size, channels]; a CRC-32 for each, uint32
 * little-endian; the header as JSON; a tail of 48 bytes: the JSON's length and N as uint32, the
 * SHA-256 of checksums and header, the magic again. The tail comes last so that images of unknown
 * number stream in, and so that a file cut short anywhere has none.
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** The first bytes of a packed file. */
export const MAGIC = new TextEncoder().encode("ATLPACK1");
/** Bytes at a packed file's end that say it is whole. */
export const TAIL_BYTES = 48;

/** What a packed file says of itself. */
export interface PackedHeader {
  readonly size: number;
  readonly channels: 1 | 3;
  /** One an image: its path below the folder, or its number in the source. */
  readonly names: readonly string[];
  /** Files that could not be read. */
  readonly skipped: readonly string[];
  /** SHA-256 of shape, names and pixels. */
  readonly fingerprint: string;
}

/** The packed file is no packed file, or was damaged: make it anew. */
export class PackedFileError extends Error {
  override readonly name = "PackedFileError";
}

/** Fills `out` from `offset` on. Throws a PackedFileError where the file ends before. */
export function readFully(file: Deno.FsFile, offset: number, out: Uint8Array): void {
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let done = 0; done < out.length;) {
    const read = file.readSync(out.subarray(done));
    if (read === null) throw new PackedFileError(`the file ends ${out.length - done} bytes early`);
    done += read;
  }
}

/** The SHA-256 of all parts, one after the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** Reads and checks what follows the images of a file that begins and ends with `magic`. */
export function readDescription(
  file: Deno.FsFile,
  magic: Uint8Array,
): { checksums: Uint8Array<ArrayBuffer>; json: Uint8Array; imagesEnd: number } {
  const length = file.statSync().size;
  if (length < magic.length + TAIL_BYTES) throw new PackedFileError("the file is cut short");
  const tail = new Uint8Array(TAIL_BYTES);
  readFully(file, length - TAIL_BYTES, tail);
  if (magic.some((byte, i) => tail[40 + i] !== byte)) {
    throw new PackedFileError("the file is cut short or is no packed file");
  }
  const view = new DataView(tail.buffer);
  const jsonBytes = view.getUint32(0, true);
  const checksumBytes = 4 * view.getUint32(4, true);
  const imagesEnd = length - TAIL_BYTES - jsonBytes - checksumBytes;
  if (imagesEnd < magic.length) throw new PackedFileError("the tail's lengths are too large");
  const checksums = new Uint8Array(checksumBytes);
  const json = new Uint8Array(jsonBytes);
  readFully(file, imagesEnd, checksums);
  readFully(file, imagesEnd + checksums.length, json);
  if (sha256(checksums, json).some((byte, i) => tail[8 + i] !== byte)) {
    throw new PackedFileError("the header differs from its checksum");
  }
  return { checksums, json, imagesEnd };
}

/** A packed file open for reading. Only header and checksums are held in memory. */
export class PackedImages implements Disposable {
  readonly header: PackedHeader;
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #checksums: DataView;
  readonly #imageBytes: number;

  /**
   * Checks length, header and checksums' digest, not yet the pixels: those are checked as they are
   * read. Throws a PackedFileError for a damaged file, NotFound for a missing one.
   */
  constructor(path: string) {
    this.path = path;
    this.#file = Deno.openSync(path, { read: true });
    try {
      const { checksums, json, imagesEnd } = readDescription(this.#file, MAGIC);
      // The digest proves that a PackedWriter wrote this JSON, so its shape needs no check.
      this.header = JSON.parse(new TextDecoder().decode(json)) as PackedHeader;
      this.#checksums = new DataView(checksums.buffer, 0, checksums.length);
      this.#imageBytes = this.header.size ** 2 * this.header.channels;
      const expected = MAGIC.length + this.header.names.length * this.#imageBytes;
      if (imagesEnd !== expected) {
        throw new PackedFileError(`expected images up to byte ${expected}, got ${imagesEnd}`);
      }
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** Reads image `index`, [size, size, channels] in 0 … 255, into `out` and checks it. */
  read(index: number, out: Uint8Array): void {
    const { names } = this.header;
    if (!Number.isInteger(index) || index < 0 || index >= names.length) {
      throw new RangeError(
        `Cannot read image ${index}: expected an index from 0 to ${names.length - 1}`,
      );
    }
    readFully(this.#file, MAGIC.length + index * this.#imageBytes, out);
    if (crc32(out) !== this.#checksums.getUint32(4 * index, true)) {
      throw new PackedFileError(
        `Cannot read image ${index} ("${names[index]}") from "${this.path}": the bytes on disk ` +
          `differ from their checksum. Delete the file and start again: it is made anew`,
      );
    }
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Opens a packed file; null where there is none, or where it was damaged and is now removed. */
export function openIfSound<Packed>(
  Packed: new (path: string) => Packed,
  path: string,
  onNotice?: (message: string) => void,
): Packed | null {
  try {
    return new Packed(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (!(error instanceof PackedFileError)) throw error;
    onNotice?.(`The prepared images "${path}" were damaged (${error.message}) and are made anew`);
    Deno.removeSync(path);
    return null;
  }
}
