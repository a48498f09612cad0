/** How packed files are written: beside their place, whole, and with a description at the end. */
import { dirname, join } from "@std/path";
import { syncFolder } from "../src/core/fs.ts";
import { sha256, TAIL_BYTES } from "./packed.ts";

/** Temporary files nobody holds are cleared away once they are this old. */
const ORPHAN_AGE_MS = 60_000;

/** Writes all of `bytes` where the file stands. */
export function writeFully(file: Deno.FsFile, bytes: Uint8Array): void {
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

/** A file in the making. Unless it is moved to its place, disposing removes it. */
export class TemporaryFile implements Disposable {
  readonly file: Deno.FsFile;
  readonly #path: string;
  #moved = false;

  /** Starts in `folder`, which is made where missing. */
  constructor(folder: string) {
    Deno.mkdirSync(folder, { recursive: true });
    clearOrphans(folder);
    this.#path = join(folder, `${crypto.randomUUID().slice(0, 8)}.tmp`);
    this.file = Deno.openSync(this.#path, { read: true, write: true, createNew: true });
    this.file.lockSync(true);
  }

  /** Puts the whole file at `path`, in the same folder, over what is there. */
  moveTo(path: string): void {
    this.file.syncDataSync();
    Deno.renameSync(this.#path, path);
    this.#moved = true;
    syncFolder(dirname(path));
  }

  /** Closes; what was not moved is gone. */
  [Symbol.dispose](): void {
    this.file.close();
    if (!this.#moved) Deno.removeSync(this.#path);
  }
}

/** Ends a packed file: a CRC-32 for each image, the header as JSON, the tail; see packed.ts. */
export function writeDescription(
  file: Deno.FsFile,
  magic: Uint8Array,
  checksums: readonly number[],
  header: object,
): void {
  const sums = new Uint8Array(4 * checksums.length);
  const view = new DataView(sums.buffer);
  checksums.forEach((checksum, i) => view.setUint32(4 * i, checksum, true));
  const json = new TextEncoder().encode(JSON.stringify(header));
  const tail = new Uint8Array(TAIL_BYTES);
  const tailView = new DataView(tail.buffer);
  tailView.setUint32(0, json.length, true);
  tailView.setUint32(4, checksums.length, true);
  tail.set(sha256(sums, json), 8);
  tail.set(magic, 40);
  for (const part of [sums, json, tail]) writeFully(file, part);
}
