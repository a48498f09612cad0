/** Reads a folder of pictures: its listing, its files, what they hold. */
import { join } from "@std/path";
import { sha256Hex } from "../../src/core/fs.ts";
import type { OpenOptions } from "../dataset.ts";
import { inOrder } from "../ordered.ts";
import { type Listing, listPictures, type PictureFile } from "./list.ts";

/** Larger files are no photographs, and are not read into memory. */
const LARGEST_FILE_BYTES = 2 ** 28;
/** Stands for the content of a file that could not be read. */
const UNREAD = "unread";

/** What a file holds and its SHA-256; no bytes where it cannot be read. */
export async function readPicture(
  path: string,
  file: PictureFile,
): Promise<{ readonly content: string; readonly bytes: Uint8Array<ArrayBuffer> | null }> {
  if (file.bytes > LARGEST_FILE_BYTES) return { content: UNREAD, bytes: null };
  try {
    const bytes = await Deno.readFile(join(path, file.name));
    return { content: await sha256Hex(bytes), bytes };
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error; // Deno's own refusal: a wrong task
    return { content: UNREAD, bytes: null };
  }
}

/** Lists a folder. Throws a RangeError where it is none or holds no picture. */
export function listFolder(path: string): Listing {
  let listing: Listing;
  try {
    listing = listPictures(path);
  } catch (error) {
    const { NotFound, NotADirectory, PermissionDenied } = Deno.errors;
    const reason = error instanceof NotFound
      ? "there is no such folder"
      : error instanceof NotADirectory ||
          (error instanceof Error && /os error 20\b/.test(error.message))
      ? "it is a file"
      : error instanceof PermissionDenied
      ? "its rights forbid it"
      : null;
    if (reason === null) throw error;
    const home = path.startsWith("~") ? ' The shell leaves "~" as it is here: write it out.' : "";
    throw new RangeError(
      `Cannot read pictures from "${path}": ${reason}. Expected a folder of JPEG, PNG, WebP or ` +
        `AVIF files.${home}`,
      { cause: error },
    );
  }
  if (listing.pictures.length === 0) {
    throw new RangeError(
      `Cannot read pictures from "${path}": expected JPEG, PNG, WebP or AVIF files in it or in ` +
        `folders below, found none. Files are told by their ending: .jpg, .jpeg, .png, .webp, .avif`,
    );
  }
  return listing;
}

/** The digests of all files, in order. */
export async function readContents(
  path: string,
  files: readonly PictureFile[],
  options: Pick<OpenOptions, "threads" | "signal" | "onProgress">,
): Promise<string[]> {
  const contents: string[] = [];
  const read = async (file: PictureFile) => (await readPicture(path, file)).content;
  const parallel = { limit: 4 * options.threads, signal: options.signal };
  for await (const content of inOrder(files, read, parallel)) {
    contents.push(content);
    const done = contents.length;
    options.onProgress?.({
      label: "Checking pictures",
      done,
      total: files.length,
      unit: "images",
    });
  }
  return contents;
}
