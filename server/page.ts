/** The page itself: a few fixed files, so that no address can name another. */
import { type Context, Hono, type HonoRequest } from "hono";
import { join } from "@std/path";
import { hasVersion, REVALIDATE, unchanged } from "./caching.ts";
import { allowOnly } from "./request.ts";

interface Asset {
  /** Relative to the page's folder. */
  readonly path: string;
  readonly type: string;
}

const INDEX: Asset = { path: "index.html", type: "text/html; charset=utf-8" };
const SCRIPT_TYPE = "text/javascript; charset=utf-8";
const WASM_TYPE = "application/wasm";
const SCRIPT: Asset = { path: "dist/app.js", type: SCRIPT_TYPE };
const STYLE: Asset = { path: "dist/app.css", type: "text/css; charset=utf-8" };

/** By address. The page shows what its own address says, so its pages are one file. */
const ASSETS: Readonly<Record<string, Asset>> = {
  "/": INDEX,
  "/runs/:id": INDEX,
  "/explore": INDEX,
  "/explore/:run": INDEX,
  "/explore/:run/:step": INDEX,
  "/compare": INDEX,
  "/enlarge": INDEX,
  "/assets/app.js": SCRIPT,
  "/assets/style.css": STYLE,
  // What draws in the browser: the worker, and the simd backend's threads and kernels.
  "/assets/generator.js": { path: "dist/generator.js", type: SCRIPT_TYPE },
  "/assets/simd-thread.js": { path: "dist/simd-thread.js", type: SCRIPT_TYPE },
  "/assets/kernels.wasm": { path: "dist/kernels.wasm", type: WASM_TYPE },
  "/assets/kernels_relaxed.wasm": { path: "dist/kernels_relaxed.wasm", type: WASM_TYPE },
};

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Atelier: not built yet</title>
<h1>The page is not built yet</h1>
<p>Run <code>deno task build</code> in Atelier's folder, then reload this page.</p>
<p>The runs are there meanwhile: <a href="/api/runs">/api/runs</a></p>
</html>
`;

/** Sends a file of the page, or says that the page is not built. */
async function send(c: Context, folder: string, asset: Asset, status: 200 | 404 = 200) {
  try {
    if (asset === INDEX) await Deno.stat(join(folder, SCRIPT.path));
    const path = join(folder, asset.path);
    const { mtime, size } = await Deno.stat(path);
    const tag = `"${(mtime?.getTime() ?? 0).toString(36)}-${size.toString(36)}"`;
    if (status === 200 && hasVersion(c, tag)) return unchanged(c, tag);
    const headers = { "content-type": asset.type, etag: tag, "cache-control": REVALIDATE };
    return c.body(await Deno.readFile(path), status, headers);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    if (asset === INDEX) return c.html(NOT_BUILT, 503);
    const missing = `There is no ${asset.path}. Run "deno task build" in Atelier's folder`;
    return c.json({ error: missing }, 404);
  }
}

/** Whether somebody typed an address, or followed a wrong link: a program would not ask for HTML. */
export function isForPeople(request: HonoRequest): boolean {
  return request.method === "GET" && !/^\/(api|assets)\//.test(request.path) &&
    (request.header("accept") ?? "").includes("text/html");
}

/** 404 as the page in `folder` words it. */
export function sendMissing(c: Context, folder: string): Promise<Response> {
  return send(c, folder, INDEX, 404);
}

/** The routes of the page whose files are in `folder`. They are read when asked for. */
export function pageRoutes(folder: string): Hono {
  const app = new Hono();
  for (const [address, asset] of Object.entries(ASSETS)) {
    app.get(address, (c) => send(c, folder, asset));
    app.all(address, allowOnly("GET", "HEAD"));
  }
  return app;
}
