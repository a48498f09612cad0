/**
 * The embedded dataset `faces`: drawn portraits whose every factor is known, so that what a network
 * has learnt of them can be checked against the truth. Pictures are drawn when read, at any size;
 * nothing is stored. `FACTORS` in faces/factors.ts says what varies and how far.
 */
import type { DatasetInfo } from "../src/core/protocol.ts";
import type { Attribute, ImageDataset, OpenOptions } from "./dataset.ts";
import { attributeNames, faceAttributes } from "./faces/attributes.ts";
import { drawFactors } from "./faces/factors.ts";
import { assertFaceSize, FacePainter } from "./faces/render.ts";

export { drawFactors, type FaceFactors, type FactorName, FACTORS } from "./faces/factors.ts";
export { renderFace } from "./faces/render.ts";

/** How many faces the dataset has; any seed gives as many others. */
export const FACES = 50_000;

/** To be raised with every change that alters a picture or a draw: fingerprints contain it. */
const RENDERER_VERSION = 1;

/** Rec. 601 luma: what grey pictures are made of. */
const LUMA = [0.299, 0.587, 0.114] as const;

class Faces implements ImageDataset {
  readonly info: DatasetInfo;
  readonly length = FACES;
  readonly size: number;
  readonly channels: 1 | 3;
  readonly #seed: number;
  readonly #painter: FacePainter;
  readonly #colour: Float32Array<ArrayBuffer>; // a grey picture's colours
  #attributes: readonly Attribute[] | null = null;

  constructor(size: number, channels: 1 | 3, seed: number) {
    this.size = size;
    this.channels = channels;
    this.#seed = seed;
    this.#painter = new FacePainter(size);
    this.#colour = new Float32Array(channels === 1 ? size * size * 3 : 0);
    this.info = {
      name: "faces",
      length: FACES,
      size,
      channels,
      fingerprint: `faces-v${RENDERER_VERSION}-seed${seed}-${size}x${size}x${channels}`,
      attributes: attributeNames,
      skipped: [],
    };
  }

  read(index: number, out: Float32Array<ArrayBuffer>): void {
    if (!Number.isInteger(index) || index < 0 || index >= FACES) {
      throw new RangeError(
        `Cannot read a face: expected an index of 0 to ${FACES - 1}, got ${index}`,
      );
    }
    const factors = drawFactors(this.#seed, index);
    if (this.channels === 3) return this.#painter.paint(factors, out);
    if (out.length !== this.size * this.size) {
      throw new RangeError(
        `Cannot read a grey face of ${this.size}×${this.size} pixels: expected room for ` +
          `${this.size * this.size} values, got ${out.length}`,
      );
    }
    const colour = this.#colour;
    this.#painter.paint(factors, colour);
    for (let i = 0; i < out.length; i++) {
      const grey = LUMA[0] * colour[3 * i]! + LUMA[1] * colour[3 * i + 1]! +
        LUMA[2] * colour[3 * i + 2]!;
      out[i] = grey < -1 ? -1 : grey > 1 ? 1 : grey; // the weights' sum may round past 1
    }
  }

  attributes(): readonly Attribute[] {
    return this.#attributes ??= faceAttributes(this.#seed, FACES);
  }

  [Symbol.dispose](): void {}
}

/**
 * Opens the drawn faces of `seed` at `size`, 16 to 256 pixels; colour unless `channels` is 1. Throws a
 * RangeError for another size, or for a seed that is not a whole number of 0 or more.
 */
export function openFaces(
  { size, channels = 3, seed }: Pick<OpenOptions, "size" | "channels" | "seed">,
): ImageDataset {
  assertFaceSize(size);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(
      `Cannot draw faces: expected a seed of 0 to ${Number.MAX_SAFE_INTEGER}, got ${seed}`,
    );
  }
  return new Faces(size, channels, seed);
}
