/** A headless Chromium and a freshly built page, for tests that need them. */
import { fromFileUrl, join } from "@std/path";
import { type Browser, chromium } from "playwright-core";

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

/** Starts a browser that talks to nobody but the pages it is sent to. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
    ],
  });
}

/** Builds the page as `deno task build` does, into a folder of its own for `createApp`. */
export async function buildPage(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "atelier-page-" });
  await Deno.copyFile(join(UI, "index.html"), join(folder, "index.html"));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--platform=browser", "--minify"],
      ...["-o", join(folder, "dist", "app.js"), join(UI, "main.tsx")],
    ],
  }).output();
  if (!success) throw new Error(`Cannot build the page: ${new TextDecoder().decode(stderr)}`);
  return folder;
}
