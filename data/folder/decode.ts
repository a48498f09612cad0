/** Decodes one picture of any kind to a small square of sRGB. */
import sharp from "sharp";

/** Part of every cache key: raise it when the same file would decode to other pixels. */
export const DECODE_RECIPE = `atelier 1, libvips ${sharp.versions.vips}`;

/** What shows through transparent pictures: white, as on a page. */
const GROUND = "#ffffff";
/** A picture is grey where no pixel's channels differ by more; lossy files of grey pictures do. */
const GREY_TOLERANCE = 2;

const ascii = (bytes: Uint8Array, from: number, to: number) =>
  String.fromCharCode(...bytes.subarray(from, to));

/**
 * Whether the bytes begin like JPEG, PNG, WebP or AVIF. What is not among them never reaches the
 * decoder: it knows many more formats, some of which can refer to other files.
 */
export function isPicture(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return true;
  if (bytes[0] === 0x89 && ascii(bytes, 1, 8) === "PNG\r\n\x1a\n") return true;
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP") return true;
  return ascii(bytes, 4, 8) === "ftyp" && ["avif", "avis", "mif1"].includes(ascii(bytes, 8, 12));
}

/** Sets the decoder up for many pictures at once, each on one thread. Holds for the process. */
export function decodeInParallel(): void {
  sharp.cache(false); // each picture is decoded once
  sharp.concurrency(1);
}

/**
 * Decodes to 8-bit sRGB, [size, size, 3]: upright as its EXIF says, on white, the middle square,
 * resized with Lanczos. Any depth, CMYK and embedded profiles are converted; of an animation, the
 * first frame. Returns null for what is no picture, damaged, cut short or larger than 268 million
 * pixels.
 */
export async function decodePicture(
  bytes: Uint8Array,
  size: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!isPicture(bytes)) return null;
  let decoded: Uint8Array;
  try {
    // "error" lets harmless oddities pass; it includes "truncated".
    decoded = await sharp(bytes, { failOn: "error" })
      .autoOrient()
      .flatten({ background: GROUND })
      .resize(size, size, { fit: "cover", kernel: "lanczos3", fastShrinkOnLoad: false })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer();
  } catch {
    return null; // the decoder's reasons vary by library; callers keep the file's name
  }
  if (decoded.length !== size * size * 3) {
    throw new Error(
      `Cannot use a decoded picture: expected ${size}×${size}×3 bytes, got ${decoded.length}`,
    );
  }
  return new Uint8Array(decoded);
}

/** Whether an RGB picture shows greys only. */
export function isGrey(rgb: Uint8Array): boolean {
  for (let i = 0; i < rgb.length; i += 3) {
    const [r, g, b] = [rgb[i]!, rgb[i + 1]!, rgb[i + 2]!];
    if (Math.max(r, g, b) - Math.min(r, g, b) > GREY_TOLERANCE) return false;
  }
  return true;
}
