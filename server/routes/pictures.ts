/** Pictures that people hand in, and what enlargers make of them. */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { ENLARGE_SCALES, type EnlargerList } from "../../src/core/enlarge_protocol.ts";
import type { EnlargingService } from "../../src/evaluation/service/enlarging_service.ts";
import type { EnlargerRef } from "../../src/evaluation/service/messages.ts";
import type { ShelvedPicture } from "../../src/evaluation/service/picture_shelf.ts";
import { findEnlarger, listEnlargers } from "../../src/runs/enlarger_list.ts";
import type { RunStore } from "../../src/runs/store.ts";
import { hasVersion, REVALIDATE, unchanged } from "../caching.ts";
import { enlargedStream } from "../enlarged_stream.ts";
import { orRefused } from "../refusals.ts";
import { allowOnly, notFound, parseQuery } from "../request.ts";
import { orNotFound } from "../run_access.ts";

/** Of a picture file: a camera's largest JPEG has some 40 MiB. */
const MOST_FILE_BYTES = 64 * 2 ** 20;

const Scale = z.enum(ENLARGE_SCALES.map(String), `expected ${ENLARGE_SCALES.join(", ")}`)
  .transform((text) => ENLARGE_SCALES.find((scale) => String(scale) === text)!);
const TakeQuery = z.strictObject({
  scale: Scale,
  truth: z.enum(["0", "1"], "expected 0 or 1").default("0"),
  name: z.string().min(1).max(200).optional(),
});
const ExampleQuery = z.strictObject({ scale: Scale });
const ModelQuery = z.strictObject({
  model: z.string("expected bicubic or RUN@STEP").min(1).max(200),
});

/** Refuses larger bodies, unread. */
const limitBody = bodyLimit({
  maxSize: MOST_FILE_BYTES,
  onError: () => {
    const message = `Cannot take the picture: expected a file of at most ${
      MOST_FILE_BYTES / 2 ** 20
    } MiB. Save it smaller, or enlarge it by "deno task upscale"`;
    throw new HTTPException(413, { message });
  },
});

/** Under `/api/enlargers`. */
export function enlargerRoutes(runs: RunStore): Hono {
  const app = new Hono();
  app.get("/", etag(), (c) => c.json({ enlargers: listEnlargers(runs) } satisfies EnlargerList));
  app.all("/", allowOnly("GET", "HEAD"));
  return app;
}

async function take(c: Context, service: EnlargingService): Promise<Response> {
  const { scale, truth, name } = parseQuery(c, TakeQuery);
  const file = new Uint8Array(await c.req.arrayBuffer());
  const options = { scale, truth: truth === "1", ...(name === undefined ? {} : { name }) };
  return c.json(await orRefused(c, (signal) => service.take(file, options, signal)), 201);
}

async function takeExample(c: Context, service: EnlargingService): Promise<Response> {
  const { scale } = parseQuery(c, ExampleQuery);
  const options = { scale, truth: true, name: "example" };
  c.header("cache-control", "no-store");
  return c.json(await orRefused(c, (signal) => service.take(null, options, signal)));
}

/** The picture of an address. Throws 404 where the server has none of this name any more. */
function pictureOf(c: Context, service: EnlargingService): ShelvedPicture {
  const id = c.req.param("id")!;
  const picture = service.picture(id);
  if (picture !== null) return picture;
  throw notFound(
    `The server has no picture "${id}": it keeps the last ones in memory, and none from before it was ` +
      "started. Drop the picture again",
  );
}

/** The enlarger that the query names. Throws 404 where there is none, 422 for one of another scale. */
function enlargerOf(c: Context, runs: RunStore, { info: { scale } }: ShelvedPicture): EnlargerRef {
  const { model } = parseQuery(c, ModelQuery);
  const { info, sha256 } = orNotFound(() => orUnusable(() => findEnlarger(runs, model, scale)));
  if (info.scale !== scale) {
    const message =
      `Cannot enlarge ${scale} times with ${model}: it enlarges ${info.scale} times. ` +
      `Drop the picture again to be enlarged ${info.scale} times, or take another enlarger`;
    throw new HTTPException(422, { message });
  }
  if (sha256 === null) return "bicubic";
  return { run: info.run!, step: info.step!, sha256 };
}

function orUnusable<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new HTTPException(422, { message: error.message, cause: error });
  }
}

function sendPng(c: Context, png: Uint8Array<ArrayBuffer>, version: string): Response {
  const tag = `"${version}"`;
  if (hasVersion(c, tag)) return unchanged(c, tag);
  return c.body(png, 200, { "content-type": "image/png", etag: tag, "cache-control": REVALIDATE });
}

function sendTruth(c: Context, service: EnlargingService): Response {
  const { info, truth } = pictureOf(c, service);
  if (truth !== null) return sendPng(c, truth, `${info.id}-truth`);
  throw notFound(`The truth of picture "${info.id}" is not known: it was not made of a larger one`);
}

function startEnlarging(c: Context, runs: RunStore, service: EnlargingService): Response {
  const picture = pictureOf(c, service);
  const enlarger = enlargerOf(c, runs, picture);
  const { model } = parseQuery(c, ModelQuery);
  const { id } = picture.info;
  const headers = { "content-type": "application/x-ndjson", "cache-control": "no-store" };
  if (c.req.method === "HEAD") return c.body(null, 200, headers); // begins no work
  const stream = enlargedStream({
    image: `/api/pictures/${id}/enlarged.png?model=${encodeURIComponent(model)}`,
    work: (onProgress, signal) => service.enlarge(picture, enlarger, onProgress, signal),
  });
  return c.body(stream, 200, headers);
}

function sendEnlarged(c: Context, runs: RunStore, service: EnlargingService): Response {
  const picture = pictureOf(c, service);
  const enlarger = enlargerOf(c, runs, picture);
  const { id } = picture.info;
  const result = service.result(id, enlarger);
  const { model } = parseQuery(c, ModelQuery);
  if (result === null) {
    throw notFound(
      `Picture "${id}" is not enlarged by ${model} yet: ask for /api/pictures/${id}/enlarged?model= first`,
    );
  }
  const version = enlarger === "bicubic" ? enlarger : enlarger.sha256;
  return sendPng(c, result.png, `${id}-${version}`);
}

/** Under `/api/pictures`. */
export function pictureRoutes(runs: RunStore, service: EnlargingService): Hono {
  const app = new Hono();
  app.post("/", limitBody, (c) => take(c, service));
  app.all("/", allowOnly("POST"));

  app.get("/example", (c) => takeExample(c, service)); // before those of any id
  app.all("/example", allowOnly("GET", "HEAD"));

  const reading: Readonly<Record<string, (c: Context) => Response>> = {
    "/:id": (c) => c.json(pictureOf(c, service).info),
    "/:id/low.png": (c) => sendPng(c, pictureOf(c, service).low, c.req.param("id")!),
    "/:id/truth.png": (c) => sendTruth(c, service),
    "/:id/enlarged": (c) => startEnlarging(c, runs, service),
    "/:id/enlarged.png": (c) => sendEnlarged(c, runs, service),
  };
  for (const [address, answer] of Object.entries(reading)) {
    app.get(address, answer);
    app.all(address, allowOnly("GET", "HEAD"));
  }
  return app;
}
