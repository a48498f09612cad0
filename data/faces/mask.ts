/** Where later parts may draw. */

/** Coverage, [size, size] row-major in [0, 1], with bounds outside which it is 0. */
export class Mask {
  readonly coverage: Float32Array<ArrayBuffer>;
  /** Bounds in whole pixels; right and bottom are exclusive. */
  left: number;
  top: number;
  right = 0;
  bottom = 0;
  readonly #size: number;

  constructor(size: number) {
    this.coverage = new Float32Array(size * size);
    this.#size = this.left = this.top = size;
  }

  /** Empties the mask. */
  clear(): void {
    const { left, right, bottom } = this;
    const size = this.#size;
    if (right > left) {
      for (let y = this.top; y < bottom; y++) {
        this.coverage.fill(0, y * size + left, y * size + right);
      }
    }
    this.left = this.top = size;
    this.right = this.bottom = 0;
  }

  /** Widens the bounds to take in a rectangle. */
  widen(left: number, top: number, right: number, bottom: number): void {
    if (left < this.left) this.left = left;
    if (top < this.top) this.top = top;
    if (right > this.right) this.right = right;
    if (bottom > this.bottom) this.bottom = bottom;
  }
}
