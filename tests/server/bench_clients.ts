/**
 * The clients of bench_stream.ts, in a process of their own: opens COUNT streams of URL and reads them
 * until standard input ends, then prints what came as one line of JSON.
 */
import type { StoredEvent } from "../../src/core/protocol.ts";
import { SseReader } from "./sse_reader.ts";

/** What the clients got. */
export interface Received {
  /** Bytes of all streams together, headers included. */
  readonly bytes: number;
  /** Milliseconds from an event's storing to its arrival at the first client, rising. */
  readonly delaysMs: readonly number[];
}

async function openStream(url: URL): Promise<Deno.TcpConn> {
  const socket = await Deno.connect({ hostname: url.hostname, port: Number(url.port) });
  const request = `GET ${url.pathname}${url.search} HTTP/1.0\r\nHost: ${url.host}\r\n\r\n`;
  await socket.write(new TextEncoder().encode(request));
  return socket;
}

if (import.meta.main) {
  const url = new URL(Deno.args[0]!);
  const sockets = await Promise.all(
    Array.from({ length: Number(Deno.args[1]) }, () => openStream(url)),
  );
  let bytes = 0;
  const delaysMs: number[] = [];
  const counter = () =>
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        bytes += chunk.length;
        controller.enqueue(chunk);
      },
    });
  const [first, ...others] = sockets;
  const listen = async () => {
    const reader = new SseReader(first!.readable.pipeThrough(counter()));
    for (let message = await reader.next(); message !== null; message = await reader.next()) {
      if (message.id === "") continue;
      delaysMs.push(Date.now() - (JSON.parse(message.data) as StoredEvent).time);
    }
  };
  const count = async (socket: Deno.TcpConn) => {
    const buffer = new Uint8Array(65_536);
    for (let n = await socket.read(buffer); n !== null; n = await socket.read(buffer)) bytes += n;
  };
  const closed = (error: unknown) => {
    if (!(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted)) {
      throw error;
    }
  };
  const reading = [listen().catch(closed), ...others.map((socket) => count(socket).catch(closed))];
  console.log("open");
  await Deno.stdin.read(new Uint8Array(1));
  for (const socket of others) socket.close();
  const received: Received = { bytes, delaysMs: delaysMs.sort((a, b) => a - b) };
  console.log(JSON.stringify(received));
  await Promise.race(reading);
  Deno.exit(0);
}
