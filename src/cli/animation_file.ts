/** The animations that commands are asked for, by the ending of the file's name. */
import { dirname } from "@std/path";
import { encodeGif, encodeWebp } from "../core/animation.ts";
import { encodeApng } from "../core/apng.ts";
import { writeWhole } from "../core/fs.ts";
import type { Raster } from "../core/images.ts";
import { writeError } from "../core/write_error.ts";
import { encodeMp4 } from "./video.ts";

/** Endings of names that are written as animations. */
export const ANIMATIONS = [".gif", ".webp", ".apng", ".mp4"] as const;
/** One of them. */
export type AnimationKind = typeof ANIMATIONS[number];

/** The ending by which `path` is an animation; null where it is none. */
export function animationKind(path: string): AnimationKind | null {
  return ANIMATIONS.find((ending) => path.toLowerCase().endsWith(ending)) ?? null;
}

/** Writes bytes to `path`, making the folder where missing. Throws a WriteError for a full disk. */
export function writeOutput(path: string, bytes: Uint8Array, what: string): void {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    writeWhole(path, bytes);
  } catch (error) {
    throw writeError(`write ${what}`, path, "pass another --out", error);
  }
}

/**
 * Writes frames of one size as an animation shown over and over. The file appears whole or not at
 * all. Throws a RangeError where ffmpeg is needed and missing, and the signal's reason where that
 * aborts.
 */
export async function writeAnimation(
  path: string,
  kind: AnimationKind,
  frames: readonly Raster[],
  { fps, signal }: { readonly fps: number; readonly signal: AbortSignal },
): Promise<void> {
  if (kind !== ".mp4") {
    const encode = { ".gif": encodeGif, ".webp": encodeWebp, ".apng": encodeApng }[kind];
    const bytes = await encode(frames, fps);
    signal.throwIfAborted();
    return writeOutput(path, bytes, "the animation");
  }
  Deno.mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await encodeMp4(frames, fps, beside, signal);
    Deno.renameSync(beside, path);
  } catch (error) {
    try {
      Deno.removeSync(beside);
    } catch (missing) {
      if (!(missing instanceof Deno.errors.NotFound)) throw missing;
    }
    throw error;
  }
}
