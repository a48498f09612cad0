/** The file that an enlarged picture goes to: its kind, and whether it can be there. */
import { dirname, extname } from "@std/path";
import type sharp from "sharp";

/** Endings that can be written, and how. */
const FORMATS: Readonly<Record<string, (image: sharp.Sharp) => sharp.Sharp>> = {
  ".png": (image) => image.png({ compressionLevel: 6 }),
  ".jpg": (image) => image.flatten({ background: "#ffffff" }).jpeg({ quality: 95 }),
  ".jpeg": (image) => image.flatten({ background: "#ffffff" }).jpeg({ quality: 95 }),
  ".webp": (image) => image.webp({ quality: 95 }),
  ".avif": (image) => image.avif({ quality: 80 }),
  ".tiff": (image) => image.tiff({ compression: "deflate" }),
};

/** How to write the file of this name. Throws a RangeError for an ending that is none of ours. */
export function formatOf(path: string): (image: sharp.Sharp) => sharp.Sharp {
  const format = FORMATS[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw new RangeError(
    `Cannot write "${path}": expected a name that ends in ${Object.keys(FORMATS).join(", ")}`,
  );
}

/** What the file system has at a path; null where there is nothing. */
function statOrNull(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) return null;
    throw error;
  }
}

/**
 * Makes the folder of `out`, before any work. Throws a RangeError where `out` is a folder or the picture
 * itself, which would be gone, and where its folder is none.
 */
export function prepareOut(out: string, picture: string): void {
  const there = statOrNull(out);
  if (there?.isDirectory) {
    throw new RangeError(`Cannot write "${out}": it is a folder. Pass a file's name to --out`);
  }
  if (there !== null && Deno.realPathSync(out) === Deno.realPathSync(picture)) {
    throw new RangeError(
      `Cannot write "${out}": it is the picture itself, which would be lost. Pass another --out`,
    );
  }
  try {
    Deno.mkdirSync(dirname(out), { recursive: true });
  } catch (error) {
    const { AlreadyExists, NotADirectory } = Deno.errors;
    if (!(error instanceof AlreadyExists || error instanceof NotADirectory)) throw error;
    throw new RangeError(
      `Cannot write "${out}": a part of "${
        dirname(out)
      }" is a file, expected a folder. Pass another --out`,
      { cause: error },
    );
  }
}
