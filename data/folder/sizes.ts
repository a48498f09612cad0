/** What sizes a folder's pictures have before they are prepared: their headers alone are read. */
import { join } from "@std/path";
import sharp from "sharp";
import { z } from "zod";
import { sha256Hex, writeWhole } from "../../src/core/fs.ts";
import type { OpenOptions } from "../dataset.ts";
import { listFolder } from "./read.ts";
import { inOrder } from "../ordered.ts";
import { decodeInParallel } from "./decode.ts";

/** Pictures of one size, upright as their EXIF says. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

const PictureSizes = z.array(z.strictObject({
  width: z.int().min(1),
  height: z.int().min(1),
  count: z.int().min(1),
}));

/** Width and height, or null for what is no picture; opening the folder will name it. */
async function sizeOf(path: string): Promise<readonly [width: number, height: number] | null> {
  try {
    const { autoOrient } = await sharp(path).metadata();
    return [autoOrient.width, autoOrient.height];
  } catch {
    return null; // as in decodePicture, the decoder's reasons vary by library
  }
}

function known(path: string): readonly PictureSize[] | null {
  try {
    return PictureSizes.parse(JSON.parse(Deno.readTextFileSync(path)));
  } catch (error) {
    const ours = [Deno.errors.NotFound, SyntaxError, z.ZodError];
    if (ours.some((kind) => error instanceof kind)) return null; // none yet, or damaged: read anew
    throw error;
  }
}

/**
 * The sizes of the pictures below `path`, the commonest first. Kept in the cache under what the file
 * system tells of the files, so that a folder nobody touched is read once. Throws a RangeError for a
 * folder without pictures.
 */
export async function pictureSizes(
  path: string,
  { cacheDir, threads, signal, onProgress }: Pick<
    OpenOptions,
    "cacheDir" | "threads" | "signal" | "onProgress"
  >,
): Promise<readonly PictureSize[]> {
  const { pictures } = listFolder(path);
  const listing = new TextEncoder().encode(JSON.stringify([Deno.realPathSync(path), pictures]));
  const record = join(cacheDir, "folder", `${(await sha256Hex(listing)).slice(0, 32)}.sizes.json`);
  const before = known(record);
  if (before !== null) return before;
  decodeInParallel();
  const counts = new Map<string, number>();
  let done = 0;
  const read = ({ name }: { readonly name: string }) => sizeOf(join(path, name));
  const parallel = { limit: 4 * Math.max(1, threads), signal };
  for await (const size of inOrder(pictures, read, parallel)) {
    if (size !== null) counts.set(size.join("×"), (counts.get(size.join("×")) ?? 0) + 1);
    done++;
    onProgress?.({ label: "Looking at sizes", done, total: pictures.length, unit: "images" });
  }
  const sizes = Array.from(counts, ([size, count]): PictureSize => {
    const [width, height] = size.split("×").map(Number) as [number, number];
    return { width, height, count };
  }).sort((a, b) => b.count - a.count || a.width - b.width || a.height - b.height);
  Deno.mkdirSync(join(cacheDir, "folder"), { recursive: true });
  writeWhole(record, new TextEncoder().encode(JSON.stringify(sizes)));
  return sizes;
}
