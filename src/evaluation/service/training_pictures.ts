/** The pictures a run was trained on, as it saw them. */
import type { ImageDataset, Preparation } from "../../../data/dataset.ts";
import { openDataset } from "../../../data/open.ts";
import { type ImageBatch, imageGrid } from "../../core/images.ts";
import { encodePng } from "../../core/png.ts";
import { isImageConfig } from "../../experiments/image_data.ts";
import { experiments } from "../../experiments/registry.ts";
import type { RunStore } from "../../runs/store.ts";
import { Kept } from "../../core/kept.ts";
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
   * while. Throws a ServiceError where it is another one by now.
   */
  async dataset(id: string, onProgress: (progress: Preparation) => void): Promise<ImageDataset> {
    using run = this.#store.open(id);
    const { data, experiment, config } = run.record();
    if (data === null) throw new ServiceError("missing", `Run ${id} has read no data yet`);
    this.#listeners.add(onProgress);
    try {
      return await this.#open.get(data.fingerprint, async () => {
        const dataset = await this.#prepare(id, experiment, config);
        if (dataset.info.fingerprint === data.fingerprint) return dataset;
        const { length, info } = dataset;
        dataset[Symbol.dispose]();
        throw new ServiceError(
          "changed",
          `The data of run ${id} has changed since it was trained: "${data.name}" had ` +
            `${data.length} pictures of fingerprint ${data.fingerprint.slice(0, 12)}, and has ` +
            `${length} of ${info.fingerprint.slice(0, 12)} now`,
        );
      });
    } finally {
      this.#listeners.delete(onProgress);
    }
  }

  async #prepare(id: string, experiment: string, recorded: unknown): Promise<ImageDataset> {
    const known = Object.values(experiments).find(({ name }) => name === experiment);
    if (!known) {
      throw new ServiceError(
        "unusable",
        `Run ${id} is of "${experiment}", which this lab does not know`,
      );
    }
    try {
      const config = known.parseConfig(recorded);
      if (!isImageConfig(config)) {
        throw new ServiceError(
          "unusable",
          `Run ${id} is of "${experiment}", whose pictures are of many sizes: none can be shown here`,
        );
      }
      return await openDataset(config.data, {
        size: config.size,
        ...(config.channels === null ? {} : { channels: config.channels }),
        seed: config.seed,
        cacheDir: this.#cacheDir,
        threads: navigator.hardwareConcurrency,
        onProgress: (progress) => this.#listeners.forEach((listener) => listener(progress)),
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ServiceError(
        "changed",
        `The data of run ${id} cannot be opened any more. ${error.message}`,
        { cause: error },
      );
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
