/** What was measured of a run's checkpoints, for charts of metrics over steps. */
import { Hono } from "hono";
import type { BestCheckpoint, Better, RunEvent, RunMetrics } from "../../src/core/protocol.ts";
import { betterOf } from "../../src/metrics/better.ts";
import type { RunStore } from "../../src/runs/store.ts";
import { hasVersion, REVALIDATE, unchanged } from "../caching.ts";
import { allowOnly } from "../request.ts";
import { openRun } from "../run_access.ts";

type MetricEvent = Extract<RunEvent, { type: "metric" }>;

/**
 * Metrics by name over rising steps. Of two values for one step the later event's counts; a name that
 * this version does not know is left out, as it cannot say which way is better.
 */
export function metricsOf(
  events: readonly MetricEvent[],
  best: BestCheckpoint | null,
): RunMetrics {
  const byName = new Map<string, { better: Better; values: Map<number, number> }>();
  for (const { name, step, value } of events) {
    const better = betterOf(name);
    if (better === null) continue;
    const metric = byName.get(name) ?? { better, values: new Map<number, number>() };
    metric.values.set(step, value);
    byName.set(name, metric);
  }
  const metrics = Array.from(byName, ([name, { better, values }]) => {
    const points = [...values].sort(([a], [b]) => a - b);
    const steps = points.map(([step]) => step);
    return [name, { steps, values: points.map(([, value]) => value), better }] as const;
  });
  return { metrics: Object.fromEntries(metrics), best };
}

/** Under `/api/runs`: a run's metrics. */
export function metricRoutes(runs: RunStore): Hono {
  const app = new Hono();

  app.get("/:id/metrics", (c) => {
    using run = openRun(runs, c.req.param("id"));
    const { best } = run.record(); // read first: the events of a best checkpoint precede it
    const tag = `"${run.lastEventId()}-${best?.step ?? "none"}"`;
    if (hasVersion(c, tag)) return unchanged(c, tag);
    // A resumed run's store has deleted what it supersedes, so every event left counts.
    const headers = { etag: tag, "cache-control": REVALIDATE };
    return c.json(metricsOf(run.metrics(), best), 200, headers);
  });
  app.all("/:id/metrics", allowOnly("GET", "HEAD"));

  return app;
}
