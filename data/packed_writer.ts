/** Writes packed files; packed.ts has their layout. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { dirname, join } from "@std/path";
import { syncFolder } from "../src/core/fs.ts";
import { MAGIC, type PackedHeader, readFully, sha256, TAIL_BYTES } from "./packed.ts";

/** Temporary files nobody holds are cleared away once they are this old. */
const ORPHAN_AGE_MS = 60_000;

/** Luma of ITU-R BT.601 in fixed point, as in JPEG; equal channels keep their value exactly. */
export function lumaInto(rgb: Uint8Array, grey: Uint8Array): void {
  for (let i = 0; i < grey.length; i++) {
    const [r, g, b] = [rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!];
    grey[i] = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
  }
}

function writeFully(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

/** Removes what writers left that were killed: they held a lock for as long as they lived. */
function clearOrphans(folder: string): void {
  for (const { name, isFile } of Deno.readDirSync(folder)) {
    if (!isFile || !name.endsWith(".tmp")) continue;
    const path = join(folder, name);
    try {
      using file = Deno.openSync(path, { write: true });
      const age = Date.now() - (file.statSync().mtime?.getTime() ?? Infinity);
      if (age > ORPHAN_AGE_MS && file.tryLockSync(true)) Deno.removeSync(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // another process was quicker
    }
  }
}

/** Writes a packed file image by image. Until `finish`, only a temporary file exists. */
export class PackedWriter implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #temporary: string;
  readonly #size: number;
  #channels: 1 | 3;
  #names: string[] = [];
  #skipped: string[] = [];
  #checksums: number[] = [];
  #pixelHash = createHash("sha256");
  #finished = false;

  /** Starts in `folder`, which is made where missing. Images are [size, size, channels]. */
  constructor(folder: string, size: number, channels: 1 | 3) {
    Deno.mkdirSync(folder, { recursive: true });
    clearOrphans(folder);
    this.#temporary = join(folder, `${crypto.randomUUID().slice(0, 8)}.tmp`);
    this.#file = Deno.openSync(this.#temporary, { read: true, write: true, createNew: true });
    this.#file.lockSync(true);
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
    const checksums = new Uint8Array(4 * this.length);
    const view = new DataView(checksums.buffer);
    this.#checksums.forEach((checksum, i) => view.setUint32(4 * i, checksum, true));
    const json = new TextEncoder().encode(JSON.stringify(header));
    const tail = new Uint8Array(TAIL_BYTES);
    const tailView = new DataView(tail.buffer);
    tailView.setUint32(0, json.length, true);
    tailView.setUint32(4, this.length, true);
    tail.set(sha256(checksums, json), 8);
    tail.set(MAGIC, 40);
    for (const part of [checksums, json, tail]) writeFully(this.#file, part);
    this.#file.syncDataSync();
    Deno.renameSync(this.#temporary, path);
    this.#finished = true;
    syncFolder(dirname(path));
  }

  /** Closes; what was not finished is gone. */
  [Symbol.dispose](): void {
    this.#file.close();
    if (!this.#finished) Deno.removeSync(this.#temporary);
  }

  #note(image: Uint8Array): void {
    this.#checksums.push(crc32(image));
    this.#pixelHash.update(image);
  }
}
