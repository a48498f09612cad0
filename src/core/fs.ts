/** Files that appear whole or not at all. */
import { dirname } from "@std/path";

/** Lowercase hexadecimal SHA-256. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** Makes what was renamed or created in a folder survive a power cut. */
export function syncFolder(path: string): void {
  if (Deno.build.os === "windows") return; // folders cannot be opened there
  using folder = Deno.openSync(path, { read: true });
  folder.syncDataSync();
}

/** Writes all of `bytes` and waits until the disk has them. The file must not exist yet. */
export function writeSynced(path: string, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true, createNew: true });
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
  file.syncDataSync();
}

/**
 * Puts `bytes` at `path` in one stroke: written beside it, synced, renamed over it. On any error
 * what was at `path` stays and nothing is left beside it.
 */
export function writeWhole(path: string, bytes: Uint8Array): void {
  const beside = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    writeSynced(beside, bytes);
    Deno.renameSync(beside, path);
  } catch (error) {
    try {
      Deno.removeSync(beside);
    } catch (missing) {
      if (!(missing instanceof Deno.errors.NotFound)) throw missing;
    }
    throw error;
  }
  syncFolder(dirname(path));
}
