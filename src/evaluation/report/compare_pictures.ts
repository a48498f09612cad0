/** From drawn checkpoints to their differences, and to pictures that an HTML file can hold. */
import { type ImageBatch, imageGrid, type Raster } from "../../core/images.ts";
import { encodePng } from "../../core/png.ts";
import type { DrawnCheckpoint } from "./checkpoints.ts";
import type { Differences, PicturesDifference } from "./comparison.ts";
import {
  type Against,
  heatMap,
  type PictureDifference,
  pictureDifference,
  scaleEnd,
  type Shade,
} from "./picture_differences.ts";
import type { ReportPictures } from "./pictures_section.ts";

/** Differences of checkpoints' pictures: in numbers, and as pictures. */
export interface ComparedPictures {
  readonly differences: Differences;
  readonly pictures: ReportPictures;
}

/** Compares each checkpoint's pictures with the first's or the previous one's. */
export async function comparePictures(
  drawn: readonly DrawnCheckpoint[],
  against: Against,
  shade: Shade,
): Promise<ComparedPictures> {
  const found = drawn.map(({ checkpoint, images }, place) => {
    const from = against === "first" ? 0 : place - 1;
    const other = drawn[from];
    const sameLatents = other?.checkpoint.latentDim === checkpoint.latentDim;
    if (place === 0 || other === undefined || !sameLatents) return null;
    const bySeed = Array.from(
      { length: images.count },
      (_, i) => pictureDifference(images, other.images, i),
    );
    return { from, bySeed };
  });
  const end = scaleEnd(found.flatMap((each) => each?.bySeed ?? []));
  const checkpoints = found.map((each) => each && summary(each.from, each.bySeed));
  const maps = await Promise.all(
    found.map((each) =>
      each && Promise.all(each.bySeed.map((one) => dataUri(heatMap(one, shade, end))))
    ),
  );
  const samples = await Promise.all(drawn.map(({ images }) => sampleUris(images)));
  return {
    differences: { against, shade, scaleEnd: end, checkpoints },
    pictures: { samples, maps },
  };
}

function summary(from: number, differences: readonly PictureDifference[]): PicturesDifference {
  const bySeed = differences.map(({ mean }) => mean);
  return { from, mean: bySeed.reduce((sum, mean) => sum + mean, 0) / bySeed.length, bySeed };
}

function sampleUris(images: ImageBatch): Promise<string[]> {
  const length = images.size * images.size * images.channels;
  return Promise.all(Array.from({ length: images.count }, (_, i) => {
    const pixels = images.pixels.subarray(i * length, (i + 1) * length);
    return dataUri(imageGrid({ ...images, pixels, count: 1 }, 1));
  }));
}

async function dataUri(raster: Raster): Promise<string> {
  return `data:image/png;base64,${(await encodePng(raster)).toBase64()}`;
}
