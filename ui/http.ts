/** Asking the server, and the ways in which it says no. */
import type { ApiError } from "../src/core/protocol.ts";
import { Refused, Unreachable } from "./transport.ts";

/** Numbers as the body of a POST. */
export const octets = (values: Float32Array<ArrayBuffer>): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/octet-stream" },
  body: values,
});

/** What the server has at `url`. Rejects with `Refused`, `Unreachable` or the signal's reason. */
export async function getJson<T>(url: string, signal: AbortSignal | null = null): Promise<T> {
  const response = await request(url, { headers: { accept: "application/json" }, signal });
  return await response.json() as T;
}

/** As `fetch`, but rejects with `Refused` where the server says no, and with `Unreachable` where it is silent. */
export async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw new Unreachable(cause);
  }
  if (response.ok) return response;
  throw new Refused(response.status, await refusal(response));
}

/** The server's own words, or the bare status where a proxy answered in its place. */
async function refusal(response: Response): Promise<string> {
  const text = await response.text();
  try {
    return (JSON.parse(text) as ApiError).error;
  } catch {
    return `The server answered ${response.status} ${response.statusText}`.trim();
  }
}
