/** Reads the picture that a person names. */
import type { WholePicture } from "../../../data/pairs/decode.ts";
import { decodeHandedIn, PictureError } from "../../../data/pairs/handed_in.ts";

/** A file's picture, upright. Throws a RangeError for what is none. */
export async function readPicture(path: string): Promise<WholePicture> {
  try {
    return await decodeHandedIn(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof PictureError) {
      throw new RangeError(`Cannot enlarge "${path}": ${error.message}`, { cause: error });
    }
    if (error instanceof Deno.errors.IsADirectory) {
      throw new RangeError(`Cannot enlarge "${path}": it is a folder; expected a picture's file`);
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RangeError(`Cannot enlarge "${path}": there is no such file`);
  }
}
