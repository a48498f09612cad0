/** The lab over HTTP: runs and their events, samples and checkpoints, and the page that shows them. */
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ApiError } from "../src/core/protocol.ts";
import type { RunStore } from "../src/runs/store.ts";
import { StorageError } from "../src/runs/storage_error.ts";
import { isForPeople, pageRoutes, sendMissing } from "./page.ts";
import type { EnlargingService } from "../src/evaluation/service/enlarging_service.ts";
import type { GeneratorService } from "../src/evaluation/service/service.ts";
import { checkpointRoutes } from "./routes/checkpoints.ts";
import { drawingRoutes } from "./routes/drawing.ts";
import { eventRoutes } from "./routes/events.ts";
import { metricRoutes } from "./routes/metrics.ts";
import { enlargerRoutes, pictureRoutes } from "./routes/pictures.ts";
import { brokenRunRoutes, runRoutes } from "./routes/runs.ts";
import { sampleRoutes } from "./routes/samples.ts";
import { localOnly, securityHeaders } from "./security.ts";

/** What the app takes. */
export interface AppOptions {
  readonly runs: RunStore;
  /** Draws images of checkpoints; left out, nothing is drawn. The caller closes it. */
  readonly drawing?: GeneratorService;
  /** Enlarges pictures; left out, none are taken. The caller closes it. */
  readonly enlarging?: EnlargingService;
  /** The folder of the page's files, `ui`; left out, there is no page. */
  readonly page?: string;
  /** Told of errors that are the server's own; to standard error when left out. */
  readonly report?: (error: unknown) => void;
}

/** Storage errors say all there is to know; of others the place matters. */
function printError(error: unknown): void {
  console.error(error instanceof StorageError ? error.message : error);
}

/** The app. It opens no port, and files only while it answers a request. */
export function createApp(
  { runs, drawing, enlarging, page, report = printError }: AppOptions,
): Hono {
  const app = new Hono();
  app.use(securityHeaders, localOnly);
  for (
    const routes of [
      ...(drawing ? [drawingRoutes(runs, drawing)] : []), // before those of any file's name
      ...[runRoutes(runs), eventRoutes(runs, report)],
      ...[sampleRoutes(runs), checkpointRoutes(runs), metricRoutes(runs)],
    ]
  ) app.route("/api/runs", routes);
  app.route("/api/broken-runs", brokenRunRoutes(runs));
  app.route("/api/enlargers", enlargerRoutes(runs));
  if (enlarging) app.route("/api/pictures", pictureRoutes(runs, enlarging));
  if (page !== undefined) app.route("/", pageRoutes(page));

  app.notFound((c) => {
    if (page !== undefined && isForPeople(c.req)) return sendMissing(c, page);
    const body: ApiError = { error: `There is nothing at ${c.req.path}` };
    return c.json(body, 404);
  });
  app.onError((error, c) => {
    const body: ApiError = { error: error.message };
    if (error instanceof HTTPException) return c.json(body, error.status);
    report(error);
    // Storage errors name a file of this run and the mend; others are faults of the program.
    if (error instanceof StorageError) return c.json(body, 500);
    return c.json({ error: `Cannot ${c.req.method} ${c.req.path}: ${error.message}` }, 500);
  });
  return app;
}
