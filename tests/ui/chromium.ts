/** A headless Chromium and a freshly built page, for tests that need them. */
import { fromFileUrl, join } from "@std/path";
import { type Browser, chromium } from "playwright-core";
import { buildPage as build } from "../../ui/build.ts";

const CHROMIUM = "/usr/bin/chromium";
const UI = fromFileUrl(new URL("../../ui", import.meta.url));

/** Why there is no Chromium here; null where there is. For `requirement`. */
export function chromiumLacking(): string | null {
  try {
    Deno.statSync(CHROMIUM);
    return null;
  } catch {
    return `there is no ${CHROMIUM}`;
  }
}

/** What gives Chromium a WebGPU adapter that runs on the processor. */
export const SOFTWARE_WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Starts a browser that talks to nobody but the pages it is sent to. `args`: flags besides. */
export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
      ...args,
    ],
  });
}

/**
 * Builds the page as `deno task build` does, into a folder of its own for `createApp`. `program` stands in
 * the place of the page's own: a file relative to the repository.
 */
export async function buildPage(program = "ui/main.tsx"): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "atelier-page-" });
  await Deno.copyFile(join(UI, "index.html"), join(folder, "index.html"));
  await build(join(folder, "dist"), { "app.js": program });
  return folder;
}
