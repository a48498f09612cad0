/** The pictures that commands are asked for, by the ending of the file's name. */
import { dirname } from "@std/path";
import { writeWhole } from "../core/fs.ts";
import type { Raster } from "../core/images.ts";
import { encodeJpeg } from "../core/jpeg.ts";
import { encodePng } from "../core/png.ts";
import { writeError } from "../core/write_error.ts";
import { UsageError } from "./flags.ts";

/** Endings of names that are written as pictures. */
export const PICTURES = [".png", ".jpg", ".jpeg"] as const;

/** Whether `path` ends as pictures do. */
export function isPicturePath(path: string): boolean {
  return PICTURES.some((ending) => path.toLowerCase().endsWith(ending));
}

/** Throws a UsageError for an `--out` that is no picture's; null is none. */
export function assertPicturePath(out: string | null): void {
  if (out === null || isPicturePath(out)) return;
  throw new UsageError(`--out takes a name that ends in ${PICTURES.join(", ")}; got "${out}"`);
}

/** Writes a picture to `path`, a JPEG where it ends so, otherwise a PNG, making the folder where missing. Throws a WriteError for a full disk. */
export async function writePicture(path: string, picture: Raster): Promise<void> {
  const jpeg = isPicturePath(path) && !path.toLowerCase().endsWith(".png");
  const bytes = await (jpeg ? encodeJpeg : encodePng)(picture);
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    writeWhole(path, bytes);
  } catch (error) {
    throw writeError("write the picture", path, "pass another --out", error);
  }
}
