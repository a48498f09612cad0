/** Decodes a picture that a person hands in, and says what is wrong with one that cannot be used. */
import sharp from "sharp";
import { isPicture } from "../folder/decode.ts";
import { decodeUpright, type WholePicture } from "./decode.ts";

/** What is wrong: no picture of ours, cut short or otherwise damaged, or too many pixels. */
export type PictureFault = "kind" | "damaged" | "large";

/** Why a picture cannot be used. */
export class PictureError extends RangeError {
  override readonly name = "PictureError";
  constructor(readonly fault: PictureFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** What `decodeHandedIn` reads, for texts. */
export const PICTURE_KINDS = "JPEG, PNG, WebP, AVIF, TIFF or GIF";

/** The decoder's own bound: 16,383². */
const MOST_PIXELS = 0x3fff ** 2;

/** Formats that people have besides those of folders; neither refers to other files. */
function isTiffOrGif(bytes: Uint8Array): boolean {
  const first = String.fromCharCode(...bytes.subarray(0, 4));
  return first === "II*\0" || first === "MM\0*" || first === "GIF8";
}

/** Throws a PictureError for bytes whose header is none of ours, or tells of too many pixels. */
async function assertHead(bytes: Uint8Array, mostPixels: number): Promise<void> {
  if (!isPicture(bytes) && !isTiffOrGif(bytes)) {
    const came = bytes.length === 0 ? "an empty file" : "a file of another kind";
    throw new PictureError("kind", `expected a ${PICTURE_KINDS} file, got ${came}`);
  }
  const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata()
    .catch((error) => {
      throw damaged(error);
    });
  if (width * height <= mostPixels) return;
  const millions = (pixels: number) => `${(pixels / 1e6).toFixed(1)} million`;
  throw new PictureError(
    "large",
    `it has ${width}×${height} pixels, ${millions(width * height)}; expected at most ` +
      `${millions(mostPixels)}`,
  );
}

function damaged(cause: unknown): PictureError {
  const message = "it is damaged or cut short. Save or copy the picture again";
  return new PictureError("damaged", message, { cause });
}

/**
 * Decodes as `decodeWhole` does, TIFF and GIF besides. Throws a PictureError, whose text tells what is
 * wrong with "it", for what cannot be decoded and for more than `mostPixels` pixels, undecoded.
 */
export async function decodeHandedIn(
  bytes: Uint8Array,
  mostPixels = MOST_PIXELS,
): Promise<WholePicture> {
  await assertHead(bytes, Math.min(mostPixels, MOST_PIXELS));
  try {
    return await decodeUpright(bytes);
  } catch (error) {
    throw damaged(error);
  }
}
