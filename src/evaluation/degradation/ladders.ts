/** Ways to spoil pictures by growing amounts: what a metric of quality must rise under. */
import sharp from "sharp";
import { type ImageBatch, toByte } from "../../core/images.ts";
import type { Rng } from "../../core/rng.ts";
import { addNoise, blur } from "../../experiments/lab_extractor/degrade.ts";

/** A way to spoil pictures, and how far. */
export interface Ladder {
  readonly name: string;
  /** What the amounts count, in words. */
  readonly unit: string;
  /** From little to much. */
  readonly amounts: readonly number[];
  /** Spoils a copy. */
  spoil(images: ImageBatch, amount: number, rng: Rng): Promise<ImageBatch>;
}

/** A copy with every image changed in place. */
async function eachImage(
  images: ImageBatch,
  change: (image: Float32Array<ArrayBuffer>) => void | Promise<void>,
): Promise<ImageBatch> {
  const pixels = images.pixels.slice();
  const length = pixels.length / images.count;
  for (let i = 0; i < images.count; i++) {
    await change(pixels.subarray(i * length, (i + 1) * length));
  }
  return { ...images, pixels };
}

/** Saves an image, [size, size, C] in [-1, 1], as a JPEG and reads it back, in place. */
async function throughJpeg(
  image: Float32Array<ArrayBuffer>,
  { size, channels }: ImageBatch,
  quality: number,
): Promise<void> {
  const kind = channels === 1 ? "b-w" : "srgb";
  const raw = { width: size, height: size, channels: channels === 1 ? 1 : 3 } as const;
  const jpeg = await sharp(Uint8Array.from(image, toByte), { raw }).toColourspace(kind)
    .jpeg({ quality }).toBuffer();
  const bytes = await sharp(jpeg).toColourspace(kind).raw().toBuffer();
  for (let i = 0; i < image.length; i++) image[i] = bytes[i]! / 127.5 - 1;
}

/** The ladders that change pictures one by one. */
export const LADDERS: readonly Ladder[] = [
  {
    name: "blur",
    unit: "standard deviation of a Gaussian, pixels",
    amounts: [0.5, 0.75, 1, 1.5, 2, 3],
    spoil: (images, sigma) =>
      eachImage(images, (image) => blur(image, images.size, images.channels, sigma)),
  },
  {
    name: "noise",
    unit: "standard deviation, of 255",
    amounts: [4, 8, 16, 32, 48, 64],
    spoil: (images, sigma, rng) =>
      eachImage(images, (image) => {
        addNoise(image, sigma / 127.5, rng.fillNormal(new Float32Array(image.length)));
      }),
  },
  {
    name: "jpeg",
    unit: "quality",
    amounts: [60, 40, 25, 15, 8, 4],
    spoil: (images, quality) => eachImage(images, (image) => throughJpeg(image, images, quality)),
  },
];
