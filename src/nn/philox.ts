/**
 * Philox4x32-10: four random words that are a function of a counter and a key. Salmon et al. (2011),
 * https://doi.org/10.1145/2063384.2063405, §3.3. Any element of a stream is there without those before it, so that
 * threads and devices share one.
 */

const ROUNDS = 10;
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
/** What the key grows by each round: the golden ratio's and √3's fractions. */
const WEYL = [0x9e3779b9, 0xbb67ae85] as const;

/** The high word of a product of two. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const first = aHigh * bLow + ((aLow * bLow) >>> 16);
  const second = aLow * bHigh + (first & 0xffff);
  return aHigh * bHigh + (first >>> 16) + (second >>> 16);
}

/** Replaces the counter at `words[at]` and after, four words, by its random words. */
export function philox(words: Uint32Array, at: number, key: readonly [number, number]): void {
  let c0 = words[at]!;
  let c1 = words[at + 1]!;
  let c2 = words[at + 2]!;
  let c3 = words[at + 3]!;
  let [key0, key1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = highProduct(c0, MULTIPLIERS[0]);
    const high1 = highProduct(c2, MULTIPLIERS[1]);
    const low0 = Math.imul(c0, MULTIPLIERS[0]);
    const low1 = Math.imul(c2, MULTIPLIERS[1]);
    c0 = high1 ^ c1 ^ key0;
    c1 = low1;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 = (key0 + WEYL[0]) | 0;
    key1 = (key1 + WEYL[1]) | 0;
  }
  words[at] = c0;
  words[at + 1] = c1;
  words[at + 2] = c2;
  words[at + 3] = c3;
}

/** Words 0 … count − 1 of a key's stream: those of counter [⌊index/4⌋, 0, 0, 0]. */
export function philoxWords(
  count: number,
  key: readonly [number, number],
): Uint32Array<ArrayBuffer> {
  const stream = new Uint32Array(Math.ceil(count / 4) * 4);
  for (let at = 0; at < stream.length; at += 4) {
    stream[at] = at / 4;
    philox(stream, at, key);
  }
  return stream.subarray(0, count);
}
