/** Enlarges pictures on the worker's device, and compares them with the truth. */
import { decodeUpright, type WholePicture } from "../../../data/pairs/decode.ts";
import type { Preparation } from "../../../data/dataset.ts";
import type { EnlargeScale } from "../../core/enlarge_protocol.ts";
import type { Raster } from "../../core/images.ts";
import { Kept } from "../../core/kept.ts";
import { encodePng } from "../../core/png.ts";
import { joined } from "../../nn/enlarge.ts";
import { type BandOptions, type Enlarger, openEnlarger } from "../../runs/open_enlarger.ts";
import type { RunStore } from "../../runs/store.ts";
import { enlargedBands } from "../enlarging/transparency.ts";
import { compareWithTruth, type Figures, type PictureMeasure } from "../enlargement.ts";
import { type EnlargerRef, type Orders, ServiceError } from "./messages.ts";

/** Networks kept open: as many as a page compares. */
const ENLARGERS_KEPT = 4;

/** How an order is watched and ended. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Preparation) => void;
}

/** A measure, and its network. */
export type OpenMeasure = PictureMeasure & Disposable;

/** Keeps networks open. One order at a time: a network may be closed for another's sake. */
export class Enlarging implements Disposable {
  readonly #store: RunStore;
  readonly #openMeasure: () => Promise<OpenMeasure | null>;
  readonly #open = new Kept<Enlarger>(ENLARGERS_KEPT);
  #measure: Promise<OpenMeasure | null> | null = null;

  /** `openMeasure` opens what figures are told by besides PSNR and SSIM, when first needed; null for nothing. */
  constructor(store: RunStore, openMeasure: () => Promise<OpenMeasure | null>) {
    this.#store = store;
    this.#openMeasure = openMeasure;
  }

  /**
   * Enlarges. Throws a ServiceError for a network that cannot, a StorageError for one that is damaged, and
   * the signal's reason.
   */
  async enlarge(
    { enlarger: ref, scale, low, truth }: Orders["enlarge"]["asks"],
    { signal, onProgress }: Watch,
  ): Promise<Orders["enlarge"]["gives"]> {
    const enlarger = await this.#enlarger(ref, scale);
    const picture = await decodeUpright(low);
    const started = performance.now();
    const onTile = (done: number, total: number) =>
      onProgress({ label: "Enlarging", done, total, unit: "tiles" });
    const made = await gathered(enlarger, picture, { signal, onTile });
    const seconds = (performance.now() - started) / 1000;
    const figures = truth && await this.#figures(made, truth, scale);
    signal.throwIfAborted();
    return { png: await encodePng(made), figures, seconds };
  }

  async #figures(made: Raster, truth: Uint8Array, scale: EnlargeScale): Promise<Figures> {
    const measure = await (this.#measure ??= this.#openMeasure());
    const { colour } = await decodeUpright(truth);
    return await compareWithTruth(made, colour, scale, measure === null ? [] : [measure]);
  }

  async #enlarger(ref: EnlargerRef, scale: EnlargeScale): Promise<Enlarger> {
    if (ref === "bicubic") return await openEnlarger(this.#store, { model: ref, scale });
    const name = `${ref.run}@${ref.step}`;
    const enlarger = await this.#open.get(`${name} ${ref.sha256}`, async () => {
      try {
        return await openEnlarger(this.#store, { model: name, scale: null });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new ServiceError("unusable", error.message, { cause: error });
      }
    });
    if (enlarger.scale === scale) return enlarger;
    throw new ServiceError(
      "unusable",
      `Cannot enlarge ${scale} times with ${name}: it enlarges ${enlarger.scale} times`,
    );
  }

  [Symbol.dispose](): void {
    this.#open[Symbol.dispose]();
    void this.#measure?.then((measure) => measure?.[Symbol.dispose](), () => {});
  }
}

/** The whole result, with transparency where the picture has it. */
async function gathered(
  enlarger: Enlarger,
  picture: WholePicture,
  options: BandOptions,
): Promise<Raster> {
  const { colour, alpha } = picture;
  const [width, height] = [enlarger.scale * colour.width, enlarger.scale * colour.height];
  const channels = alpha === null ? 3 : 4;
  const bands = enlargedBands(enlarger, picture, options);
  return await joined(bands, { width, height, channels });
}
