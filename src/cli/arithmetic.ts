/** `deno task arithmetic`: A − B + C of concepts' mean latents, as in the DCGAN paper, §6.3.2. */
import { join } from "@std/path";
import { z } from "zod";
import { enlarge, ENLARGEMENTS } from "../core/enlarge.ts";
import { type ImageBatch, type Raster, rastersOf } from "../core/images.ts";
import {
  arithmetic,
  type ArithmeticResult,
  NEIGHBOUR_NOISE,
  noiseNeighbours,
  toTypicalLength,
} from "../latent/arithmetic.ts";
import { formatLatents, type NamedLatent } from "../latent/latent_file.ts";
import { latentsIn, normOf, stackLatents, type Vector } from "../latent/latents.ts";
import { drawArithmetic, pixelArithmetic } from "./arithmetic_figure.ts";
import { evaluateFlags, evaluateOnCheckpoint, evaluateOptions } from "./arithmetic_evaluate.ts";
import { Concept, exemplarsOf } from "./concepts.ts";
import { EXIT, runCommand } from "./command.ts";
import { type Command, type OptionsOf, UsageError } from "./flags.ts";
import { interruptible } from "./interruption.ts";
import type { LabelledLatents } from "./latent_refs.ts";
import {
  checkpointFlags,
  checkpointLatents,
  checkpointOperand,
  checkpointOptions,
  drawImages,
  type OpenCheckpoint,
  openCheckpoint,
  truncationFlags,
  truncationOf,
  truncationOptions,
} from "./open_checkpoint.ts";
import { assertPicturePath, writePicture } from "./picture_file.ts";
import { stderr, stdout } from "./terminal.ts";

type Key = "a" | "b" | "c";

/** Round the result in a square of three by three. */
const NEIGHBOURS = 8;

const options = z.strictObject({
  ...checkpointOptions,
  a: Concept.nullable().default(null).describe("exemplars of what to begin with"),
  b: Concept.nullable().default(null).describe("exemplars of what to take away"),
  c: Concept.nullable().default(null).describe("exemplars of what to add"),
  noise: z.number().min(0).max(10).default(NEIGHBOUR_NOISE)
    .describe("uniform noise, ±, that the result's neighbours differ by"),
  noiseSeed: z.int().min(0).default(1).describe("seed of that noise"),
  length: z.enum(["keep", "typical"]).default("keep").describe(
    "of the result: keep it, as the paper does, or make it typical of latents; averages of many " +
      "are short",
  ),
  out: z.string().min(1).nullable().default(null).describe("the figure, .png or .jpg"),
  json: z.boolean().default(false).describe(
    "print the latents of the means, the result and its neighbours as JSON, for z:FILE; with " +
      "--evaluate all figures, as one object",
  ),
  scale: z.int().min(1).max(32).default(1).describe("times that pictures are enlarged"),
  enlarge: z.enum(ENLARGEMENTS).default("lanczos")
    .describe("draw smoothly through pixels, lanczos, or each as a square, nearest"),
  ...truncationOptions,
  ...evaluateOptions,
});
type ArithmeticOptions = OptionsOf<typeof options.shape>;

/** What the command line knows of `arithmetic`. */
export const ARITHMETIC: Command<typeof options.shape> = {
  name: "arithmetic",
  summary:
    "Compute with what pictures show: the mean latent of A's exemplars, less B's, plus C's, and the " +
    "picture of it with eight neighbours. Smiling women less women plus men are smiling men.",
  operands: [checkpointOperand],
  flags: [
    { name: "a", key: "a", placeholder: "CONCEPT", default: "required" },
    { name: "b", key: "b", placeholder: "CONCEPT", default: "required" },
    { name: "c", key: "c", placeholder: "CONCEPT", default: "required" },
    { name: "noise", key: "noise", placeholder: "AMOUNT" },
    { name: "noise-seed", key: "noiseSeed", placeholder: "SEED" },
    { name: "length", key: "length", placeholder: "NAME" },
    { name: "out", key: "out", placeholder: "FILE", default: "in data/cache/samples" },
    { name: "json", key: "json" },
    { name: "scale", key: "scale", placeholder: "TIMES" },
    { name: "enlarge", key: "enlarge", placeholder: "NAME" },
    ...truncationFlags,
    ...evaluateFlags,
    ...checkpointFlags,
  ],
  options,
  notes: [
    "CONCEPT is exemplars: seeds and ranges, 1,5,9-12; z:FILE of project or of --json; expressions as " +
    'in the page\'s addresses. "deno task sample RUN --columns 10 --seeds 0-99" shows what seeds draw. ' +
    "Three exemplars a concept are stable where one is not.",
    "CONCEPT may also be what a classifier tells of samples, smiling=1,glasses=0 or age>=40=1: the " +
    "clearest --exemplars of --samples are taken.",
  ],
  examples: [
    ["arithmetic latest --a 3,14,15 --b 9,26,53 --c 58,97,93", "the figure of A − B + C"],
    [
      "arithmetic latest --a male=1,glasses=1 --b male=1,glasses=0 --c male=0,glasses=0",
      "women with glasses, from exemplars that a classifier picks",
    ],
    [
      "arithmetic latest --a 3 --b 9 --c 58 --json > face.json",
      "its latents, for z:face.json#result",
    ],
    [
      "arithmetic latest --evaluate --attributes smiling,glasses",
      "how often it sets and removes these, and what else it changes",
    ],
  ],
};

/** The latents of the three concepts, as `--a`, `--b` and `--c` name them. */
async function conceptsOf(
  checkpoint: OpenCheckpoint,
  options: ArithmeticOptions & Record<Key, Concept>,
  signal: AbortSignal,
): Promise<Record<Key, LabelledLatents>> {
  const { a, b, c } = options;
  const refs = await exemplarsOf(checkpoint, { a, b, c }, options, signal);
  const named = (key: Key) => checkpointLatents(checkpoint, refs[key]!, truncationOf(options));
  return { a: await named("a"), b: await named("b"), c: await named("c") };
}

/** The result in the middle of its neighbours. */
function surrounded<T>(result: T, neighbours: readonly T[]): T[] {
  return [...neighbours.slice(0, NEIGHBOURS / 2), result, ...neighbours.slice(NEIGHBOURS / 2)];
}

/** What was computed: latents, and who they are. */
interface Computed extends ArithmeticResult {
  readonly concepts: Record<Key, LabelledLatents>;
  readonly neighbours: readonly Vector[];
}

function compute(concepts: Record<Key, LabelledLatents>, options: ArithmeticOptions): Computed {
  const { means, result: plain } = arithmetic(concepts);
  const result = options.length === "typical" ? toTypicalLength(plain) : plain;
  const noise = { count: NEIGHBOURS, seed: options.noiseSeed, noise: options.noise };
  return { concepts, means, result, neighbours: latentsIn(noiseNeighbours(result, noise)) };
}

/** Draws all that the figure shows. */
async function figureOf(
  { concepts, means, result, neighbours }: Computed,
  { generator }: OpenCheckpoint,
  { scale, enlarge: method }: ArithmeticOptions,
  signal: AbortSignal,
): Promise<Raster> {
  const draw = (latents: readonly Float32Array[]) =>
    drawImages(generator, stackLatents(latents), signal);
  const shown = (images: ImageBatch) =>
    Promise.all(rastersOf(images).map((one) => enlarge(one, scale, method)));
  const exemplars = {
    a: await draw(latentsIn(concepts.a)),
    b: await draw(latentsIn(concepts.b)),
    c: await draw(latentsIn(concepts.c)),
  };
  const [a, b, c] = await shown(await draw([means.a, means.b, means.c]));
  const [inPixels] = await shown(pixelArithmetic(exemplars.a, exemplars.b, exemplars.c));
  return drawArithmetic({
    concepts: [
      { label: "A", exemplars: await shown(exemplars.a), mean: a! },
      { label: "B", exemplars: await shown(exemplars.b), mean: b! },
      { label: "C", exemplars: await shown(exemplars.c), mean: c! },
    ],
    result: await shown(await draw(surrounded(result, neighbours))),
    inPixels: inPixels!,
  });
}

/** The latents as text that `z:FILE` reads. */
function asJson({ means, result, neighbours }: Computed, { run, step }: OpenCheckpoint): string {
  const latents: NamedLatent[] = [
    ...Object.entries(means).map(([name, z]) => ({ name, z })),
    { name: "result", z: result },
    ...neighbours.map((z, i) => ({ name: `neighbour ${i + 1}`, z })),
  ];
  return formatLatents(latents, { run: run.id, step });
}

/** Flags of `--evaluate` that picking exemplars by attributes takes, too. */
const PICKING = ["exemplars", "samples", "firstSeed", "classifier", "cache"];

/** Refuses flags that would do nothing. */
function assertUsed(options: ArithmeticOptions, given: ReadonlySet<string>): void {
  const { evaluate, a, b, c } = options;
  const picks = [a, b, c].some((concept) => concept?.kind === "attributes");
  const others = evaluate
    ? ["a", "b", "c", "noise", "noiseSeed", "out", "scale", "enlarge", "truncation"]
    : Object.keys(evaluateOptions)
      .filter((key) => key !== "evaluate" && !(picks && PICKING.includes(key)));
  const unused = ARITHMETIC.flags.find(({ key }) => given.has(key) && others.includes(key));
  if (unused === undefined) return;
  throw new UsageError(
    evaluate
      ? `--${unused.name} is for one A − B + C; --evaluate makes many of its own`
      : `--${unused.name} is for --evaluate`,
  );
}

/** Refuses what lacks a concept. */
function assertWhole(
  options: ArithmeticOptions,
): asserts options is ArithmeticOptions & Record<Key, Concept> {
  for (const key of ["a", "b", "c"] as const) {
    if (options[key] === null) throw new UsageError(`--${key} is missing: --${key} CONCEPT`);
  }
  assertPicturePath(options.out);
}

/** Computes A − B + C, draws the figure, and prints where it is, or the latents as JSON. */
export async function arithmeticOnLatents(
  options: ArithmeticOptions,
  given: ReadonlySet<string>,
): Promise<number> {
  assertUsed(options, given);
  if (options.evaluate) return await evaluateOnCheckpoint(options);
  assertWhole(options);
  using interrupt = interruptible();
  using checkpoint = await openCheckpoint(options);
  const { signal } = interrupt;
  const computed = compute(await conceptsOf(checkpoint, options, signal), options);
  const figure = await figureOf(computed, checkpoint, options, signal);
  const out = options.out ?? join("data/cache/samples", `${checkpoint.fileName}-arithmetic.png`);
  await writePicture(out, figure);
  stderr.write(
    `|A − B + C| is ${
      normOf(computed.result).toFixed(2)
    }; latents of this generator are typically ` +
      `${Math.sqrt(checkpoint.generator.latentDim).toFixed(2)} long\n`,
  );
  (options.json ? stderr : stdout).write(`${out}\n`);
  if (options.json) stdout.write(asJson(computed, checkpoint));
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(ARITHMETIC, Deno.args, arithmeticOnLatents));
