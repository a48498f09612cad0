/**
 * Anti-aliased filling of closed outlines: each edge adds its exact signed area to the pixels that it
 * crosses, and a running sum along a row turns those into coverage (the method of font-rs and
 * stb_truetype 2). Coverage is a pixel's true covered area, so a picture drawn at twice the size and
 * averaged 2×2 is, up to blending, the picture drawn at the size itself.
 */
import type { Mask } from "./mask.ts";

/** A picture under way, and the shape being painted on it. */
export class Canvas {
  readonly size: number;
  /** The picture, [size, size, 3] row-major sRGB in [0, 1]. Borrowed for one picture. */
  pixels: Float32Array<ArrayBuffer> = new Float32Array(0);
  /** Coverage of the shape last finished, [size, size] row-major; valid within the bounds only. */
  readonly cover: Float32Array<ArrayBuffer>;
  /** Bounds of the current shape in whole pixels; right and bottom are exclusive. */
  left = 0;
  top = 0;
  right = 0;
  bottom = 0;
  readonly #edges: Float32Array<ArrayBuffer>;
  readonly #stride: number;

  constructor(size: number) {
    this.size = size;
    this.#stride = size + 2; // an edge on the right border touches two columns past the picture
    this.#edges = new Float32Array(size * this.#stride);
    this.cover = new Float32Array(size * size);
    this.begin();
  }

  /** Forgets the bounds of the last shape. */
  begin(): void {
    this.left = this.top = this.size;
    this.right = this.bottom = 0;
  }

  /** One edge of the outline, in pixels. Outlines may overlap and leave the picture. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return;
    const { size } = this;
    const sign = y0 < y1 ? 1 : -1;
    if (sign < 0) {
      let swap = x0;
      x0 = x1;
      x1 = swap;
      swap = y0;
      y0 = y1;
      y1 = swap;
    }
    if (y1 <= 0 || y0 >= size) return;
    const first = y0 | 0;
    if (y0 >= 0 && y1 <= first + 1 && y1 <= size) { // most edges of a flattened curve
      this.#widen(x0 < x1 ? x0 : x1, y0, x0 < x1 ? x1 : x0, y1);
      if (x0 < x1) this.#cross(first, x0, x1, (y1 - y0) * sign);
      else this.#cross(first, x1, x0, (y1 - y0) * sign);
      return;
    }
    this.#descend(x0, y0, x1, y1, sign);
  }

  /** An edge over several rows, from y0 down to y1. */
  #descend(x0: number, y0: number, x1: number, y1: number, sign: number): void {
    const { size } = this;
    const slope = (x1 - x0) / (y1 - y0);
    if (y0 < 0) {
      x0 -= y0 * slope;
      y0 = 0;
    }
    if (y1 > size) {
      x1 -= (y1 - size) * slope;
      y1 = size;
    }
    this.#widen(x0 < x1 ? x0 : x1, y0, x0 < x1 ? x1 : x0, y1);
    let x = x0;
    let y = y0;
    for (let row = Math.floor(y0); row < y1; row++) {
      const end = row + 1 < y1 ? row + 1 : y1;
      const next = x + slope * (end - y);
      if (x < next) this.#cross(row, x, next, (end - y) * sign);
      else this.#cross(row, next, x, (end - y) * sign);
      x = next;
      y = end;
    }
  }

  #widen(x0: number, y0: number, x1: number, y1: number): void {
    const { size } = this;
    const left = x0 < 0 ? 0 : x0 > size ? size : x0 | 0;
    const right = x1 < 0 ? 0 : x1 > size ? size : Math.ceil(x1);
    if (left < this.left) this.left = left;
    if (right > this.right) this.right = right;
    if (y0 < this.top) this.top = y0 | 0;
    if (y1 > this.bottom) this.bottom = Math.ceil(y1);
  }

  /** Adds an edge's piece within one row, from x0 to x1 ≥ x0, `height` being signed. */
  #cross(row: number, x0: number, x1: number, height: number): void {
    const { size } = this;
    const edges = this.#edges;
    if (x0 < 0) x0 = 0;
    else if (x0 > size) x0 = size;
    if (x1 < 0) x1 = 0;
    else if (x1 > size) x1 = size;
    const first = x0 | 0;
    const last = Math.ceil(x1);
    const at = row * this.#stride + first;
    if (last <= first + 1) {
      const beyond = height * (0.5 * (x0 + x1) - first);
      edges[at]! += height - beyond;
      edges[at + 1]! += beyond;
      return;
    }
    // The covered area in each column grows as a trapezoid; its differences go to the edges.
    const slope = height / (x1 - x0);
    const enter = first + 1 - x0;
    const leave = x1 - (last - 1);
    edges[at]! += 0.5 * slope * enter * enter;
    let before = 0.5 * slope * enter * enter;
    for (let column = first + 1; column < last - 1; column++) {
      const area = slope * (column + 0.5 - x0);
      edges[at + column - first]! += area - before;
      before = area;
    }
    const area = height - 0.5 * slope * leave * leave;
    edges[at + last - 1 - first]! += area - before;
    edges[at + last - first]! += height - area;
  }

  /**
   * Turns the edges drawn since `begin` into coverage. Outlines wound the same way unite where they
   * overlap; one wound the other way cuts a hole.
   */
  finish(): void {
    const { size, cover, left, right } = this;
    const edges = this.#edges;
    for (let y = this.top; y < this.bottom; y++) {
      const from = y * this.#stride;
      const to = y * size;
      let area = 0;
      for (let x = left; x < right; x++) {
        area += edges[from + x]!;
        edges[from + x] = 0;
        const covered = area < 0 ? -area : area;
        cover[to + x] = covered < 1 ? covered : 1;
      }
      edges[from + right] = 0;
      edges[from + right + 1] = 0;
    }
  }

  /** Leaves nothing of the shape outside `mask`, and its bounds within `margin` of the mask's. */
  #bound(mask: Mask, margin: number): void {
    this.left = Math.max(this.left, mask.left - margin);
    this.top = Math.max(this.top, mask.top - margin);
    this.right = Math.min(this.right, mask.right + margin);
    this.bottom = Math.min(this.bottom, mask.bottom + margin);
  }

  /** Keeps of the shape what lies within `mask`. */
  clip(mask: Mask): void {
    this.#bound(mask, 0);
    const { size, cover, left, right } = this;
    const { coverage } = mask;
    for (let y = this.top; y < this.bottom; y++) {
      const end = y * size + right;
      for (let i = y * size + left; i < end; i++) cover[i]! *= coverage[i]!;
    }
  }

  /** Unites `mask` with the shape. */
  keep(mask: Mask): void {
    const { size, cover, left, top, right, bottom } = this;
    if (left >= right) return;
    const { coverage } = mask;
    mask.widen(left, top, right, bottom);
    for (let y = top; y < bottom; y++) {
      const end = y * size + right;
      for (let i = y * size + left; i < end; i++) {
        if (cover[i]! > coverage[i]!) coverage[i] = cover[i]!;
      }
    }
  }

  /**
   * Blurs the shape by a two-sided exponential of standard deviation `sigma` pixels in either
   * direction: two recursive passes an axis, so that the cost does not grow with the radius. With a
   * mask, only what can reach it is blurred.
   */
  soften(sigma: number, mask: Mask | null): void {
    const { size, cover } = this;
    const reach = Math.ceil(3 * sigma);
    if (mask !== null) this.#bound(mask, reach);
    this.#grow(reach);
    const { left, top, right, bottom } = this;
    const q = 1 + 1 / (sigma * sigma);
    const keep = q - Math.sqrt(q * q - 1); // variance of the kernel: 2 keep / (1 − keep)² = sigma²
    for (let y = top; y < bottom; y++) {
      const row = y * size;
      for (let i = row + left + 1; i < row + right; i++) {
        cover[i]! += keep * (cover[i - 1]! - cover[i]!);
      }
      for (let i = row + right - 2; i >= row + left; i--) {
        cover[i]! += keep * (cover[i + 1]! - cover[i]!);
      }
    }
    for (let y = top + 1; y < bottom; y++) {
      const end = y * size + right;
      for (let i = y * size + left; i < end; i++) {
        cover[i]! += keep * (cover[i - size]! - cover[i]!);
      }
    }
    for (let y = bottom - 2; y >= top; y--) {
      const end = y * size + right;
      for (let i = y * size + left; i < end; i++) {
        cover[i]! += keep * (cover[i + size]! - cover[i]!);
      }
    }
  }

  /** Widens the bounds by `margin` pixels and clears the coverage gained. */
  #grow(margin: number): void {
    const { size, cover, left, top, right, bottom } = this;
    if (left >= right || top >= bottom) return;
    this.left = Math.max(0, left - margin);
    this.top = Math.max(0, top - margin);
    this.right = Math.min(size, right + margin);
    this.bottom = Math.min(size, bottom + margin);
    for (let y = this.top; y < this.bottom; y++) {
      const row = y * size;
      if (y < top || y >= bottom) {
        cover.fill(0, row + this.left, row + this.right);
      } else {
        cover.fill(0, row + this.left, row + left);
        cover.fill(0, row + right, row + this.right);
      }
    }
  }
}
