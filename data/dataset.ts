/** What every dataset is: images by index, as typed arrays, never a tensor. */
import type { DatasetInfo } from "../src/core/protocol.ts";

/** A column of the dataset's attribute table. Binary values are 0 and 1; NaN where unknown. */
export interface Attribute {
  readonly name: string;
  readonly kind: "binary" | "continuous";
  /** One value an image, by index. */
  readonly values: Float32Array<ArrayBuffer>;
  /**
   * The choice that this binary column is one option of. Of the columns of one choice exactly one is 1
   * for each image, or all are NaN.
   */
  readonly choice?: string;
  /** The attribute whose amount or kind it is: `smile` of `smiling`. They change together. */
  readonly of?: string;
  /** Whether it says who is shown, rather than pose, expression, dress or surroundings. */
  readonly identity?: boolean;
}

/** Images by index, each always the same, with what is known of them. */
export interface ImageDataset extends Disposable {
  readonly info: DatasetInfo;
  readonly length: number;
  readonly size: number;
  readonly channels: number;
  /**
   * Writes image `index` into `out`, [size, size, channels] row-major in [-1, 1]. Synchronous: a
   * batch is read within a step. Throws a RangeError for an index past the end.
   */
  read(index: number, out: Float32Array<ArrayBuffer>): void;
  /** The attribute table, computed or loaded on first call; empty where the dataset has none. */
  attributes(): readonly Attribute[];
}

/** How far a slow preparation has come, for a progress bar. */
export interface Preparation {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** What done and total count: `images`, `bytes`. */
  readonly unit: string;
}

/** What opening any dataset takes; each reads what concerns it. */
export interface OpenOptions {
  /** Side of the square images, in pixels. */
  readonly size: number;
  /** 1 or 3; left out, the dataset's own. */
  readonly channels?: 1 | 3;
  /** Seed of generated datasets. */
  readonly seed: number;
  readonly attributesFile?: string;
  /** Where prepared files are kept: `data/cache`. */
  readonly cacheDir: string;
  /** Files decoded at once. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Preparation) => void;
  /** Told what a person should know and nothing failed over: a cache made anew, rows left out. */
  readonly onNotice?: (message: string) => void;
}
