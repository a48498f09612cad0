/** Opening the port: on this machine only, and the next free one where it is taken. */
import type { Hono } from "hono";

const HOSTNAME = "127.0.0.1";
/** Ports tried past the one asked for. */
const MORE_PORTS = 20;

/** A server that is up. */
export interface ServedApp extends AsyncDisposable {
  /** Of the page: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly port: number;
  /** The port asked for, where another program has it; else null. For telling the user. */
  readonly busyPort: number | null;
  /** Resolves when the server is down. */
  readonly finished: Promise<void>;
  /** Closes the port and every connection, streams included. */
  close(): Promise<void>;
}

/**
 * Serves `app` on 127.0.0.1, at `port` or the next of 20 that is free; 0 takes any. Throws a
 * RangeError for no valid port, and Deno.errors.AddrInUse where all are taken.
 */
export function serveApp(app: Hono, port: number): ServedApp {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`Cannot serve on port ${port}: expected a whole number from 0 to 65535`);
  }
  const stopping = new AbortController();
  const server = listen(app, port, stopping.signal);
  const close = async () => {
    stopping.abort();
    await server.finished;
  };
  return {
    url: `http://${HOSTNAME}:${server.addr.port}`,
    port: server.addr.port,
    busyPort: port !== 0 && server.addr.port !== port ? port : null,
    finished: server.finished,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function listen(app: Hono, port: number, signal: AbortSignal): Deno.HttpServer<Deno.NetAddr> {
  const last = port === 0 ? 0 : Math.min(port + MORE_PORTS, 65_535);
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      return Deno.serve(
        { hostname: HOSTNAME, port: candidate, signal, onListen: () => {} },
        (request) => app.fetch(request),
      );
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Deno.errors.AddrInUse(
    `Cannot serve on ports ${port} to ${last}: other programs have all of them. ` +
      "Choose another with --port, or 0 for any",
  );
}
