/** Latents as people name them on the command line: seeds, what is made of them, and files. */
import { z } from "zod";
import { type Direction } from "../latent/directions/direction.ts";
import { evaluateExpression, type LatentExpression } from "../latent/expression.ts";
import { type NamedLatent, parseLatents } from "../latent/latent_file.ts";
import { type LatentBatch, stackLatents } from "../latent/latents.ts";
import { parseExpression } from "../latent/parse_expression.ts";
import { truncatedLatent, type Truncation } from "../latent/truncation.ts";
import { MOST_SEEDS, parseSeeds } from "./seeds.ts";

/** A latent, or the latents of a file, as named. */
export type LatentRef =
  | { readonly kind: "made"; readonly text: string; readonly expression: LatentExpression }
  | { readonly kind: "file"; readonly path: string; readonly name: string | null };

/** What stands before a file. */
const FILE_PREFIX = "z:";

/** The texts between commas that stand in no brackets. */
function splitList(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const sign of text) {
    if (sign === "(") depth++;
    if (sign === ")") depth--;
    if (sign === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim());
}

function parsePart(part: string): readonly LatentRef[] {
  if (part.startsWith(FILE_PREFIX) && part.length > FILE_PREFIX.length) {
    const [, path = "", name = null] = /^z:(.+?)(?:#([^#]+))?$/.exec(part) ?? [];
    return [{ kind: "file", path, name }];
  }
  const seeds = parseSeeds(part);
  if (seeds === null) return [{ kind: "made", text: part, expression: parseExpression(part) }];
  return seeds.map((seed) => (
    { kind: "made", text: String(seed), expression: { kind: "seed", seed } }
  ));
}

/**
 * Reads a list of latents: seeds, rising ranges of them, expressions, and `z:FILE` or `z:FILE#NAME`.
 * Throws a RangeError for anything else.
 */
export function parseLatentRefs(text: string): readonly LatentRef[] {
  const refs = splitList(text).flatMap(parsePart);
  if (refs.length <= MOST_SEEDS) return refs;
  throw new RangeError(
    `expected at most ${MOST_SEEDS.toLocaleString("en")} latents, got ` +
      refs.length.toLocaleString("en"),
  );
}

/** The same as a schema, of an option. */
export const LatentRefs = z.string().transform((text, context) => {
  try {
    return parseLatentRefs(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.issues.push({
      code: "custom",
      input: text,
      message:
        "latents are seeds and rising ranges such as 0-63 or 1,5,9-12, expressions such as " +
        `"slerp(1;5;0.5)", and z:FILE; ${error.message}`,
    });
    return z.NEVER;
  }
});

/** Latents [B, Z] and what each is called. */
export interface LabelledLatents extends LatentBatch {
  readonly labels: readonly string[];
}

/** What turns references into latents. */
export interface LatentContext {
  readonly latentDim: number;
  /** Of latents that seeds name; those in files stay as they are. Null is none. */
  readonly truncation: Truncation | null;
  /** What `move(…)` can move along. */
  readonly directions: readonly Direction[];
}

/** The direction of a name. Throws a RangeError that lists all there are. */
export function directionNamed(directions: readonly Direction[], name: string): Direction {
  const found = directions.find((direction) => direction.name === name);
  if (found !== undefined) return found;
  throw new RangeError(
    `There is no direction "${name}" at this checkpoint; there are ${
      directions.map(({ name }) => name).join(", ") || "none"
    }. "deno task directions" finds more`,
  );
}

function latentsOfFile(path: string, name: string | null, latentDim: number): NamedLatent[] {
  const latents = parseLatents(readText(path), path, latentDim);
  if (name === null) return latents;
  const named = latents.filter((latent) => latent.name === name);
  if (named.length > 0) return named;
  throw new RangeError(
    `"${path}" has no latent "${name}"; it has ${latents.map(({ name }) => name).join(", ")}`,
  );
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RangeError(
      `There is no file "${path}". "deno task project" writes latents to files, and so does ` +
        '"deno task arithmetic --json"',
      { cause: error },
    );
  }
}

/** The latents that references name. Throws a RangeError for what is not there or does not fit. */
export function resolveLatents(
  refs: readonly LatentRef[],
  context: LatentContext,
): LabelledLatents {
  const { latentDim, truncation, directions } = context;
  const space = {
    latentDim,
    direction: (name: string) => directionNamed(directions, name),
    ofSeed: (seed: number) => truncatedLatent(seed, latentDim, truncation),
  };
  const named = refs.flatMap((ref): NamedLatent[] =>
    ref.kind === "file"
      ? latentsOfFile(ref.path, ref.name, latentDim)
      : [{ name: ref.text, z: evaluateExpression(ref.expression, space) }]
  );
  return { ...stackLatents(named.map(({ z }) => z)), labels: named.map(({ name }) => name) };
}
