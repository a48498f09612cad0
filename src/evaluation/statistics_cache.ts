/**
 * What was computed of real pictures, kept on disk: features row by row in a dataset's reading order,
 * and the Gaussians of stretches of it. Files appear whole, so processes may share a cache; one that is
 * damaged is told of and made anew.
 */
import { join } from "@std/path";
import { sha256Hex } from "../core/fs.ts";
import type { SafetensorsArray } from "../core/safetensors.ts";
import type { Extracted, FeatureExtractor, FeatureMatrix } from "../metrics/extractor.ts";
import type { Gaussian } from "../metrics/gaussian.ts";
import { readSealed, type SealedArrays, writeSealed } from "./sealed_file.ts";
import type { KeptPictures } from "./source.ts";

/** To be raised with every change that alters what is kept. */
const VERSION = 1;
/** A file in the making this old was left by a killed process. */
const ORPHAN_AGE_MS = 3_600_000;

/** What decides about features besides the pictures. */
export interface FeatureOrigin {
  readonly extractor: Pick<FeatureExtractor, "name" | "fingerprint">;
  /** Rounding differs between devices: `simd`, `webgpu`. */
  readonly backend: string;
}

function matrix(rows: FeatureMatrix): SafetensorsArray {
  return { dtype: "F32", shape: [rows.count, rows.dim], data: rows.values };
}

function asMatrix(array: SafetensorsArray | undefined): FeatureMatrix | null {
  if (!(array?.data instanceof Float32Array) || array.shape.length !== 2) return null;
  const [count, dim] = array.shape as [number, number];
  return { values: array.data, count, dim };
}

function asVector(array: SafetensorsArray | undefined): Float64Array<ArrayBuffer> | null {
  return array?.data instanceof Float64Array ? array.data : null;
}

/** Statistics of real pictures under one folder. Opens nothing between calls. */
export class StatisticsCache {
  readonly #folder: string;
  readonly #onNotice: (message: string) => void;

  /** Under `cacheDir`, which is made where missing. `onNotice` is told of what went wrong and mended itself. */
  constructor(cacheDir: string, onNotice: (message: string) => void = () => {}) {
    this.#folder = join(cacheDir, "statistics");
    this.#onNotice = onNotice;
  }

  /** The features of as many pictures as were kept, from the order's first on; null where none were. */
  async features(pictures: KeptPictures, origin: FeatureOrigin): Promise<Extracted | null> {
    const found = this.#read(await this.#path(pictures, origin, "features"));
    const features = asMatrix(found?.arrays.get("features"));
    if (features === null) return null;
    return { features, probabilities: asMatrix(found?.arrays.get("probabilities")) };
  }

  /** Keeps the features of the order's first pictures, unless those of as many are kept already. */
  async keepFeatures(
    pictures: KeptPictures,
    origin: FeatureOrigin,
    { features, probabilities }: Extracted,
  ): Promise<void> {
    const before = await this.features(pictures, origin);
    if (before !== null && before.features.count >= features.count) return;
    const arrays = new Map([["features", matrix(features)]]);
    if (probabilities !== null) arrays.set("probabilities", matrix(probabilities));
    this.#write(await this.#path(pictures, origin, "features"), arrays, pictures, origin);
  }

  /** The Gaussian of `count` pictures from `pictures.first` on, or null. */
  async gaussian(
    pictures: KeptPictures,
    origin: FeatureOrigin,
    count: number,
  ): Promise<Gaussian | null> {
    const stretch = `gaussian ${pictures.first} ${count}`;
    const found = this.#read(await this.#path(pictures, origin, stretch));
    const mean = asVector(found?.arrays.get("mean"));
    const covariance = asVector(found?.arrays.get("covariance"));
    return mean === null || covariance === null ? null : { mean, covariance, count };
  }

  /** Keeps the Gaussian of the pictures from `pictures.first` on. */
  async keepGaussian(
    pictures: KeptPictures,
    origin: FeatureOrigin,
    { mean, covariance, count }: Gaussian,
  ): Promise<void> {
    const dim = mean.length;
    const arrays = new Map<string, SafetensorsArray>([
      ["mean", { dtype: "F64", shape: [dim], data: mean }],
      ["covariance", { dtype: "F64", shape: [dim, dim], data: covariance }],
    ]);
    const stretch = `gaussian ${pictures.first} ${count}`;
    this.#write(await this.#path(pictures, origin, stretch), arrays, pictures, origin);
  }

  async #path(pictures: KeptPictures, origin: FeatureOrigin, what: string): Promise<string> {
    const { extractor: { fingerprint }, backend } = origin;
    const all = JSON.stringify([VERSION, fingerprint, backend, pictures.key, what]);
    const key = await sha256Hex(new TextEncoder().encode(all));
    return join(this.#folder, `${key.slice(0, 32)}.safetensors`);
  }

  #read(path: string): SealedArrays | null {
    try {
      return readSealed(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
      this.#onNotice(`Statistics of pictures are made anew: ${error.message}`);
      return null;
    }
  }

  /** A cache that takes nothing costs time and no figure; so does one that gives nothing. */
  #write(
    path: string,
    arrays: ReadonlyMap<string, SafetensorsArray>,
    { key }: KeptPictures,
    { extractor, backend }: FeatureOrigin,
  ): void {
    const { name, fingerprint } = extractor;
    const metadata = { pictures: key, extractor: name, fingerprint, backend };
    try {
      Deno.mkdirSync(this.#folder, { recursive: true });
      this.#sweepOrphans();
      writeSealed(path, { arrays, metadata });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable || !(error instanceof Error)) throw error;
      this.#onNotice(
        `Statistics of pictures cannot be kept in "${this.#folder}" and will be computed again: ` +
          error.message,
      );
    }
  }

  #sweepOrphans(): void {
    for (const { name } of Deno.readDirSync(this.#folder)) {
      if (!name.endsWith(".tmp")) continue;
      const path = join(this.#folder, name);
      try {
        const age = Date.now() - (Deno.statSync(path).mtime?.getTime() ?? Infinity);
        if (age > ORPHAN_AGE_MS) Deno.removeSync(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error; // another process was quicker
      }
    }
  }
}
