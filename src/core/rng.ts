/** Seeded random numbers. The same seed gives the same numbers on every device. */

/** Mixes integers into 32 well-spread bits (the finalizer of MurmurHash3 over a running state). */
export function hash32(...words: readonly number[]): number {
  let h = 0x9e3779b9;
  for (const word of words) {
    h = Math.imul(h ^ (word >>> 0), 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}

/** Turns a label into a word for `hash32` (FNV-1a). */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/**
 * xoshiro128** (Blackman & Vigna, 2018, https://arxiv.org/abs/1805.01407). The whole state is four
 * words, so that a checkpoint can store it and a resumed run draw on exactly.
 */
export class Rng {
  readonly #state = new Uint32Array(4);

  /** Labels separate streams of one seed: `new Rng(seed, "latents")`. */
  constructor(seed: number, label = "") {
    const word = hashText(label);
    for (let i = 0; i < 4; i++) this.#state[i] = hash32(seed, Math.floor(seed / 2 ** 32), word, i);
    if (this.#state.every((x) => x === 0)) this.#state[0] = 1; // the one state it cannot leave
  }

  /** Goes on from a state that `state` returned. */
  static from(state: ArrayLike<number>): Rng {
    const rng = new Rng(0);
    rng.restore(state);
    return rng;
  }

  /** A copy of the four words of state. */
  get state(): Uint32Array<ArrayBuffer> {
    return this.#state.slice();
  }

  /** Sets the state to one that `state` returned. Throws a RangeError for anything else. */
  restore(state: ArrayLike<number>): void {
    if (state.length !== 4 || Array.from(state).every((x) => x === 0)) {
      throw new RangeError(
        `Cannot restore a random generator: expected four words, not all zero, got [${
          Array.from(state).join(", ")
        }]`,
      );
    }
    this.#state.set(state);
  }

  /** Uniform over 0 … 2³² − 1. */
  nextUint32(): number {
    const s = this.#state;
    const x = Math.imul(s[1]!, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** A seed for an op that takes one; never 0, which TensorFlow.js reads as "no seed". */
  nextSeed(): number {
    return (this.nextUint32() % 0x7fffffff) + 1;
  }

  /** Uniform in [0, 1), or in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (this.nextUint32() / 2 ** 32) * (high - low);
  }

  /** Uniform over 0 … bound − 1, without bias. */
  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let x = this.nextUint32();
    while (x >= limit) x = this.nextUint32();
    return x % bound;
  }

  /** One draw from N(0, 1), by Box and Muller. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fills `out` with draws from N(0, 1) and returns it. */
  fillNormal(out: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
    for (let i = 0; i < out.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      out[i] = radius * Math.cos(angle);
      if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
    }
    return out;
  }

  /** A permutation of 0 … length − 1 (Fisher and Yates). */
  permutation(length: number): Uint32Array<ArrayBuffer> {
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
}

/** The latent that seed names, [Z] of N(0, 1): the same on every device and for every checkpoint. */
export function latentOfSeed(seed: number, latentDim: number): Float32Array<ArrayBuffer> {
  return new Rng(seed, "latent").fillNormal(new Float32Array(latentDim));
}
