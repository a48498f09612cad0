/**
 * Who may talk to the server, and what browsers may do with what it answers. It listens on this
 * machine alone, but any web page may try to reach it through its visitor's browser.
 */
import type { Context, HonoRequest, Next } from "hono";
import { HTTPException } from "hono/http-exception";

/** Names of this machine that no name server is asked for; any port, for forwarded ones. */
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** No inline script or style, nothing from elsewhere, no frame around the page; WebAssembly may be compiled. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The opener and embedder policies isolate the page, without which threads share no memory. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Puts the headers on every answer, refusals included. */
export async function securityHeaders(c: Context, next: Next): Promise<void> {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
}

/**
 * Refuses, with 403, requests that come from elsewhere. A foreign `Host` is DNS rebinding: a page's
 * own name made to point here. A foreign `Origin`, or `Sec-Fetch-Site` where a browser sends no
 * Origin, is another site's page. Following a link to here is fine: the other site reads nothing.
 */
export async function localOnly(c: Context, next: Next): Promise<void> {
  const host = c.req.header("host") ?? new URL(c.req.url).host;
  if (!LOCAL_HOST.test(host)) {
    throw refused(`Host "${host}"`, "127.0.0.1 or localhost", "Open the page by that address");
  }
  const origin = c.req.header("origin");
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    throw refused(`Origin "${origin}"`, `http://${host}`, "Open the page by its own address");
  }
  const site = c.req.header("sec-fetch-site");
  if ((site === "cross-site" || site === "same-site") && !followsLink(c.req)) {
    throw refused(`Sec-Fetch-Site "${site}"`, "same-origin", "Open the page by its own address");
  }
  await next();
}

/** A link into a whole browser tab, as against a script's fetch, an image, a frame or a form. */
function followsLink(request: HonoRequest): boolean {
  return request.method === "GET" && request.header("sec-fetch-mode") === "navigate" &&
    request.header("sec-fetch-dest") === "document";
}

function refused(came: string, expected: string, mend: string): HTTPException {
  return new HTTPException(403, { message: `Refused ${came}: expected ${expected}. ${mend}` });
}
