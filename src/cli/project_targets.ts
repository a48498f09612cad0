/** The pictures that `project` is to find latents of: photos, and samples whose latents are known. */
import { basename } from "@std/path";
import { decodePicture } from "../../data/folder/decode.ts";
import { lumaInto } from "../../data/packed_writer.ts";
import type { ImageBatch } from "../core/images.ts";
import { latentsIn, type Vector } from "../latent/latents.ts";
import { parseLatentRefs } from "./latent_refs.ts";
import { checkpointLatents, type OpenCheckpoint } from "./open_checkpoint.ts";

/** What stands before latents in the place of a photo. */
const PLANTED_PREFIX = "seed:";

/** A picture to project. */
export interface Target {
  readonly name: string;
  /** One image, as the generator draws them. */
  readonly image: ImageBatch;
  /** The latent that the picture was drawn from; null for a photo. */
  readonly planted: Vector | null;
}

/** Reads a photo as the generator's images are: upright, its middle square, resized, grey where they are. */
async function readPhoto(path: string, size: number, channels: number): Promise<ImageBatch> {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RangeError(`There is no photo "${path}"`, { cause: error });
  }
  const rgb = await decodePicture(bytes, size);
  if (rgb === null) {
    throw new RangeError(
      `Cannot read the photo "${path}": expected a whole JPEG, PNG, WebP or AVIF`,
    );
  }
  const grey = new Uint8Array(size * size);
  if (channels === 1) lumaInto(rgb, grey);
  const pixels = Float32Array.from(channels === 1 ? grey : rgb, (value) => value / 127.5 - 1);
  return { pixels, count: 1, size, channels };
}

async function plantedTargets(checkpoint: OpenCheckpoint, text: string): Promise<Target[]> {
  const { generator } = checkpoint;
  const refs = parseLatentRefs(text.slice(PLANTED_PREFIX.length));
  const latents = await checkpointLatents({ ...checkpoint, seed: null }, refs, null);
  const targets: Target[] = [];
  for (const [i, z] of latentsIn(latents).entries()) {
    const image = await generator.draw({ values: z.slice(), count: 1 });
    targets.push({ name: `${PLANTED_PREFIX}${latents.labels[i]}`, image, planted: z });
  }
  return targets;
}

/** What each of `texts` names: a photo's path, or `seed:` and latents as the other commands take them. */
export async function readTargets(
  checkpoint: OpenCheckpoint,
  texts: readonly string[],
): Promise<Target[]> {
  const { size, channels } = checkpoint.generator;
  const targets: Target[] = [];
  for (const text of texts) {
    if (text.startsWith(PLANTED_PREFIX)) targets.push(...await plantedTargets(checkpoint, text));
    else {
      const image = await readPhoto(text, size, channels);
      targets.push({ name: basename(text), image, planted: null });
    }
  }
  return targets;
}
