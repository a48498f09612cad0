/** What a service refuses or fails at, as answers. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type Fault, ServiceError } from "../src/evaluation/service/messages.ts";

const STATUS: Readonly<Record<Fault, ContentfulStatusCode>> = {
  missing: 404,
  unusable: 422,
  kind: 415,
  large: 413,
  changed: 409,
  device: 503,
  busy: 503,
  stopped: 503,
  storage: 500,
  bug: 500,
};

/**
 * Runs `work` for as long as the client is there; what the service says went wrong becomes the answer. A
 * client that has gone is no error of anybody's, and reads none.
 */
export async function orRefused<T>(
  { req: { raw: { signal } } }: Context,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await work(signal);
  } catch (error) {
    if (signal.aborted) throw new HTTPException(400, { message: "The client has gone" });
    if (!(error instanceof ServiceError)) throw error;
    throw new HTTPException(STATUS[error.fault], { message: error.message, cause: error });
  }
}
