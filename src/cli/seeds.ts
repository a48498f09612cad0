/** Seeds as people write them: `0-63`, `1,5,9-12`. */

/** Most seeds that one command takes: a grid of them is still a picture one can open. */
export const MOST_SEEDS = 10_000;

/** The seeds a text lists, in its order; null where it is no list of numbers and rising ranges. */
export function parseSeeds(text: string): readonly number[] | null {
  const seeds: number[] = [];
  for (const part of text.split(",")) {
    const [, first = "", last] = /^\s*(\d{1,15})\s*(?:-\s*(\d{1,15})\s*)?$/.exec(part) ?? [];
    if (first === "") return null;
    const [from, to] = [Number(first), Number(last ?? first)];
    if (to < from || seeds.length + (to - from) >= MOST_SEEDS) return null;
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  return seeds;
}

/** The shortest text that `parseSeeds` reads as these seeds. */
export function seedsText(seeds: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const seed of seeds) {
    const open = ranges.at(-1);
    if (open !== undefined && seed === open[1] + 1) open[1] = seed;
    else ranges.push([seed, seed]);
  }
  return ranges.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`).join(",");
}
