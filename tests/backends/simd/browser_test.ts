/** The backend in a browser: bundled, in a worker of a page that may share memory. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";
import { requirement } from "../../support.ts";
import { chromiumLacking, launchChromium } from "../../ui/chromium.ts";
import type { Report } from "./browser_worker.ts";
import { train } from "./tiny_training.ts";

const here = (path: string) => fromFileUrl(new URL(path, import.meta.url));
const SOURCE = "../../../src/backends/simd";

/** Bundles a program for the browser. */
async function bundle(entry: string, output: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform=browser", "-o", output, here(entry)],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** What lets a page share memory with its workers, whatever it is. */
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
};

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript",
  wasm: "application/wasm",
};

/** Serves an empty page, and files of `folder`. */
function serve(folder: string): Deno.HttpServer<Deno.NetAddr> {
  const respond = async ({ url }: Request): Promise<Response> => {
    const { pathname } = new URL(url);
    const type = TYPES[pathname.split(".").at(-1)!];
    if (type === undefined) {
      return new Response("<!doctype html><title>simd</title>", {
        headers: { ...ISOLATED, "content-type": "text/html" },
      });
    }
    const file = await Deno.readFile(join(folder, pathname));
    return new Response(file, { headers: { ...ISOLATED, "content-type": type } });
  };
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, respond);
}

/** What Chromium's worker reports from a page that serves `folder`. */
async function runInChromium(folder: string): Promise<Report> {
  await using server = serve(folder);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.addr.port}/`);
    assert(await page.evaluate("crossOriginIsolated"));
    return await page.evaluate(`new Promise((resolve) => {
      const worker = new Worker("/main.js", { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => resolve({ type: "failed", message });
    })`);
  } finally {
    await browser.close();
  }
}

Deno.test({
  name: "a browser's worker trains to the same losses as Deno",
  ...requirement("Chromium", chromiumLacking()),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "atelier-simd-" });
    try {
      await bundle("browser_worker.ts", join(folder, "main.js"));
      await bundle(`${SOURCE}/worker.ts`, join(folder, "thread.js"));
      await Deno.mkdir(join(folder, "wasm"));
      for await (const { name } of Deno.readDir(here(`${SOURCE}/wasm`))) {
        await Deno.copyFile(here(`${SOURCE}/wasm/${name}`), join(folder, "wasm", name));
      }
      const report = await runInChromium(folder);
      if (report.type === "failed") throw new Error(report.message);
      console.log(`started in Chromium in ${report.startMs.toFixed(0)} ms`);
      assertEquals(report.threads, 2);

      const { relaxed } = report;
      await registerSimd({ threads: 2, relaxed, startWorker: startUnreferencedWorker });
      await tf.setBackend(SIMD);
      const losses: number[] = [];
      await train(5, async (loss) => void losses.push((await loss.data())[0]!));
      for (const [i, loss] of losses.entries()) assertAlmostEquals(report.losses[i]!, loss, 1e-5);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
