/** A client that stops reading, over a real socket: only there is a buffer that can fill up. */
import { assert, assertEquals } from "@std/assert";
import { Hono } from "hono";
import { serveApp } from "../../server/listen.ts";
import { RunWatches } from "../../server/run_watch.ts";
import { eventStream } from "../../server/stream.ts";
import { Lab } from "./lab.ts";
import { SseReader } from "./sse_reader.ts";

const MESSAGE = "x".repeat(4000);
const EVENTS = 6000; // 24 MB, several times what sockets buffer on loopback
const MOST_BUFFERED = 12_000_000;

/** Passes a stream on, and counts the bytes that were asked of it. */
function counted(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): { stream: ReadableStream<Uint8Array<ArrayBuffer>>; bytes: () => number } {
  const reader = stream.getReader();
  let bytes = 0;
  const passed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { value, done } = await reader.read();
      if (done) return controller.close();
      bytes += value.byteLength;
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  return { stream: passed, bytes: () => bytes };
}

/** Resolves when `value` has stood still for 300 ms. */
async function settled(value: () => number): Promise<number> {
  for (;;) {
    const before = value();
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (value() === before) return before;
  }
}

Deno.test("a client that stops reading costs a bounded buffer and no timer, and loses nothing", async () => {
  using lab = new Lab();
  const training = lab.train();
  const watches = new RunWatches(lab.runs);
  const streams: (() => number)[] = [];
  const app = new Hono().get("/stream", (c) => {
    const report = (error: unknown) => lab.reported.push(error);
    const { stream, bytes } = counted(
      eventStream({ watches, id: training.id, after: 0, report }),
    );
    streams.push(bytes);
    return c.body(stream);
  });
  await using server = serveApp(app, 0);
  using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await socket.write(new TextEncoder().encode("GET /stream HTTP/1.0\r\nHost: localhost\r\n\r\n"));

  const quick = new SseReader((await fetch(`${server.url}/stream`)).body!);
  await quick.events(1);
  for (let stored = 0; stored < EVENTS; stored++) {
    training.warn(MESSAGE);
    if (stored % 500 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  assertEquals((await quick.events(EVENTS)).at(-1)!.id, EVENTS + 1);
  await quick.leave();

  const taken = await settled(streams[0]!);
  assert(taken < MOST_BUFFERED, `expected < ${MOST_BUFFERED} bytes under way, got ${taken}`);
  assertEquals(watches.size, 0); // no timer, no open store: nobody waits for anything
  const reader = new SseReader(socket.readable);
  const ids = (await reader.events(EVENTS + 1)).map(({ id }) => id);
  assertEquals(ids, Array.from({ length: EVENTS + 1 }, (_, i) => i + 1));
  await reader.leave();
  assertEquals(lab.reported, []);
});
