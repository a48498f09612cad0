/** The list of runs, one run, and stopping one. */
import { Hono } from "hono";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import type { RunDetail, RunRecord, RunStatus, RunSummary } from "../../src/core/protocol.ts";
import type { RunStore } from "../../src/runs/store.ts";
import { stepName } from "../../src/runs/run_folder.ts";
import type { NewestSample } from "../../src/runs/stored_run.ts";
import { allowOnly } from "../request.ts";
import { openRun } from "../run_access.ts";

/** Why a run that nobody writes cannot be stopped, by how it ended. */
const ENDED: Readonly<Record<RunStatus, string>> = {
  preparing: "no process is training it any more",
  running: "no process is training it any more",
  completed: "it has completed already",
  stopped: "it has stopped already",
  failed: "it has failed already",
  interrupted: "it was interrupted, and no process is training it",
};

function summaryOf({ newestSample, ...record }: RunRecord & { newestSample: NewestSample | null }) {
  const summary: RunSummary = {
    ...record,
    newestSample: newestSample && {
      step: newestSample.step,
      url: `/api/runs/${encodeURIComponent(record.id)}/samples/${stepName(newestSample.step)}.png` +
        `?v=${newestSample.version}`,
    },
  };
  return summary;
}

/** Under `/api/broken-runs`: a name that no run's address can have. */
export function brokenRunRoutes(runs: RunStore): Hono {
  const app = new Hono();
  app.get("/", etag(), (c) => c.json(runs.broken()));
  app.all("/", allowOnly("GET", "HEAD"));
  return app;
}

/** Under `/api/runs`. */
export function runRoutes(runs: RunStore): Hono {
  const app = new Hono();

  app.get("/", etag(), (c) => c.json(runs.list().map(summaryOf)));
  app.all("/", allowOnly("GET", "HEAD"));

  app.get("/:id", etag(), (c) => {
    using run = openRun(runs, c.req.param("id"));
    run.record(); // a folder that is no run says so, and not that it has no events
    const lastEventId = run.lastEventId(); // read first: what comes meanwhile is streamed again
    const detail: RunDetail = {
      ...summaryOf({ ...run.record(), id: run.id, newestSample: run.newestSample() }),
      checkpoints: run.checkpoints(),
      samples: run.samples(),
      warnings: run.warnings(),
      lastEventId,
    };
    return c.json(detail);
  });
  app.all("/:id", allowOnly("GET", "HEAD"));

  app.post("/:id/stop", (c) => {
    using run = openRun(runs, c.req.param("id"));
    if (run.requestStop()) return c.json({ status: "stopping" }, 202);
    const { status, step, totalSteps } = run.record();
    throw new HTTPException(409, {
      message: `Cannot stop run ${run.id}: ${ENDED[status]}, at step ${step} of ${totalSteps}`,
    });
  });
  app.all("/:id/stop", allowOnly("POST"));

  return app;
}
