/** The PNG files that commands are asked for. */
import { dirname } from "@std/path";
import { writeWhole } from "../core/fs.ts";
import type { Raster } from "../core/images.ts";
import { encodePng } from "../core/png.ts";
import { writeError } from "../core/write_error.ts";

/** Writes a picture to `path`, making the folder where missing. Throws a WriteError for a full disk. */
export async function writePicture(path: string, picture: Raster): Promise<void> {
  const bytes = await encodePng(picture);
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    writeWhole(path, bytes);
  } catch (error) {
    throw writeError("write the picture", path, "pass another --out", error);
  }
}
