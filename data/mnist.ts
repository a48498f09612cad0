/**
 * Sets in the form of MNIST: 28×28 grey pictures of ten classes in two idx files. MNIST is LeCun et
 * al. (1998), http://yann.lecun.com/exdb/mnist/; Fashion-MNIST is Xiao et al. (2017),
 * https://arxiv.org/abs/1708.07747. The 60,000 pictures for training are used.
 */
import { join } from "@std/path";
import { sha256Hex } from "../src/core/fs.ts";
import type { Attribute, ImageDataset, OpenOptions } from "./dataset.ts";
import { download, DownloadError, type RemoteFile } from "./download.ts";
import { DECODE_RECIPE, decodeInParallel } from "./folder/decode.ts";
import { gunzip, type Idx, parseIdx } from "./idx.ts";
import { resizeDigits, SIDE, STRIP } from "./mnist/resize.ts";
import { inOrder } from "./ordered.ts";
import { openIfSound, PackedImages } from "./packed.ts";
import { PackedDataset } from "./packed_dataset.ts";
import { PackedWriter } from "./packed_writer.ts";

type Part = Omit<RemoteFile, "urls"> & { readonly file: string };

/** Where a set comes from and what its classes are called. */
export interface DigitSet {
  readonly name: "mnist" | "fashion-mnist";
  /** Addresses of folders, each with both files. */
  readonly mirrors: readonly string[];
  readonly images: Part;
  readonly labels: Part;
  /** Attribute names by label. */
  readonly classes: readonly string[];
}

const IMAGES = "train-images-idx3-ubyte.gz";
const LABELS = "train-labels-idx1-ubyte.gz";

/** Handwritten digits, LeCun et al. (1998). */
export const MNIST: DigitSet = {
  name: "mnist",
  mirrors: [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ],
  images: {
    file: IMAGES,
    bytes: 9_912_422,
    sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
  },
  labels: {
    file: LABELS,
    bytes: 28_881,
    sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
  },
  classes: Array.from({ length: 10 }, (_, digit) => `digit=${digit}`),
};

/** Articles of clothing, Xiao et al. (2017), https://arxiv.org/abs/1708.07747 */
export const FASHION_MNIST: DigitSet = {
  name: "fashion-mnist",
  mirrors: [
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
  ],
  images: {
    file: IMAGES,
    bytes: 26_421_880,
    sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
  },
  labels: {
    file: LABELS,
    bytes: 29_515,
    sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
  },
  classes: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
};

/** The hosts that downloads come from: what `--allow-net` must name. */
export const DOWNLOAD_HOSTS: readonly string[] = [MNIST, FASHION_MNIST]
  .flatMap(({ mirrors }) => mirrors.map((mirror) => new URL(mirror).host));

interface Source {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
}

/** Reads a file from a folder of the user's: packed or not, named as published or with a dot. */
async function readOwn(folder: string, file: string): Promise<Source> {
  const plain = file.replace(/\.gz$/, "");
  const dotted = plain.replace(/-(idx\d)/, ".$1"); // as some copies have it
  for (const name of [file, plain, `${dotted}.gz`, dotted]) {
    const path = join(folder, name);
    try {
      const bytes = await Deno.readFile(path);
      return { path, bytes, sha256: await sha256Hex(bytes) };
    } catch (error) {
      const { NotFound, NotADirectory } = Deno.errors;
      if (!(error instanceof NotFound || error instanceof NotADirectory)) throw error;
    }
  }
  throw new RangeError(
    `Cannot read images from "${folder}": expected a folder with "${file}" (or "${plain}"), found ` +
      `none there`,
  );
}

/** Reads a published file from the cache, where it is downloaded to first if it is missing. */
async function readPublished(set: DigitSet, part: Part, options: OpenOptions): Promise<Source> {
  const folder = join(options.cacheDir, set.name);
  const path = join(folder, part.file);
  try {
    const urls = set.mirrors.map((mirror) => new URL(part.file, mirror).href);
    const { signal, onProgress } = options;
    await download({ ...part, urls }, path, { signal, onProgress });
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    throw new DownloadError(
      `Cannot download "${part.file}" of ${set.name} (${error.message}). Without a connection, put ` +
        `"${set.images.file}" and "${set.labels.file}" into "${folder}" by hand, or name a folder ` +
        `that has them: --data ${set.name}:PATH`,
      { cause: error },
    );
  }
  const bytes = await Deno.readFile(path);
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== part.sha256) {
    throw new RangeError(
      `Cannot use "${path}": expected sha256 ${part.sha256}, got ${sha256}. Delete it, and it is ` +
        `downloaded again; files of your own are opened with --data ${set.name}:PATH`,
    );
  }
  return { path, bytes, sha256 };
}

async function readIdx({ path, bytes }: Source, axes: number): Promise<Idx> {
  return parseIdx(await gunzip(bytes, path), path, axes);
}

/** One binary attribute a class; an image is of exactly one. */
function classAttributes(set: DigitSet, labels: Idx, path: string): Attribute[] {
  const odd = labels.values.findIndex((label) => label >= set.classes.length);
  if (odd >= 0) {
    throw new RangeError(
      `Cannot read labels from "${path}": expected 0 to ${set.classes.length - 1}, got ` +
        `${labels.values[odd]} for image ${odd}`,
    );
  }
  return set.classes.map((name, label) => ({
    name,
    kind: "binary",
    choice: "class",
    values: Float32Array.from(labels.values, (value) => value === label ? 1 : 0),
  }));
}

/** Grey pixels as RGB. */
function threefold(grey: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 3 * grey.length }, (_, i) => grey[Math.floor(i / 3)]!);
}

/** Writes all images at the size asked for to `path`. */
async function packImages(
  set: DigitSet,
  source: Source,
  path: string,
  options: OpenOptions,
): Promise<PackedImages> {
  const { size, channels = 1, signal, onProgress } = options;
  const { shape: [count, rows, columns], values } = await readIdx(source, 3);
  if (rows !== SIDE || columns !== SIDE) {
    throw new RangeError(
      `Cannot read images from "${source.path}": expected ${SIDE}×${SIDE} pixels, got ` +
        `${rows}×${columns}`,
    );
  }
  decodeInParallel();
  using writer = new PackedWriter(join(options.cacheDir, set.name), size, channels);
  const strips = Array.from({ length: Math.ceil(count! / STRIP) }, (_, i) => i * STRIP);
  const resize = (first: number) =>
    resizeDigits(values, first, Math.min(first + STRIP, count!), size);
  const limit = Math.max(1, options.threads);
  for await (const strip of inOrder(strips, resize, { limit, signal })) {
    for (const grey of strip) {
      writer.append(`${writer.length}`, channels === 1 ? grey : threefold(grey));
    }
    const done = writer.length;
    onProgress?.({ label: `Preparing ${set.name}`, done, total: count!, unit: "images" });
  }
  writer.finish(path);
  return new PackedImages(path);
}

/**
 * Opens a set from `folder`, or downloads it into the cache where `folder` is null. Grey unless
 * `channels` is 3; every class is an attribute. Throws a RangeError for files that are not the set's
 * form, a DownloadError that says where to put the files by hand, and the signal's reason.
 */
export async function openDigits(
  set: DigitSet,
  folder: string | null,
  options: OpenOptions,
): Promise<ImageDataset> {
  const read = (part: Part) =>
    folder === null ? readPublished(set, part, options) : readOwn(folder, part.file);
  const images = await read(set.images);
  const labels = await read(set.labels);
  const labelIdx = await readIdx(labels, 1);
  const attributes = classAttributes(set, labelIdx, labels.path);
  const recipe = [DECODE_RECIPE, options.size, options.channels ?? 1, images.sha256];
  const key = await sha256Hex(new TextEncoder().encode(JSON.stringify(recipe)));
  const path = join(options.cacheDir, set.name, `${key.slice(0, 32)}.pack`);
  const packed = openIfSound(PackedImages, path, options.onNotice) ??
    await packImages(set, images, path, options);
  const count = packed.header.names.length;
  if (count !== labelIdx.values.length) {
    packed[Symbol.dispose]();
    throw new RangeError(
      `Cannot join "${labels.path}" to "${images.path}": expected a label an image (${count}), got ` +
        `${labelIdx.values.length}`,
    );
  }
  const name = folder === null ? set.name : `${set.name}:${folder}`;
  return new PackedDataset(packed, { name, attributes });
}
