/**
 * A run's events as server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * Each client has a cursor into the store and nothing else. The stream is pulled: the next chunk is
 * read when the client's socket has taken the last one, so a client that is slow reads later, from
 * disk, and one that stopped reading holds one chunk, no timer and no place in any queue.
 */
import type { RunWatches } from "./run_watch.ts";

/** Milliseconds after which a browser tries again by itself. */
const GREETING = "retry: 1000\n\n";
const HEARTBEAT = ": still here\n\n";

/** What a client's stream takes. */
export interface EventStreamOptions {
  readonly watches: RunWatches;
  readonly id: string;
  /** Events with greater ids are sent. */
  readonly after: number;
  /** Told why a stream broke off on this side, as the answer's status is already sent. */
  readonly report: (error: unknown) => void;
}

/**
 * Every event past `after`, then new ones as they come, each with its id and a StoredEvent as data.
 * When all is sent and no process writes the run: `event: end`, with `{"status"}` as data, and the
 * stream closes. A page should then close its EventSource, which would otherwise connect again.
 */
export function eventStream(
  { watches, id, after, report }: EventStreamOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const left = new AbortController();
  let cursor = after;
  let greeted = false;

  /** Resolves with the next bytes to send; `last` where nothing follows them. */
  async function next(): Promise<{ bytes: Uint8Array<ArrayBuffer>; last: boolean }> {
    for (;;) {
      const watch = watches.of(id);
      const endedAs = watch.endedAs(); // asked first: what came before the end is then there to read
      const chunk = watch.read(cursor);
      if (chunk !== null) {
        cursor = chunk.lastId;
        return { bytes: chunk.bytes, last: false };
      }
      if (endedAs !== null) {
        const data = JSON.stringify({ status: endedAs });
        return { bytes: encode(`event: end\ndata: ${data}\n\n`), last: true };
      }
      const wake = await watch.wait(cursor, left.signal);
      if (wake === "quiet") return { bytes: encode(HEARTBEAT), last: false };
    }
  }

  return new ReadableStream({
    async pull(controller) {
      if (!greeted) {
        greeted = true;
        return controller.enqueue(encode(GREETING));
      }
      try {
        const { bytes, last } = await next();
        controller.enqueue(bytes);
        if (last) controller.close();
      } catch (error) {
        if (left.signal.aborted) return;
        report(error);
        controller.close(); // the client connects again, and is told then
      }
    },
    cancel() { // the client has gone: what Hono calls onAbort
      left.abort();
    },
  }, { highWaterMark: 0 }); // nothing is made before it is asked for
}
