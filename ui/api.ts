/** The lab's HTTP routes, and the addresses of what the page links to. */
import type { NearestPictures, Preparing } from "../src/core/likeness.ts";
import type { ApiError, RunEvent, RunStatus, StoredEvent } from "../src/core/protocol.ts";
import type { Direction } from "../src/latent/directions/direction.ts";
import type { CheckpointRef } from "./generator/device.ts";
import { Refused, type Transport, Unreachable } from "./transport.ts";

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

/** Numbers as the body of a POST. */
export const octets = (values: Float32Array<ArrayBuffer>): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/octet-stream" },
  body: values,
});

/** What the server has at `url`. Rejects with `Refused`, `Unreachable` or the signal's reason. */
export async function getJson<T>(url: string, signal: AbortSignal | null = null): Promise<T> {
  const response = await request(url, { headers: { accept: "application/json" }, signal });
  return await response.json() as T;
}

/** As `fetch`, but rejects with `Refused` where the server says no, and with `Unreachable` where it is silent. */
export async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw new Unreachable(cause);
  }
  if (response.ok) return response;
  throw new Refused(response.status, await refusal(response));
}

/** The server's own words, or the bare status where a proxy answered in its place. */
async function refusal(response: Response): Promise<string> {
  const text = await response.text();
  try {
    return (JSON.parse(text) as ApiError).error;
  } catch {
    return `The server answered ${response.status} ${response.statusText}`.trim();
  }
}
