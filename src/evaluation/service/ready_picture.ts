/** Makes a picture that a person hands in ready to be enlarged. */
import { openFaces } from "../../../data/faces.ts";
import { onWhite, pairOf, type WholePicture } from "../../../data/pairs/decode.ts";
import { decodeHandedIn, PictureError, type PictureFault } from "../../../data/pairs/handed_in.ts";
import type { EnlargeScale, PictureSize } from "../../core/enlarge_protocol.ts";
import { type Raster, rasterGrid, toByte } from "../../core/images.ts";
import { encodePng } from "../../core/png.ts";
import { leastSideOf } from "../enlargement.ts";
import { withAlpha } from "../enlarging/transparency.ts";
import { type Fault, type Orders, type ReadyPicture, ServiceError } from "./messages.ts";

/** Pixels of a result, and of a truth: to be measured against takes some 50 bytes a pixel. */
const MOST_RESULT_PIXELS = 64e6;
const MOST_TRUTH_PIXELS = 16e6;
/** The example's drawn faces, beside and below each other; each side is a multiple of every scale. */
const EXAMPLE = { faces: [3, 11, 26, 40], columns: 2, side: 240, seed: 1 } as const;

const FAULTS: Readonly<Record<PictureFault, Fault>> = {
  kind: "kind",
  damaged: "unusable",
  large: "large",
};

const sizeOf = ({ width, height }: Raster): PictureSize => ({ width, height });

/**
 * Decodes what is handed in, or draws the example. Throws a ServiceError that tells what is wrong with a
 * picture that cannot be used.
 */
export async function readyPicture(
  { file, scale, truth }: Orders["ready"]["asks"],
): Promise<ReadyPicture> {
  if (file === null) return await smallOf(examplePicture(), scale);
  const most = truth ? MOST_TRUTH_PIXELS : Math.floor(MOST_RESULT_PIXELS / scale ** 2);
  const picture = await decoded(file, most);
  if (truth) return await smallOf(onWhite(picture), scale);
  const { colour, alpha } = picture;
  return { low: await encodePng(withAlpha(colour, alpha)), size: sizeOf(colour), truth: null };
}

async function decoded(file: Uint8Array, mostPixels: number): Promise<WholePicture> {
  try {
    return await decodeHandedIn(file, mostPixels);
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
    const mend = error.fault === "large"
      ? '. Take a part of it, or "deno task upscale", which takes larger ones'
      : "";
    const message = `Cannot use the picture: ${error.message}${mend}`;
    throw new ServiceError(FAULTS[error.fault], message, { cause: error });
  }
}

/** The truth, cut to multiples of the scale, and its small picture. */
async function smallOf(picture: Raster, scale: EnlargeScale): Promise<ReadyPicture> {
  const pair = pairOf(picture, scale);
  const least = leastSideOf(scale);
  if (pair === null || Math.min(pair.high.width, pair.high.height) < least) {
    throw new ServiceError(
      "unusable",
      `Cannot compare with a truth of ${picture.width}×${picture.height} pixels: expected sides of ` +
        `${least} or more at ×${scale}. Take a larger picture, or enlarge this one as it is`,
    );
  }
  const { low, high } = pair;
  return {
    low: await encodePng(low),
    size: sizeOf(low),
    truth: { png: await encodePng(high), size: sizeOf(high) },
  };
}

/** For people with no picture at hand. */
function examplePicture(): Raster {
  const { faces, columns, side, seed } = EXAMPLE;
  using drawn = openFaces({ size: side, channels: 3, seed });
  const values = new Float32Array(side * side * 3);
  const pictures = faces.map((index): Raster => {
    drawn.read(index, values);
    return { pixels: Uint8Array.from(values, toByte), width: side, height: side, channels: 3 };
  });
  return rasterGrid(pictures, columns);
}
