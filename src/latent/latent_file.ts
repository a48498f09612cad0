/** Latents in JSON files, so that what one command found another can go on with. */
import { z } from "zod";
import type { Vector } from "./latents.ts";

/** A latent and what it is. */
export interface NamedLatent {
  readonly name: string;
  readonly z: Vector;
}

const Numbers = z.array(z.number()).min(1);
/** What the lab writes; bare lists of numbers are what other programs write. */
const LatentFile = z.union([
  z.object({
    version: z.literal(1),
    latents: z.array(z.object({ name: z.string().min(1), z: Numbers })).min(1),
  }),
  Numbers.transform((one) => ({ latents: [{ name: "0", z: one }] })),
  z.array(Numbers).min(1).transform((many) => ({
    latents: many.map((one, i) => ({ name: String(i), z: one })),
  })),
]);

/**
 * Reads latents of length `latentDim`: what `formatLatents` wrote, one bare list of numbers or a list
 * of such lists, which are then named 0, 1, …. Throws a RangeError that names `source`.
 */
export function parseLatents(text: string, source: string, latentDim: number): NamedLatent[] {
  const refused = (why: string) => new RangeError(`Cannot read latents from "${source}": ${why}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refused(`it is not JSON (${(error as SyntaxError).message})`);
  }
  const parsed = LatentFile.safeParse(json);
  if (!parsed.success) {
    throw refused(
      'expected {"version": 1, "latents": [{"name": …, "z": [numbers]}, …]}, or numbers alone',
    );
  }
  return parsed.data.latents.map(({ name, z }) => {
    if (z.length !== latentDim) {
      throw refused(
        `expected latents of ${latentDim} numbers, as the generator takes, got ${z.length} in ` +
          `"${name}"`,
      );
    }
    return { name, z: Float32Array.from(z) };
  });
}

/** The text that `parseLatents` reads back to the bit; `about` says where they come from. */
export function formatLatents(
  latents: readonly NamedLatent[],
  about: Readonly<Record<string, unknown>>,
): string {
  const plain = latents.map(({ name, z }) => ({ name, z: Array.from(z) }));
  return JSON.stringify({ version: 1, ...about, latents: plain }) + "\n";
}
