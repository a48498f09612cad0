/** The lab's HTTP routes, and the addresses of what the page links to. */
import type { NearestPictures, Preparing } from "../src/core/likeness.ts";
import type { RunEvent, RunStatus, StoredEvent } from "../src/core/protocol.ts";
import type { Direction } from "../src/latent/directions/direction.ts";
import type { CheckpointRef } from "./generator/device.ts";
import { getJson, octets, request } from "./http.ts";
import { httpPictures } from "./picture_api.ts";
import type { Transport } from "./transport.ts";

/** A sample grid, as its event tells it. */
export type Sample = Extract<RunEvent, { type: "sample" }>;

const runPath = (id: string) => `/api/runs/${encodeURIComponent(id)}`;

/** Folder names of steps, as the run folder has them: `000500`. */
const stepName = (step: number) => String(step).padStart(6, "0");

/** A sample grid's address; the hash in it lets browsers keep the picture for good. */
export function sampleUrl(id: string, { step, sha256 }: Sample): string {
  return `${runPath(id)}/samples/${stepName(step)}.png?v=${sha256.slice(0, 8)}`;
}

/** A checkpoint's file as it is. */
export function checkpointFileUrl(id: string, step: number, file: string): string {
  return `${runPath(id)}/checkpoints/${stepName(step)}/${encodeURIComponent(file)}`;
}

/** What `tf.loadLayersModel` opens. `weights`: the averaged generator, or the last update's. */
export function layersModelUrl(id: string, step: number, weights: "ema" | "raw"): string {
  return `${runPath(id)}/checkpoints/${stepName(step)}/${weights}/model.json`;
}

const checkpointPath = ({ run, step, weights }: CheckpointRef) =>
  `${runPath(run)}/checkpoints/${stepName(step)}/${weights}`;

/** What a checkpoint's generator takes and gives, as JSON. */
export const shapeUrl = (checkpoint: CheckpointRef): string =>
  `${checkpointPath(checkpoint)}/shape`;

/** Where latents are sent to be drawn. */
export const imagesUrl = (checkpoint: CheckpointRef): string =>
  `${checkpointPath(checkpoint)}/images`;

/** A direction as JSON has it. */
type WireDirection = Omit<Direction, "vector"> & { readonly vector: readonly number[] };

/** The lab's server, on the page's own origin. */
export const httpTransport: Transport = {
  pictures: httpPictures,
  runs: () => getJson("/api/runs"),
  brokenRuns: () => getJson("/api/broken-runs"),
  run: (id) => getJson(runPath(id)),
  series: (id, points) => getJson(`${runPath(id)}/series?points=${points}`),
  checkpoints: (id) => getJson(`${runPath(id)}/checkpoints`),
  async directions(id, step) {
    const url = `${runPath(id)}/checkpoints/${stepName(step)}/directions`;
    const list = await getJson<readonly WireDirection[]>(url);
    return list.map((direction) => ({ ...direction, vector: Float32Array.from(direction.vector) }));
  },
  async nearestPictures(checkpoint, latent, { count, signal = null, onProgress }) {
    const url = `${checkpointPath(checkpoint)}/neighbours?count=${count}`;
    for (;;) {
      const response = await request(url, { ...octets(latent), signal });
      if (response.status !== 202) return await response.json() as NearestPictures;
      onProgress?.((await response.json() as Preparing).preparing);
    }
  },
  health: (id) => getJson(`${runPath(id)}/health`),
  metrics: (id) => getJson(`${runPath(id)}/metrics`),
  async stop(id) {
    await request(`${runPath(id)}/stop`, { method: "POST" });
  },
  stream(id, after, listener) {
    const source = new EventSource(`${runPath(id)}/stream?after=${after}`);
    source.onopen = () => listener.opened();
    source.onmessage = ({ data }) => listener.event(JSON.parse(data) as StoredEvent);
    source.addEventListener("end", ({ data }) => {
      source.close();
      listener.ended((JSON.parse(data) as { readonly status: RunStatus }).status);
    });
    // EventSource would retry by itself, but neither says when nor does so after an HTTP error.
    source.onerror = () => {
      source.close();
      listener.lost();
    };
    return () => source.close();
  },
};
