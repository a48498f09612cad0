/** Pairs of the faces that the lab draws: pictures to enlarge where there are no others. */
import { join } from "@std/path";
import { type Raster, toByte } from "../../src/core/images.ts";
import { openFaces } from "../faces.ts";
import { openIfSound } from "../packed.ts";
import { pairOf, PAIRS_RECIPE } from "./decode.ts";
import type { PairsOptions } from "./open.ts";
import { PackedPairs, PairsWriter } from "./packed_pairs.ts";

/** How many, and how large: divisible by 2, 3 and 4. */
const FACES = { count: 200, side: 192 };

/** Opens drawn faces as pairs, prepared once into the cache. The caller disposes of them. */
export async function openFacePairs(options: PairsOptions): Promise<PackedPairs> {
  const folder = join(options.cacheDir, "pairs");
  using faces = openFaces({ size: FACES.side, channels: 3, seed: 1 });
  const recipe = `${faces.info.fingerprint}-${PAIRS_RECIPE.replace(/[^a-z0-9.]+/gi, "-")}`;
  const path = join(folder, `${recipe}-${FACES.count}-x${options.scale}.pack`);
  const known = openIfSound(PackedPairs, path, options.onNotice);
  if (known !== null) return known;
  using writer = new PairsWriter(folder, options.scale);
  const face = new Float32Array(FACES.side ** 2 * 3);
  for (let i = 0; i < FACES.count; i++) {
    faces.read(i, face);
    const picture: Raster = {
      pixels: Uint8Array.from(face, toByte),
      width: FACES.side,
      height: FACES.side,
      channels: 3,
    };
    writer.append(`face ${i}`, pairOf(picture, options.scale)!);
    options.onProgress?.({
      label: "Drawing faces",
      done: i + 1,
      total: FACES.count,
      unit: "images",
    });
    await new Promise((resolve) => setTimeout(resolve)); // so that a stop is heard
    options.signal?.throwIfAborted();
  }
  writer.finish(path);
  return new PackedPairs(path);
}
