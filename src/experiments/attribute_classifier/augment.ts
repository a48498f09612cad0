/**
 * Changes to a training image that leave its attributes what they are, so that a classifier minds
 * neither a pixel's shift nor the softness and the speckle of a generator's images.
 */
import { Rng } from "../../core/rng.ts";

/** How images may be changed. */
export interface Augmentation {
  /** Mirror half of them. */
  readonly mirror: boolean;
  /** Largest shift along either axis, in pixels. */
  readonly shift: number;
  /** Share of the images that are softened, by a binomial blur mixed in at up to one. */
  readonly blurShare: number;
  /** Largest standard deviation of added noise, in the images' range of 2. */
  readonly noise: number;
}

/** For images of this side: shifts of a pixel in 64. */
export function augmentationFor(size: number, mirror: boolean): Augmentation {
  return { mirror, shift: Math.max(1, Math.round(size / 64)), blurShare: 0.2, noise: 0.03 };
}

/** A prime, so that runs of noise from different places differ. */
const NOISE_VALUES = 65_521;

/** Changes images of one shape, [H, H, C]. Keeps room for one, so that a call allocates nothing. */
export class Augmenter {
  readonly #size: number;
  readonly #channels: number;
  readonly #options: Augmentation;
  readonly #scratch: Float32Array<ArrayBuffer>;
  readonly #noise: Float32Array<ArrayBuffer>;

  constructor(
    { size, channels }: { readonly size: number; readonly channels: number },
    options: Augmentation,
  ) {
    this.#size = size;
    this.#channels = channels;
    this.#options = options;
    this.#scratch = new Float32Array(size * size * channels);
    this.#noise = new Rng(0, "noise").fillNormal(new Float32Array(NOISE_VALUES));
  }

  /** Changes an image in place, as `rng` draws. The number of draws does not depend on the image. */
  change(image: Float32Array<ArrayBuffer>, rng: Rng): void {
    const { mirror, shift, blurShare, noise } = this.#options;
    const flip = rng.uniform() < 0.5 && mirror;
    const [right, down] = [rng.below(2 * shift + 1) - shift, rng.below(2 * shift + 1) - shift];
    const [blurs, softness] = [rng.uniform() < blurShare, rng.uniform()];
    const [deviation, offset] = [noise * rng.uniform(), rng.below(NOISE_VALUES)];
    if (flip || right !== 0 || down !== 0) this.#move(image, right, down, flip);
    if (blurs) this.#soften(image, softness);
    this.#speckle(image, deviation, offset);
  }

  /** Shifts, edges repeated, and mirrors. */
  #move(image: Float32Array<ArrayBuffer>, right: number, down: number, flip: boolean): void {
    const [size, C, from] = [this.#size, this.#channels, this.#scratch];
    const within = (place: number) => Math.min(size - 1, Math.max(0, place));
    from.set(image);
    let to = 0;
    for (let y = 0; y < size; y++) {
      const row = within(y - down) * size;
      for (let x = 0; x < size; x++) {
        const column = within(x - right);
        const source = (row + (flip ? size - 1 - column : column)) * C;
        for (let c = 0; c < C; c++) image[to++] = from[source + c]!;
      }
    }
  }

  /** Mixes in the blur by (1 2 1)/4 along both axes, by `share`. */
  #soften(image: Float32Array<ArrayBuffer>, share: number): void {
    const [size, C, row] = [this.#size, this.#channels, this.#size * this.#channels];
    const once = this.#scratch;
    for (let i = 0; i < image.length; i++) {
      const place = i % row;
      const [left, right] = [place < C ? i : i - C, place >= row - C ? i : i + C];
      once[i] = (image[left]! + 2 * image[i]! + image[right]!) / 4;
    }
    const last = (size - 1) * row;
    for (let i = 0; i < image.length; i++) {
      const [above, below] = [i < row ? i : i - row, i >= last ? i : i + row];
      const blurred = (once[above]! + 2 * once[i]! + once[below]!) / 4;
      image[i] = image[i]! + share * (blurred - image[i]!);
    }
  }

  #speckle(image: Float32Array<ArrayBuffer>, deviation: number, offset: number): void {
    for (let i = 0; i < image.length; i++) {
      const value = image[i]! + deviation * this.#noise[(offset + i) % NOISE_VALUES]!;
      image[i] = value < -1 ? -1 : value > 1 ? 1 : value;
    }
  }
}
