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
  readonly #sweeps: {
    readonly from: number;
    readonly count: number;
    readonly step: number;
  }[] = [];
  #used = 0;

  constructor(private readonly matrix: Float64Array, private readonly n: number) {}

  sweep(
    cosines: Float64Array,
    sines: Float64Array,
    from: number,
    count: number,
    step: number,
  ): void {
    for (let done = 0; done < count;) {
      if (this.#used === KEPT) this.apply();
      const some = Math.min(count - done, KEPT - this.#used);
      this.#cosines.set(cosines.subarray(done, done + some), this.#used);
      this.#sines.set(sines.subarray(done, done + some), this.#used);
      this.#sweeps.push({ from: from - done * step, count: some, step });
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
    for (const { from, count, step } of this.#sweeps) {
      let i = from;
      let [za, zb, zc, zd] = [
        z[a + i + step]!,
        z[b + i + step]!,
        z[c + i + step]!,
        z[d + i + step]!,
      ];
      for (const end = at + count; at < end; at++, i -= step) {
        const [cosine, sine] = [cosines[at]!, sines[at]!];
        let next = z[a + i]!;
        z[a + i + step] = sine * next + cosine * za;
        za = cosine * next - sine * za;
        next = z[b + i]!;
        z[b + i + step] = sine * next + cosine * zb;
        zb = cosine * next - sine * zb;
        next = z[c + i]!;
        z[c + i + step] = sine * next + cosine * zc;
        zc = cosine * next - sine * zc;
        next = z[d + i]!;
        z[d + i + step] = sine * next + cosine * zd;
        zd = cosine * next - sine * zd;
      }
      z[a + i + step] = za;
      z[b + i + step] = zb;
      z[c + i + step] = zc;
      z[d + i + step] = zd;
    }
  }

  #turnOne(a: number): void {
    const [z, cosines, sines] = [this.matrix, this.#cosines, this.#sines];
    let at = 0;
    for (const { from, count, step } of this.#sweeps) {
      let i = from;
      let carried = z[a + i + step]!;
      for (const end = at + count; at < end; at++, i -= step) {
        const next = z[a + i]!;
        z[a + i + step] = sines[at]! * next + cosines[at]! * carried;
        carried = cosines[at]! * next - sines[at]! * carried;
      }
      z[a + i + step] = carried;
    }
  }
}
