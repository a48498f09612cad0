/** Inputs and expected numbers of tests/golden/image_metrics.py. */
import type { ImageBatch } from "../../src/core/images.ts";
import { Rng } from "../../src/core/rng.ts";
import goldenJson from "../golden/image_metrics.json" with { type: "json" };

/** The rule that a set follows. */
export interface ImageRecipe {
  readonly kind: string;
  readonly seed: number;
  readonly count: number;
  readonly size: number;
  readonly channels: number;
  readonly contrast: number;
}

export const golden = goldenJson;

/** The script's `images`: noise, gradients or faces of a few factors. */
export function images({ kind, seed, count, size, channels, contrast }: ImageRecipe): ImageBatch {
  const rng = new Rng(seed, "images");
  const factors = Array.from(
    { length: kind === "faces" ? count : 0 },
    () => Array.from({ length: 6 }, () => rng.uniform()),
  );
  const pixels = new Float32Array(count * size * size * channels);
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        for (let c = 0; c < channels; c++) {
          const [u, v] = [2 * x / (size - 1) - 1, 2 * y / (size - 1) - 1];
          let value: number;
          if (kind === "noise") value = 2 * rng.uniform() - 1;
          else if (kind === "gradients") {
            value = 0.6 * Math.sin(0.9 * i + c + seed) * u + 0.4 * Math.cos(0.7 * i) * v;
          } else value = face(factors[i]!, u, v, c);
          pixels[at++] = contrast * value;
        }
      }
    }
  }
  return { pixels, count, size, channels };
}

/** A head, two eyes and a mouth on a ground. */
function face(factors: readonly number[], u: number, v: number, c: number): number {
  const [width, height, skin, ground, eyes, mouth] = factors as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  if (Math.abs(u) < 0.25 && Math.abs(v - 0.3 - 0.3 * mouth) < 0.07) return 0.6 - 0.5 * c;
  if ((Math.abs(u) - 0.15 - 0.2 * eyes) ** 2 + (v + 0.2) ** 2 < 0.01) return -0.9;
  const head = (u / (0.4 + 0.4 * width)) ** 2 + (v / (0.6 + 0.3 * height)) ** 2 < 1;
  return head ? 0.8 * skin + 0.2 - 0.2 * c : ground - 0.5 + 0.1 * c;
}

/** Image `i` of a batch. */
export function imageOf({ pixels, size, channels }: ImageBatch, i: number): Float32Array {
  const length = size * size * channels;
  return pixels.subarray(i * length, (i + 1) * length);
}
