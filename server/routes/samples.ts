/** Sample grids as PNG. */
import { Hono } from "hono";
import { z } from "zod";
import { sha256Hex } from "../../src/core/fs.ts";
import type { RunStore } from "../../src/runs/store.ts";
import { hasVersion, IMMUTABLE, REVALIDATE, unchanged } from "../caching.ts";
import { allowOnly, notFound, parseQuery, stepOf } from "../request.ts";
import { openRun, orNotFound } from "../run_access.ts";
import { newestSample } from "../../src/runs/stored_run.ts";

const SampleQuery = z.strictObject({ v: z.string().default("") });

/** First digits of a sha256 in addresses: enough to tell the versions of one picture apart. */
const VERSION_LENGTH = 8;

/** Under `/api/runs`: a run's sample grids. */
export function sampleRoutes(runs: RunStore): Hono {
  const app = new Hono();

  app.get("/:id/samples/:file", async (c) => {
    const { v } = parseQuery(c, SampleQuery);
    const file = c.req.param("file");
    if (!file.endsWith(".png")) {
      throw notFound(`There is no sample "${file}": expected a name such as 000500.png`);
    }
    const step = stepOf(file.slice(0, -".png".length));
    using run = openRun(runs, c.req.param("id"));
    const path = orNotFound(() => run.samplePath(step));
    const newest = newestSample(run.folder);
    const png = await Deno.readFile(path);
    const sha256 = await sha256Hex(png);
    const named = v === sha256.slice(0, VERSION_LENGTH) ||
      (newest !== null && newest.step === step && newest.version === v);
    const tag = `"${sha256}"`;
    const cacheControl = named ? IMMUTABLE : REVALIDATE;
    if (hasVersion(c, tag)) return unchanged(c, tag, cacheControl);
    return c.body(png, 200, {
      "content-type": "image/png",
      "cache-control": cacheControl,
      etag: tag,
    });
  });
  app.all("/:id/samples/:file", allowOnly("GET", "HEAD"));

  return app;
}
