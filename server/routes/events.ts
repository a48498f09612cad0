/** A run's events: paged, thinned to series, judged, and streamed. */
import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import type { RunEventType } from "../../src/core/protocol.ts";
import type { RunStore } from "../../src/runs/store.ts";
import { hasVersion, REVALIDATE, unchanged } from "../caching.ts";
import { allowOnly, parseQuery, whole } from "../request.ts";
import { openRun } from "../run_access.ts";
import { RunWatches } from "../run_watch.ts";
import { SeriesCache } from "../series.ts";
import { eventStream } from "../stream.ts";

const EVENT_TYPES = {
  started: true,
  step: true,
  sample: true,
  checkpoint: true,
  metric: true,
  warning: true,
  finished: true,
} as const satisfies Record<RunEventType, true>;

function isEventType(text: string): text is RunEventType {
  return Object.hasOwn(EVENT_TYPES, text);
}

const MAX_ID = Number.MAX_SAFE_INTEGER;

const EventTypes = z.string().transform((text) => text.split(",")).refine(
  (types): types is RunEventType[] => types.every(isEventType),
  `expected some of ${Object.keys(EVENT_TYPES).join(", ")}, with commas between`,
);

const EventsQuery = z.strictObject({
  after: whole(0, MAX_ID).default(0),
  limit: whole(1, 5000).default(1000), // some 30 ms of work at most
  types: EventTypes.exactOptional(),
});

const SeriesQuery = z.strictObject({ points: whole(10, 10_000).default(1000) });

const StreamQuery = z.strictObject({ after: whole(0, MAX_ID).default(0) });

/** Where a stream starts: where a browser that connects again says it was, else the query. */
function streamStart(c: Context): number {
  const { after } = parseQuery(c, StreamQuery);
  const last = c.req.header("last-event-id");
  if (last === undefined || last === "") return after;
  const parsed = whole(0, MAX_ID).safeParse(last);
  if (parsed.success) return parsed.data;
  throw new HTTPException(400, {
    message: `Cannot stream on from Last-Event-ID "${last}": ${parsed.error.issues[0]!.message}`,
  });
}

/** Under `/api/runs`: a run's events. `report` is told why a stream broke off. */
export function eventRoutes(runs: RunStore, report: (error: unknown) => void): Hono {
  const app = new Hono();
  const series = new SeriesCache();
  const watches = new RunWatches(runs);

  app.get("/:id/events", (c) => {
    const query = parseQuery(c, EventsQuery);
    using run = openRun(runs, c.req.param("id"));
    return c.json(run.events(query));
  });
  app.all("/:id/events", allowOnly("GET", "HEAD"));

  app.get("/:id/series", async (c) => {
    const { points } = parseQuery(c, SeriesQuery);
    using run = openRun(runs, c.req.param("id"));
    const tag = `"${run.lastEventId()}-${points}"`;
    if (hasVersion(c, tag)) return unchanged(c, tag);
    const thinned = await series.read(run, points);
    const headers = { etag: `"${thinned.lastEventId}-${points}"`, "cache-control": REVALIDATE };
    return c.json(thinned, 200, headers);
  });
  app.all("/:id/series", allowOnly("GET", "HEAD"));

  app.get("/:id/health", async (c) => {
    using run = openRun(runs, c.req.param("id"));
    const tag = `"${run.lastEventId()}"`;
    if (hasVersion(c, tag)) return unchanged(c, tag);
    const { lastEventId, ...health } = await series.health(run);
    return c.json(health, 200, { etag: `"${lastEventId}"`, "cache-control": REVALIDATE });
  });
  app.all("/:id/health", allowOnly("GET", "HEAD"));

  app.get("/:id/stream", (c) => {
    const after = streamStart(c);
    using run = openRun(runs, c.req.param("id"));
    const stream = eventStream({ watches, id: run.id, after, report });
    return c.body(stream, 200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform", // a proxy that compresses would hold events back
    });
  });
  app.all("/:id/stream", allowOnly("GET", "HEAD"));

  return app;
}
