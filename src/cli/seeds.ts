/** Seeds as people write them: `0-63`, `1,5,9-12`. */
import { z } from "zod";

/** Most seeds that one command takes: a grid of them is still a picture one can open. */
const MOST = 10_000;

/** The seeds a text lists, in its order; null where it is no list of numbers and rising ranges. */
export function parseSeeds(text: string): readonly number[] | null {
  const seeds: number[] = [];
  for (const part of text.split(",")) {
    const [, first = "", last] = /^\s*(\d{1,15})\s*(?:-\s*(\d{1,15})\s*)?$/.exec(part) ?? [];
    if (first === "") return null;
    const [from, to] = [Number(first), Number(last ?? first)];
    if (to < from || seeds.length + (to - from) >= MOST) return null;
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  return seeds;
}

/** The same as a schema, of an option. */
export const Seeds = z.string().transform((text, context) => {
  const seeds = parseSeeds(text);
  if (seeds !== null) return seeds;
  context.issues.push({
    code: "custom",
    input: text,
    message: `--seeds takes whole numbers and rising ranges, such as 0-63 or 1,5,9-12, ` +
      `at most ${MOST.toLocaleString("en")} of them; got ${JSON.stringify(text)}`,
  });
  return z.NEVER;
});
