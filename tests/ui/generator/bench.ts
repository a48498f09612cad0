/**
 * How many images a second a checkpoint's generator draws in Chromium, on each kind of device, and on the
 * server: `deno task bench-generator RUN[@STEP] [--runs DIR]`. The GPU here is SwiftShader, on the processor.
 */
import { parseArgs } from "@std/cli/parse-args";
import type { Page } from "playwright-core";
import { createApp } from "../../../server/app.ts";
import { serveApp } from "../../../server/listen.ts";
import { GeneratorService } from "../../../src/evaluation/service/service.ts";
import { resolveCheckpoint } from "../../../src/runs/open_generator.ts";
import { RunStore } from "../../../src/runs/store.ts";
import { buildPage, launchChromium, SOFTWARE_WEBGPU } from "../chromium.ts";
import type { PageLab } from "./page_program.ts";

const COUNTS = [1, 9, 64];

/** In the page. */
declare const atelier: PageLab;

/** The largest difference of two pictures, in 8-bit steps. */
const difference = (a: readonly number[], b: readonly number[]) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

async function benchPage(page: Page, run: string, step: number): Promise<void> {
  const checkpoint = { run, step, weights: "ema" } as const;
  let byServer: readonly number[] | null = null;
  for (const kind of ["server", "wasm", "webgl", "webgpu"] as const) {
    const timing = await page.evaluate(
      ({ kind, checkpoint, counts }) => atelier.time(kind, checkpoint, counts),
      { kind, checkpoint, counts: COUNTS },
    );
    if (typeof timing === "string") {
      console.log(`${kind.padEnd(8)}none: ${timing}`);
      continue;
    }
    const { name, openMs, firstMs, medians, pixels } = timing;
    byServer ??= pixels;
    const slider = await page.evaluate(async ({ kind, checkpoint }) => {
      atelier.choose(kind);
      return await atelier.slide(checkpoint, 1, 3);
    }, { kind, checkpoint });
    const rates = COUNTS.map((count, i) => {
      const ms = medians[i]!;
      return `${count}: ${ms.toFixed(1)} ms, ${(1000 * count / ms).toFixed(0)} images/s`;
    });
    console.log(
      `${kind.padEnd(8)}${rates.join("   ")}   slider ${slider.toFixed(0)} frames/s   open ${
        openMs.toFixed(0)
      } ms, first image ` +
        `${firstMs.toFixed(0)} ms, within ${difference(pixels, byServer)}/255 of server   ${name}`,
    );
  }
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, { string: ["runs"], default: { runs: "data/runs" } });
  const store = new RunStore(flags.runs);
  const { run, step } = resolveCheckpoint(store, String(flags._[0] ?? "latest"));
  const folder = await buildPage("tests/ui/generator/page_program.ts");
  const settings = { cacheDir: "data/cache", backend: null, threads: 0 };
  using drawing = new GeneratorService({ runsDir: store.root, ...settings });
  await using served = serveApp(createApp({ runs: store, drawing, page: folder }), 0);
  const browser = await launchChromium([...SOFTWARE_WEBGPU, "--enable-unsafe-swiftshader"]);
  try {
    const page = await browser.newPage();
    await page.goto(served.url);
    console.log(`${run}, step ${step}, in Chromium ${browser.version()}`);
    await benchPage(page, run, step);
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
}
