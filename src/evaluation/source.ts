/** Sets of images to measure, whether a generator draws them or a dataset holds them. */
import { namesDataset } from "../../data/open.ts";
import type { ImageBatch } from "../core/images.ts";
import { parseAddress } from "../latent/address.ts";
import { chooseStep } from "../runs/open_generator.ts";
import { StorageError } from "../runs/storage_error.ts";
import type { RunStore } from "../runs/store.ts";

/** Identifies pictures of a dataset, in their order, for what is kept of them. */
export interface KeptPictures {
  /** Of dataset, preparation and order. */
  readonly key: string;
  /** The place in the order that the set begins at. */
  readonly first: number;
}

/** A set of images, read in any order; the same images each time. */
export interface ImageSource extends Disposable {
  /** As a person would write it: `run@500`, `folder:photos`. */
  readonly label: string;
  /** What the set is, in words: `10,000 samples, seeds 0 to 9999`. */
  readonly described: string;
  readonly count: number;
  /** Side of the images, in pixels. */
  readonly size: number;
  readonly channels: number;
  /** Null for what a generator draws: its features are not kept. */
  readonly kept: KeptPictures | null;
  /** All that the set was chosen from, which it may be itself; borrowed, as its dataset is this one's. */
  readonly whole: ImageSource;
  /** Images `from` … `from + count - 1`, [B, H, W, C] in [-1, 1]. */
  read(from: number, count: number): Promise<ImageBatch>;
}

/** What a person's text names. */
export type SourceSpec =
  | { readonly kind: "run"; readonly run: string; readonly step: number }
  | { readonly kind: "dataset"; readonly spec: string };

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false; // asked only to word an error
  }
}

/**
 * What `text` names: a dataset where it begins with the name of one, else a run's checkpoint. Throws a
 * StorageError for a run or checkpoint that is not there, and a RangeError for the address of one picture.
 */
export function parseSource(store: RunStore, text: string): SourceSpec {
  if (namesDataset(text)) return { kind: "dataset", spec: text };
  const address = parseAddress(text);
  if (address.seed !== null) {
    throw new RangeError(
      `Cannot measure "${text}": it names one picture, and metrics compare sets of them. ` +
        `Leave out #${address.seed}; --seed says which seeds are drawn`,
    );
  }
  let id: string;
  try {
    id = store.resolve(address.run);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const meant = isFolder(text) ? ` To measure the pictures in it write folder:${text}.` : "";
    throw new StorageError(
      `${error.message}.${meant} Data sets are faces, folder:PATH, mnist[:PATH] and ` +
        "fashion-mnist[:PATH]",
      { cause: error },
    );
  }
  using run = store.open(id);
  return { kind: "run", run: id, step: chooseStep(run, address.step) };
}

/** Throws a RangeError where two sets' images differ in size or channels. */
export function assertComparable(a: ImageSource, b: ImageSource): void {
  if (a.size === b.size && a.channels === b.channels) return;
  const shape = ({ size, channels }: ImageSource) => `${size}×${size}×${channels}`;
  throw new RangeError(
    `Cannot compare "${a.label}" with "${b.label}": expected images of one shape, got ` +
      `${shape(a)} and ${shape(b)}. Metrics compare sets of images of one size and colour`,
  );
}
