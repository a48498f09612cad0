/** The pictures a run was trained on, as it saw them. */
import type { ImageDataset, Preparation } from "../../../data/dataset.ts";
import { type ImageBatch, imageGrid } from "../../core/images.ts";
import { Kept } from "../../core/kept.ts";
import { encodePng } from "../../core/png.ts";
import type { RunStore } from "../../runs/store.ts";
import type { StoredRun } from "../../runs/stored_run.ts";
import { openRunDataset, pictureSettings } from "../dataset_source.ts";
import { ServiceError } from "./messages.ts";

const DATASETS_KEPT = 3;

/** Opens datasets of runs and reads them. Disposing closes them. */
export class TrainingPictures implements Disposable {
  readonly #store: RunStore;
  readonly #cacheDir: string;
  readonly #open = new Kept<ImageDataset>(DATASETS_KEPT);
  /** Those who wait for datasets that are being prepared. */
  readonly #listeners = new Set<(progress: Preparation) => void>();

  constructor(store: RunStore, cacheDir: string) {
    this.#store = store;
    this.#cacheDir = cacheDir;
  }

  /** Picture `index` as PNG. Throws a ServiceError for a dataset or picture that is not there. */
  async png(
    run: string,
    index: number,
    onProgress: (progress: Preparation) => void,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const dataset = await this.dataset(run, onProgress);
    if (index >= dataset.length) {
      throw new ServiceError(
        "missing",
        `There is no picture ${index} in the data of run ${run}: expected 0 to ${
          dataset.length - 1
        }`,
      );
    }
    return await encodePng(imageGrid(readPictures(dataset, index, 1), 1));
  }

  /**
   * The run's dataset, prepared as for its training: kept open while it is in use, so ask anew after a
   * while. Throws a ServiceError where it is gone or another one by now.
   */
  async dataset(id: string, onProgress: (progress: Preparation) => void): Promise<ImageDataset> {
    using run = this.#store.open(id);
    const { data } = run.record();
    if (data === null) throw new ServiceError("missing", `Run ${id} has read no data yet`);
    this.#listeners.add(onProgress);
    try {
      return await this.#open.get(data.fingerprint, () => this.#prepare(run));
    } finally {
      this.#listeners.delete(onProgress);
    }
  }

  async #prepare(run: StoredRun): Promise<ImageDataset> {
    try {
      pictureSettings(run);
    } catch (error) {
      throw new ServiceError("unusable", (error as Error).message, { cause: error });
    }
    const context = {
      cacheDir: this.#cacheDir,
      threads: navigator.hardwareConcurrency,
      onProgress: (progress: Preparation) =>
        this.#listeners.forEach((listener) => listener(progress)),
    };
    try {
      return (await openRunDataset(run, context, "put them back where they were")).dataset;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ServiceError("changed", error.message, { cause: error });
    }
  }

  [Symbol.dispose](): void {
    this.#open[Symbol.dispose]();
  }
}

/** Pictures `from` … `from + count - 1` of a dataset as one batch. */
export function readPictures(dataset: ImageDataset, from: number, count: number): ImageBatch {
  const { size, channels } = dataset;
  const length = size * size * channels;
  const pixels = new Float32Array(count * length);
  for (let i = 0; i < count; i++) {
    dataset.read(from + i, pixels.subarray(i * length, (i + 1) * length));
  }
  return { pixels, count, size, channels };
}
