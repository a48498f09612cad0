/** How a page stands with what it shows. */
import { Refused } from "../transport.ts";

/** How reading something from the server stands. */
export type Loading =
  | { readonly state: "loading" }
  | { readonly state: "ready" }
  | { readonly state: "missing"; readonly message: string }
  | { readonly state: "failed"; readonly message: string };

/** What a rejected promise of a `Transport` means for the page. */
export function failure(error: unknown): Loading {
  const message = error instanceof Error ? error.message : String(error);
  const missing = error instanceof Refused && error.status === 404;
  return { state: missing ? "missing" : "failed", message };
}
