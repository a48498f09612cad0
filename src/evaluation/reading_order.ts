/** In which order a dataset's pictures are measured, so that any first few of them are a fair choice. */
import { hash32, hashText, Rng } from "../core/rng.ts";

/** How the order is drawn. */
export interface OrderOptions {
  readonly seed: number;
  /** Whether pictures count mirrored too, as in a training that mirrors half of them. */
  readonly mirror: boolean;
}

const MIRROR = hashText("evaluation mirror");

/** Pictures by the place they are read at. Everything depends on length and options alone. */
export class ReadingOrder {
  /** Places: one a picture, or two where mirrored ones count. */
  readonly length: number;
  readonly #pictures: Uint32Array;
  readonly #options: OrderOptions;

  /** `pictures` is how many the dataset has. */
  constructor(pictures: number, options: OrderOptions) {
    this.#pictures = new Rng(options.seed, "evaluation order").permutation(pictures);
    this.#options = { ...options };
    this.length = options.mirror ? 2 * pictures : pictures;
  }

  /**
   * The picture at a place. Where mirrored ones count, every picture comes once, either way by the
   * toss of a coin, before any comes the other way.
   */
  at(place: number): { readonly picture: number; readonly mirrored: boolean } {
    const { seed, mirror } = this.#options;
    const count = this.#pictures.length;
    const picture = this.#pictures[place % count]!;
    if (!mirror) return { picture, mirrored: false };
    const heads = hash32(seed, Math.floor(seed / 2 ** 32), MIRROR, picture) >= 2 ** 31;
    return { picture, mirrored: heads === place < count };
  }
}
