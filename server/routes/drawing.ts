/** What a generator draws, for pages whose browser cannot run it, and the pictures it was trained on. */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import type { NearestPictures, Preparing } from "../../src/core/likeness.ts";
import type { CheckpointRef } from "../../src/evaluation/service/messages.ts";
import type { GeneratorService } from "../../src/evaluation/service/service.ts";
import { GENERATOR_FILE, type GeneratorWeights } from "../../src/runs/checkpoint_format.ts";
import type { RunStore } from "../../src/runs/store.ts";
import { hasVersion, REVALIDATE, unchanged } from "../caching.ts";
import { orRefused } from "../refusals.ts";
import { allowOnly, notFound, parseQuery, stepOf, whole } from "../request.ts";
import { listedFile, openRun } from "../run_access.ts";

/** Images in one request, and bytes of their latents: 256 of 4,096 numbers. */
const MOST_IMAGES = 256;
const MOST_BYTES = 2 ** 22;
const OCTETS = "application/octet-stream";

/** The checkpoint of an address. Throws 404 where there is none. */
function checkpointOf(c: Context, runs: RunStore): CheckpointRef {
  const { id = "", step = "", kind } = c.req.param() as Record<string, string>;
  using run = openRun(runs, id);
  const weights: GeneratorWeights = kind === "raw" ? "raw" : "ema";
  const number = stepOf(step);
  const { sha256 } = listedFile(run, number, GENERATOR_FILE);
  return { run: run.id, step: number, weights, sha256 };
}

/** The body as float32, little-endian. Throws 415 for another type, 400 for other bytes. */
async function readLatents(c: Context): Promise<Float32Array<ArrayBuffer>> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== OCTETS) {
    const message = `Cannot read latents of content-type "${type ?? ""}": expected ${OCTETS}`;
    throw new HTTPException(415, { message });
  }
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength === 0 || bytes.byteLength % Float32Array.BYTES_PER_ELEMENT !== 0) {
    const message = "Cannot read latents: expected float32 numbers, four bytes each, " +
      `got ${bytes.byteLength} bytes`;
    throw new HTTPException(400, { message });
  }
  const values = new Float32Array(bytes);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const message = `Cannot draw: expected finite latents, got ${values[bad]} at number ${bad}`;
    throw new HTTPException(400, { message });
  }
  return values;
}

/** Refuses bodies that no request of ours has, unread. */
const limitBody = bodyLimit({
  maxSize: MOST_BYTES,
  onError: () => {
    const message = `Cannot draw: expected at most ${MOST_IMAGES} latents and ${MOST_BYTES} bytes`;
    throw new HTTPException(413, { message });
  },
});

async function sendImages(c: Context, runs: RunStore, service: GeneratorService) {
  const checkpoint = checkpointOf(c, runs);
  const latents = await readLatents(c);
  const describe = (signal: AbortSignal) => service.describe(checkpoint, signal);
  const { latentDim: Z } = await orRefused(c, describe);
  if (latents.length % Z !== 0 || latents.length > MOST_IMAGES * Z) {
    const message = `Cannot draw of ${latents.length} numbers: expected latents [B, ${Z}] of at ` +
      `most ${MOST_IMAGES} images, ${Z} numbers each`;
    throw new HTTPException(latents.length % Z === 0 ? 413 : 400, { message });
  }
  const images = await orRefused(c, (signal) => service.draw(checkpoint, latents, signal));
  return c.body(images.pixels, 200, {
    "content-type": OCTETS,
    "cache-control": "no-store",
    "x-count": String(images.count),
    "x-size": String(images.size),
    "x-channels": String(images.channels),
  });
}

const NeighboursQuery = z.strictObject({ count: whole(1, 64).default(8) });

/** 200 with `NearestPictures`, or 202 with `Preparing` while their features are not all there. */
async function sendNeighbours(c: Context, runs: RunStore, service: GeneratorService) {
  const { count } = parseQuery(c, NeighboursQuery);
  const checkpoint = checkpointOf(c, runs);
  const latent = await readLatents(c);
  const describe = (signal: AbortSignal) => service.describe(checkpoint, signal);
  const { latentDim: Z } = await orRefused(c, describe);
  if (latent.length !== Z) {
    const message = `Cannot look for pictures: expected one latent of ${Z} numbers, ` +
      `got ${latent.length}`;
    throw new HTTPException(400, { message });
  }
  const asks = { checkpoint, latent, count };
  const answer = await orRefused(c, (signal) => service.neighbours(asks, signal));
  c.header("cache-control", "no-store");
  if (answer.found === null) {
    return c.json({ preparing: answer.preparing } satisfies Preparing, 202);
  }
  const path = `/api/runs/${encodeURIComponent(checkpoint.run)}/data`;
  const neighbours = answer.found.neighbours.map((each) => (
    { ...each, url: `${path}/${each.index}.png` }
  ));
  return c.json({ ...answer.found, neighbours } satisfies NearestPictures);
}

async function sendDirections(c: Context, runs: RunStore, service: GeneratorService) {
  const { run, step } = checkpointOf(c, runs);
  const directions = await orRefused(c, (signal) => service.directions({ run, step }, signal));
  return c.json(directions.map((each) => ({ ...each, vector: Array.from(each.vector) })));
}

/** The picture's number in `index.png`. Throws 404 for anything else. */
function pictureIndex(file: string): number {
  const index = /^(0|[1-9]\d{0,8})\.png$/.exec(file)?.[1];
  if (index === undefined) {
    throw notFound(`There is no picture "${file}": expected a name such as 17.png`);
  }
  return Number(index);
}

async function sendPicture(c: Context, runs: RunStore, service: GeneratorService) {
  const index = pictureIndex(c.req.param("file")!);
  using run = openRun(runs, c.req.param("id")!);
  const tag = `"${run.record().data?.fingerprint ?? ""}-${index}"`;
  if (hasVersion(c, tag)) return unchanged(c, tag);
  const { id } = run;
  const png = await orRefused(c, (signal) => service.picture(id, index, signal));
  return c.body(png, 200, { "content-type": "image/png", etag: tag, "cache-control": REVALIDATE });
}

/** Under `/api/runs`: what generators draw, and the pictures of their runs' datasets. */
export function drawingRoutes(runs: RunStore, service: GeneratorService): Hono {
  const app = new Hono();

  app.get("/:id/checkpoints/:step/:kind{ema|raw}/shape", async (c) => {
    const checkpoint = checkpointOf(c, runs);
    return c.json(await orRefused(c, (signal) => service.describe(checkpoint, signal)));
  });
  app.all("/:id/checkpoints/:step/:kind{ema|raw}/shape", allowOnly("GET", "HEAD"));

  app.post(
    "/:id/checkpoints/:step/:kind{ema|raw}/images",
    limitBody,
    (c) => sendImages(c, runs, service),
  );
  app.all("/:id/checkpoints/:step/:kind{ema|raw}/images", allowOnly("POST"));

  app.post(
    "/:id/checkpoints/:step/:kind{ema|raw}/neighbours",
    limitBody,
    (c) => sendNeighbours(c, runs, service),
  );
  app.all("/:id/checkpoints/:step/:kind{ema|raw}/neighbours", allowOnly("POST"));

  app.get("/:id/checkpoints/:step/directions", etag(), (c) => sendDirections(c, runs, service));
  app.all("/:id/checkpoints/:step/directions", allowOnly("GET", "HEAD"));

  app.get("/:id/data/:file", (c) => sendPicture(c, runs, service));
  app.all("/:id/data/:file", allowOnly("GET", "HEAD"));

  return app;
}
