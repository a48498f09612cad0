/** The page as commands open it: the server over the runs, with the files of `ui/`. */
import { fromFileUrl } from "@std/path";
import { createApp } from "../../server/app.ts";
import { serveApp, type ServedApp } from "../../server/listen.ts";
import { EnlargingService } from "../evaluation/service/enlarging_service.ts";
import type { ServiceSettings } from "../evaluation/service/messages.ts";
import { GeneratorService } from "../evaluation/service/service.ts";
import type { RunStore } from "../runs/store.ts";

/** Where the page's own files are. */
const PAGE_FOLDER = fromFileUrl(new URL("../../ui", import.meta.url));

/** What the page is served with. */
export interface PageOptions extends Omit<ServiceSettings, "runsDir"> {
  readonly port: number;
  /** Told of the server's own errors. */
  readonly report: (error: unknown) => void;
}

/** Serves runs and page on 127.0.0.1; draws and enlarges in workers where the page asks for it. */
export function openPage(
  runs: RunStore,
  { port, report, cacheDir, backend, threads }: PageOptions,
): ServedApp {
  const settings = { runsDir: runs.root, cacheDir, backend, threads };
  const drawing = new GeneratorService(settings, { onNotice: report });
  const enlarging = new EnlargingService(settings, { onNotice: report });
  const app = createApp({ runs, drawing, enlarging, page: PAGE_FOLDER, report });
  const served = serveApp(app, port);
  const close = async () => {
    drawing.close();
    enlarging.close();
    await served.close();
  };
  return { ...served, close, [Symbol.asyncDispose]: close };
}

/** Where the page is, and why it is not where it was asked to be. */
export function pageLine({ url, busyPort }: ServedApp, path = "/"): string {
  const moved = busyPort === null ? "" : ` (another program has port ${busyPort})`;
  return `page    ${url}${path}${moved}`;
}
