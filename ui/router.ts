/** The page's own addresses, and moving between them without loading anew. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** Which page an address stands for. */
export type Route =
  | { readonly page: "runs" }
  | { readonly page: "run"; readonly id: string }
  | { readonly page: "unknown"; readonly path: string };

/** What a path of the page shows. */
export function parseRoute(path: string): Route {
  if (path === "/") return { page: "runs" };
  const id = /^\/runs\/([^/]+)\/?$/.exec(path)?.[1];
  if (id === undefined) return { page: "unknown", path };
  try {
    return { page: "run", id: decodeURIComponent(id) };
  } catch {
    return { page: "unknown", path }; // a lone % in the address
  }
}

/** The address of a run's page. */
export function runHref(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

/** Where the reader is, and how to go elsewhere. */
export interface Router {
  readonly route: ReadonlySignal<Route>;
  navigate(path: string): void;
}

/** The browser's address bar as a router. */
export function browserRouter(): Router {
  const route = signal(parseRoute(location.pathname));
  addEventListener("popstate", () => route.value = parseRoute(location.pathname));
  return {
    route,
    navigate(path) {
      history.pushState(null, "", path);
      route.value = parseRoute(path);
      scrollTo(0, 0);
    },
  };
}
