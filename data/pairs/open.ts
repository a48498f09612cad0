/** Pictures of a folder with their small versions, prepared once into a packed file. */
import { join } from "@std/path";
import type { OpenOptions } from "../dataset.ts";
import { FolderCache } from "../folder/cache.ts";
import { decodeInParallel } from "../folder/decode.ts";
import type { Listing, PictureFile } from "../folder/list.ts";
import { listFolder, readContents, readPicture } from "../folder/read.ts";
import { inOrder } from "../ordered.ts";
import { openIfSound } from "../packed.ts";
import { decodeWhole, onWhite, pairOf, PAIRS_RECIPE } from "./decode.ts";
import { openFacePairs } from "./faces.ts";
import { PackedPairs, PairsWriter } from "./packed_pairs.ts";

/** What opening pairs takes. */
export interface PairsOptions
  extends Pick<OpenOptions, "cacheDir" | "threads" | "signal" | "onProgress" | "onNotice"> {
  /** How many times as large as its small version a picture is. */
  readonly scale: number;
}

/** Decodes every picture into `writer` and returns the files' digests. */
async function prepareAll(
  path: string,
  { pictures, unreadable }: Listing,
  writer: PairsWriter,
  options: PairsOptions,
): Promise<string[]> {
  decodeInParallel();
  const prepare = async (file: PictureFile) => {
    const { content, bytes } = await readPicture(path, file);
    const picture = bytes && await decodeWhole(bytes);
    return { name: file.name, content, pair: picture && pairOf(onWhite(picture), options.scale) };
  };
  const contents: string[] = [];
  unreadable.forEach((name) => writer.skip(name));
  const parallel = { limit: 2 * options.threads, signal: options.signal };
  for await (const { name, content, pair } of inOrder(pictures, prepare, parallel)) {
    contents.push(content);
    if (pair === null) writer.skip(name);
    else writer.append(name, pair);
    options.onProgress?.({
      label: "Preparing pictures",
      done: contents.length,
      total: pictures.length,
      unit: "images",
    });
  }
  return contents;
}

/** The pictures below `path`: from the cache where they are the folder's, else decoded anew. */
async function openFolderPairs(path: string, given: PairsOptions): Promise<PackedPairs> {
  const options = { ...given, threads: Math.max(1, given.threads) };
  const folder = join(options.cacheDir, "pairs");
  const listedMs = Date.now();
  const listing = listFolder(path);
  const recipe = JSON.stringify([PAIRS_RECIPE, options.scale]);
  const cache = await FolderCache.of(listing, { root: path, listedMs, recipe }, {
    folder,
    open: (file) => openIfSound(PackedPairs, file, options.onNotice),
  });
  const untouched = cache.openUntouched();
  if (untouched !== null) return untouched;
  if (cache.mayKnowContent()) {
    const known = await cache.openContent(await readContents(path, listing.pictures, options));
    if (known !== null) return known;
  }
  using writer = new PairsWriter(folder, options.scale);
  const contents = await prepareAll(path, listing, writer, options);
  if (writer.length === 0) {
    throw new RangeError(
      `Cannot read pictures from "${path}": none of its ${writer.skipped.length} files could be used. ` +
        `Expected whole JPEG, PNG, WebP or AVIF files of ${options.scale} pixels or more a side`,
    );
  }
  return await cache.keep(contents, (file) => writer.finish(file));
}

/** Throws a RangeError for what names no pictures. Opens nothing. */
export function assertPairsSpec(spec: string): void {
  if (spec === "faces" || /^folder:./s.test(spec)) return;
  throw new RangeError(
    `Cannot open pictures "${spec}": to learn to enlarge takes pictures of some size. ` +
      "Expected folder:PATH, or faces for those that the lab draws",
  );
}

/**
 * Opens `folder:PATH`, pictures of any size in the order of their paths, or `faces`, which the lab draws:
 * each cut to multiples of the scale, with its small version by MATLAB's bicubic. The caller disposes of
 * them. Throws a RangeError for another text and for a folder without pictures that can be read, and
 * the signal's reason when aborted; nothing half-made stays.
 */
export async function openPairs(spec: string, options: PairsOptions): Promise<PackedPairs> {
  assertPairsSpec(spec);
  if (spec === "faces") return await openFacePairs(options);
  return await openFolderPairs(spec.slice("folder:".length), options);
}
