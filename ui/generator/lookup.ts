/** What the server knows of a checkpoint beside its images: like training pictures, directions. */
import type { NearestPictures, Preparing } from "../../src/core/likeness.ts";
import type { Direction } from "../../src/latent/directions/direction.ts";
import { directionsUrl, getJson, neighboursUrl, request } from "../api.ts";
import type { CheckpointRef } from "./device.ts";

/** How pictures are looked for. */
export interface LookupOptions {
  readonly count: number;
  readonly signal?: AbortSignal;
  /** Told how far features of training pictures have come: that takes a while the first time. */
  readonly onProgress?: (progress: Preparing["preparing"]) => void;
}

/**
 * The training pictures nearest to the image of a latent, [Z]. The server works on them as long as
 * somebody asks, so an abort stops it. Rejects with `Refused`: 409 where the data has changed or moved.
 */
export async function nearestPictures(
  checkpoint: CheckpointRef,
  latent: Float32Array<ArrayBuffer>,
  { count, signal, onProgress }: LookupOptions,
): Promise<NearestPictures> {
  const headers = { "content-type": "application/octet-stream" };
  const init = { method: "POST", headers, body: latent, signal: signal ?? null };
  for (;;) {
    const response = await request(neighboursUrl(checkpoint, count), init);
    if (response.status !== 202) return await response.json() as NearestPictures;
    const { preparing } = await response.json() as Preparing;
    onProgress?.(preparing);
  }
}

/** The directions stored for a checkpoint, and SeFa's. */
export async function directionsOf(
  run: string,
  step: number,
  signal?: AbortSignal,
): Promise<Direction[]> {
  const plain = await getJson<(Omit<Direction, "vector"> & { readonly vector: number[] })[]>(
    directionsUrl(run, step),
    signal,
  );
  return plain.map((each) => ({ ...each, vector: Float32Array.from(each.vector) }));
}
