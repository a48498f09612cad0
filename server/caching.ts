/** Entity tags: what a browser has already need not be read from disk again. */
import type { Context } from "hono";

/** For what may change under its address: kept, but asked about each time. */
export const REVALIDATE = "no-cache";
/** For what never changes under its address, as the address holds its hash. */
export const IMMUTABLE = "public, max-age=31536000, immutable";

/** Whether the client has this version, so that the answer is 304. `tag` comes with its quotes. */
export function hasVersion(c: Context, tag: string): boolean {
  const known = c.req.header("if-none-match");
  if (known === undefined) return false;
  const strong = (text: string) => text.trim().replace(/^W\//, "");
  return known.trim() === "*" || known.split(",").some((each) => strong(each) === strong(tag));
}

/** 304, with the headers that a browser updates its copy by. */
export function unchanged(c: Context, tag: string, cacheControl: string = REVALIDATE): Response {
  return c.body(null, 304, { etag: tag, "cache-control": cacheControl });
}
