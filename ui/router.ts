/** The page's own addresses, and moving between them without loading anew. */
import { batch, type ReadonlySignal, signal } from "@preact/signals";

/** Which page an address stands for. What the page shows in particular is in the query. */
export type Route =
  | { readonly page: "runs" }
  | { readonly page: "run"; readonly id: string }
  /** `run` null: whichever run there is; `step` null: its newest checkpoint. */
  | { readonly page: "explore"; readonly run: string | null; readonly step: number | null }
  | { readonly page: "compare" }
  | { readonly page: "enlarge" }
  | { readonly page: "unknown"; readonly path: string };

/** What a path of the page shows. */
export function parseRoute(path: string): Route {
  if (path === "/") return { page: "runs" };
  if (/^\/compare\/?$/.test(path)) return { page: "compare" };
  if (/^\/enlarge\/?$/.test(path)) return { page: "enlarge" };
  if (/^\/explore\/?$/.test(path)) return { page: "explore", run: null, step: null };
  const [, page, name, step] = /^\/(?:(runs|explore)\/([^/]+))(?:\/(\d{1,15}))?\/?$/.exec(path) ??
    [];
  if (name === undefined || (page === "runs" && step !== undefined)) {
    return { page: "unknown", path };
  }
  try {
    const id = decodeURIComponent(name);
    if (page === "runs") return { page: "run", id };
    return { page: "explore", run: id, step: step === undefined ? null : Number(step) };
  } catch {
    return { page: "unknown", path }; // a lone % in the address
  }
}

/** The address of a run's page. */
export function runHref(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

/** Where a run's generator is explored; without a step, at its newest checkpoint. */
export function exploreHref(run: string, step: number | null = null, query = ""): string {
  const path = `/explore/${encodeURIComponent(run)}${step === null ? "" : `/${step}`}`;
  return query === "" ? path : `${path}?${query}`;
}

/** Where checkpoints are compared, each `run` or `run@step`. */
export function compareHref(checkpoints: readonly string[] = []): string {
  return checkpoints.length === 0
    ? "/compare"
    : `/compare?${formatQuery(new Map([["of", checkpoints.join(",")]]))}`;
}

/** Where pictures are enlarged, by models such as `bicubic`, `run` and `run@step`. */
export function enlargeHref(models: readonly string[] = []): string {
  return models.length === 0
    ? "/enlarge"
    : `/enlarge?${formatQuery(new Map([["models", models.join(",")]]))}`;
}

/** Reads a query's names and values; of a name given twice the first. */
export function parseQuery(query: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!values.has(name)) values.set(name, value);
  }
  return values;
}

/** The query, without its question mark. What may stand there as it is does: people read addresses. */
export function formatQuery(values: ReadonlyMap<string, string>): string {
  const legible = (text: string) =>
    encodeURIComponent(text).replace(/%(2C|3A|3B|40|2F|24)/g, (code) => decodeURIComponent(code));
  return [...values].map(([name, value]) => `${legible(name)}=${legible(value)}`).join("&");
}

/** `push` makes a place that "back" returns to; `replace` does not: for sliders and scrolling. */
export type HistoryMode = "push" | "replace";

/** Where the reader is, and how to go elsewhere. */
export interface Router {
  readonly route: ReadonlySignal<Route>;
  /** The query of the address, without its question mark: the part of a page's state to be shared. */
  readonly query: ReadonlySignal<string>;
  /** Goes to an address as a link does. */
  navigate(address: string): void;
  /** Says the present page's state in the address, which moves nothing: neither focus nor scroll. */
  amend(address: string, mode: HistoryMode): void;
  /** `amend` of the query alone. */
  setQuery(query: string, mode: HistoryMode): void;
}

/** What the router needs of the browser. */
export interface AddressBar {
  /** Path and query: `/explore/a-run/500?seed=7`. */
  read(): string;
  push(address: string): void;
  replace(address: string): void;
  /** Called when the reader goes back or forth. */
  onMove(callback: () => void): void;
  scrollToTop(): void;
  /** Calls back once after `ms` milliseconds, unless what it returns is called first. */
  after(ms: number, callback: () => void): () => void;
  /** Called when the page is left or hidden: the last chance to write. */
  onLeave(callback: () => void): void;
}

/** A slider changes the address many times a second; browsers take 100 changes in 30 seconds. */
const WRITE_AFTER_MS = 350;

/** A router over an address bar. Signals change at once, replaced addresses are written with a delay. */
export function createRouter(bar: AddressBar): Router {
  const split = (address: string): [string, string] => {
    const at = address.indexOf("?");
    return at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at + 1)];
  };
  let path = "";
  const route = signal<Route>({ page: "unknown", path });
  const query = signal("");
  const show = (address: string) =>
    batch(() => {
      const [newPath, newQuery] = split(address);
      if (newPath !== path) route.value = parseRoute(newPath);
      path = newPath;
      query.value = newQuery;
    });
  show(bar.read());

  const here = () => query.value === "" ? path : `${path}?${query.value}`;
  let cancel: (() => void) | null = null;
  const flush = () => {
    if (cancel === null) return;
    cancel();
    cancel = null;
    bar.replace(here());
  };
  const amend = (address: string, mode: HistoryMode) => {
    if (address === here()) return;
    if (mode === "push") flush();
    const samePath = split(address)[0] === path;
    show(address);
    if (mode === "push") bar.push(address);
    else cancel ??= bar.after(WRITE_AFTER_MS, flush);
    if (mode === "replace" && !samePath) flush();
  };
  bar.onMove(() => {
    cancel?.(); // what was not yet written belonged to the place that was left
    cancel = null;
    show(bar.read());
  });
  bar.onLeave(flush);
  return {
    route,
    query,
    amend,
    setQuery: (newQuery, mode) => amend(newQuery === "" ? path : `${path}?${newQuery}`, mode),
    navigate(address) {
      flush();
      bar.push(address);
      show(address);
      bar.scrollToTop();
    },
  };
}

/** The browser's address bar. */
export function browserAddressBar(): AddressBar {
  return {
    read: () => location.pathname + location.search,
    push: (address) => history.pushState(null, "", address),
    replace: (address) => history.replaceState(null, "", address),
    onMove: (callback) => addEventListener("popstate", callback),
    scrollToTop: () => scrollTo(0, 0),
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    onLeave: (callback) => addEventListener("pagehide", callback),
  };
}
