/** The page as commands open it: the server over the runs, with the files of `ui/`. */
import { fromFileUrl } from "@std/path";
import { createApp } from "../../server/app.ts";
import { serveApp, type ServedApp } from "../../server/listen.ts";
import type { RunStore } from "../runs/store.ts";

/** Where the page's own files are. */
const PAGE_FOLDER = fromFileUrl(new URL("../../ui", import.meta.url));

/** Serves runs and page on 127.0.0.1. `report` is told of the server's own errors. */
export function openPage(
  runs: RunStore,
  port: number,
  report: (error: unknown) => void,
): ServedApp {
  return serveApp(createApp({ runs, page: PAGE_FOLDER, report }), port);
}

/** Where the page is, and why it is not where it was asked to be. */
export function pageLine({ url, busyPort }: ServedApp, path = "/"): string {
  const moved = busyPort === null ? "" : ` (another program has port ${busyPort})`;
  return `page    ${url}${path}${moved}`;
}
