/** Checkpoints: as the safetensors files they are, and as what TensorFlow.js opens by address. */
import { type Context, Hono } from "hono";
import { GENERATOR_FILE, type GeneratorWeights } from "../../src/runs/checkpoint_format.ts";
import { stepName } from "../../src/runs/run_folder.ts";
import type { RunStore } from "../../src/runs/store.ts";
import type { StoredRun } from "../../src/runs/stored_run.ts";
import { hasVersion, REVALIDATE, unchanged } from "../caching.ts";
import { layersModelJson, layersModelWeights, WEIGHTS_FILE } from "../layers_model.ts";
import { allowOnly, notFound, stepOf } from "../request.ts";
import { listedFile, openRun, orNotFound } from "../run_access.ts";

const MODEL_FILE = "model.json";

/** The file as it is, streamed: states are large. */
async function sendFile(c: Context, run: StoredRun, step: number, name: string): Promise<Response> {
  const { sha256 } = listedFile(run, step, name);
  const tag = `"${sha256}"`;
  if (hasVersion(c, tag)) return unchanged(c, tag);
  const file = await Deno.open(orNotFound(() => run.checkpointPath(step, name)));
  const headers = {
    "content-type": "application/octet-stream",
    "content-length": String((await file.stat()).size),
    "content-disposition": `attachment; filename="${run.id}-${stepName(step)}-${name}"`,
    "cache-control": REVALIDATE,
    etag: tag,
  };
  if (c.req.method === "HEAD") {
    file.close();
    return c.body(null, 200, headers);
  }
  return c.body(file.readable, 200, headers);
}

/** model.json or weights.bin, made of the generator's file, whose bytes are checked first. */
async function sendModel(
  c: Context,
  run: StoredRun,
  step: number,
  kind: GeneratorWeights,
): Promise<Response> {
  const name = c.req.param("file");
  if (name !== MODEL_FILE && name !== WEIGHTS_FILE) {
    throw notFound(`There is no "${name}": expected ${MODEL_FILE} or ${WEIGHTS_FILE}`);
  }
  const { sha256 } = listedFile(run, step, GENERATOR_FILE);
  const tag = `"${sha256}-${kind}"`;
  if (hasVersion(c, tag)) return unchanged(c, tag);
  const generator = await run.readGenerator(step);
  const headers = { etag: tag, "cache-control": REVALIDATE };
  if (name === MODEL_FILE) return c.json(layersModelJson(generator, kind), 200, headers);
  return c.body(layersModelWeights(generator, kind), 200, {
    ...headers,
    "content-type": "application/octet-stream",
  });
}

/** Under `/api/runs`: checkpoints, their files and their models. */
export function checkpointRoutes(runs: RunStore): Hono {
  const app = new Hono();

  app.get("/:id/checkpoints", (c) => {
    using run = openRun(runs, c.req.param("id"));
    return c.json(run.checkpoints());
  });
  app.all("/:id/checkpoints", allowOnly("GET", "HEAD"));

  app.get("/:id/checkpoints/:step/:file", async (c) => {
    const { id, step, file } = c.req.param();
    using run = openRun(runs, id);
    return await sendFile(c, run, stepOf(step), file);
  });
  app.all("/:id/checkpoints/:step/:file", allowOnly("GET", "HEAD"));

  app.get("/:id/checkpoints/:step/:kind{ema|raw}/:file", async (c) => {
    const { id, step, kind } = c.req.param();
    using run = openRun(runs, id);
    return await sendModel(c, run, stepOf(step), kind === "ema" ? "ema" : "raw");
  });
  app.all("/:id/checkpoints/:step/:kind{ema|raw}/:file", allowOnly("GET", "HEAD"));

  return app;
}
