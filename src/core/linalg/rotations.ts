/** Rotations of neighbouring columns, gathered and then applied to a matrix while its rows are in the cache. */
import type { RotationSink } from "./tridiagonal.ts";

/** Rotations kept before they are applied: 1 MB of them, which stays in the cache. */
const KEPT = 65_536;

/**
 * Multiplies an [n, n] matrix by the rotations of QL sweeps, from the right. Gathers sweeps and applies
 * many of them to a few rows at a time.
 */
export class Rotations implements RotationSink {
  readonly #cosines = new Float64Array(KEPT);
  readonly #sines = new Float64Array(KEPT);
  readonly #sweeps: { readonly from: number; readonly count: number }[] = [];
  #used = 0;

  constructor(private readonly matrix: Float64Array, private readonly n: number) {}

  sweep(cosines: Float64Array, sines: Float64Array, from: number, count: number): void {
    for (let done = 0; done < count;) {
      if (this.#used === KEPT) this.apply();
      const some = Math.min(count - done, KEPT - this.#used);
      this.#cosines.set(cosines.subarray(done, done + some), this.#used);
      this.#sines.set(sines.subarray(done, done + some), this.#used);
      this.#sweeps.push({ from: from - done, count: some });
      this.#used += some;
      done += some;
    }
  }

  /** Turns the matrix by all that was gathered; call it once more after the last sweep. */
  apply(): void {
    const { n } = this;
    let row = 0;
    for (; row + 4 <= n; row += 4) this.#turnFour(row * n);
    for (; row < n; row++) this.#turnOne(row * n);
    this.#sweeps.length = 0;
    this.#used = 0;
  }

  /** Four rows at once: their chains of sums hide each other's latency. */
  #turnFour(a: number): void {
    const [z, n, cosines, sines] = [this.matrix, this.n, this.#cosines, this.#sines];
    const [b, c, d] = [a + n, a + 2 * n, a + 3 * n];
    let at = 0;
    for (const { from, count } of this.#sweeps) {
      let i = from;
      let [za, zb, zc, zd] = [z[a + i + 1]!, z[b + i + 1]!, z[c + i + 1]!, z[d + i + 1]!];
      for (const end = at + count; at < end; at++, i--) {
        const [cosine, sine] = [cosines[at]!, sines[at]!];
        let next = z[a + i]!;
        z[a + i + 1] = sine * next + cosine * za;
        za = cosine * next - sine * za;
        next = z[b + i]!;
        z[b + i + 1] = sine * next + cosine * zb;
        zb = cosine * next - sine * zb;
        next = z[c + i]!;
        z[c + i + 1] = sine * next + cosine * zc;
        zc = cosine * next - sine * zc;
        next = z[d + i]!;
        z[d + i + 1] = sine * next + cosine * zd;
        zd = cosine * next - sine * zd;
      }
      z[a + i + 1] = za;
      z[b + i + 1] = zb;
      z[c + i + 1] = zc;
      z[d + i + 1] = zd;
    }
  }

  #turnOne(a: number): void {
    const [z, cosines, sines] = [this.matrix, this.#cosines, this.#sines];
    let at = 0;
    for (const { from, count } of this.#sweeps) {
      let i = from;
      let carried = z[a + i + 1]!;
      for (const end = at + count; at < end; at++, i--) {
        const next = z[a + i]!;
        z[a + i + 1] = sines[at]! * next + cosines[at]! * carried;
        carried = cosines[at]! * next - sines[at]! * carried;
      }
      z[a + i + 1] = carried;
    }
  }
}
