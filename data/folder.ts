/**
 * Pictures of one's own: `folder:PATH`, any JPEG, PNG, WebP or AVIF below it. Decoded once into a
 * packed file; folder/decode.ts says to what, folder/cache.ts when that file is found again.
 */
import { join } from "@std/path";
import { attributesOf } from "./csv.ts";
import type { ImageDataset, OpenOptions } from "./dataset.ts";
import { FolderCache } from "./folder/cache.ts";
import { folderClasses } from "./folder/classes.ts";
import { DECODE_RECIPE, decodeInParallel, decodePicture, isGrey } from "./folder/decode.ts";
import type { Listing, PictureFile } from "./folder/list.ts";
import { listFolder, readContents, readPicture } from "./folder/read.ts";
import { inOrder } from "./ordered.ts";
import { PackedDataset } from "./packed_dataset.ts";
import { openIfSound, PackedImages } from "./packed.ts";
import { lumaInto, PackedWriter } from "./packed_writer.ts";

/** Decodes every picture into `writer`, RGB or grey as asked, and returns the files' digests. */
async function decodeAll(
  path: string,
  { pictures, unreadable }: Listing,
  writer: PackedWriter,
  options: OpenOptions,
): Promise<{ readonly contents: readonly string[]; readonly grey: boolean }> {
  decodeInParallel();
  const decode = async (file: PictureFile) => {
    const { content, bytes } = await readPicture(path, file);
    return { name: file.name, content, rgb: bytes && await decodePicture(bytes, options.size) };
  };
  const grey = new Uint8Array(options.size ** 2);
  const contents: string[] = [];
  let allGrey = true;
  unreadable.forEach((name) => writer.skip(name));
  // Twice as many as threads: while some decode, others wait for the disk.
  const parallel = { limit: 2 * options.threads, signal: options.signal };
  for await (const { name, content, rgb } of inOrder(pictures, decode, parallel)) {
    contents.push(content);
    if (rgb === null) writer.skip(name);
    else if (options.channels === 1) {
      lumaInto(rgb, grey);
      writer.append(name, grey);
    } else {
      allGrey &&= isGrey(rgb);
      writer.append(name, rgb);
    }
    const done = contents.length;
    options.onProgress?.({
      label: "Decoding pictures",
      done,
      total: pictures.length,
      unit: "images",
    });
  }
  return { contents, grey: allGrey };
}

/** Decodes the folder into the cache. */
async function decodeFolder(
  path: string,
  listing: Listing,
  cache: FolderCache<PackedImages>,
  options: OpenOptions,
): Promise<PackedImages> {
  const { size, channels } = options;
  using writer = new PackedWriter(cacheFolder(options), size, channels ?? 3);
  const { contents, grey } = await decodeAll(path, listing, writer, options);
  if (writer.length === 0) {
    const shown = writer.skipped.slice(0, 3).map((name) => `"${name}"`).join(", ");
    throw new RangeError(
      `Cannot read pictures from "${path}": none of its ${writer.skipped.length} files could be ` +
        `decoded (${shown}${writer.skipped.length > 3 ? ", …" : ""}). Expected whole JPEG, PNG, ` +
        `WebP or AVIF files`,
    );
  }
  if (channels === undefined && grey) writer.toGrey();
  return await cache.keep(contents, (file) => writer.finish(file));
}

function cacheFolder(options: OpenOptions): string {
  return join(options.cacheDir, "folder");
}

/** The folder's prepared images: from the cache where they are the folder's, else decoded anew. */
async function prepare(path: string, options: OpenOptions): Promise<PackedImages> {
  const listedMs = Date.now();
  const listing = listFolder(path);
  const recipe = JSON.stringify([DECODE_RECIPE, options.size, options.channels ?? "own"]);
  const cache = await FolderCache.of(listing, { root: path, listedMs, recipe }, {
    folder: cacheFolder(options),
    open: (path) => openIfSound(PackedImages, path, options.onNotice),
  });
  const untouched = cache.openUntouched();
  if (untouched !== null) return untouched;
  if (cache.mayKnowContent()) {
    const known = await cache.openContent(await readContents(path, listing.pictures, options));
    if (known !== null) return known;
  }
  return await decodeFolder(path, listing, cache, options);
}

/**
 * Opens the pictures below `path`, in the order of their paths. Without `channels` they are grey
 * where every one of them is, else RGB. Their attributes are those of the attributes file, else the
 * classes that folders tell. Throws a RangeError for a folder without pictures and for an
 * attributes file that does not fit, and the signal's reason when aborted; nothing half-made stays.
 */
export async function openFolder(path: string, options: OpenOptions): Promise<ImageDataset> {
  const images = await prepare(path, { ...options, threads: Math.max(1, options.threads) });
  try {
    const { names, skipped } = images.header;
    const attributes = options.attributesFile === undefined
      ? folderClasses(names)
      : attributesOf(options.attributesFile, { names, skipped }, options.onNotice);
    return new PackedDataset(images, { name: `folder:${path}`, attributes });
  } catch (error) {
    images[Symbol.dispose]();
    throw error;
  }
}
