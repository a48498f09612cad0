/** Reads server-sent events as a browser would. */
import type { StoredEvent } from "../../src/core/protocol.ts";

export interface SseMessage {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** The messages of a stream; comments and `retry` come as messages without data. */
export class SseReader {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next message, or null at the end of the stream. */
  async next(): Promise<SseMessage | null> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const message = parseMessage(this.#text.slice(0, end));
        this.#text = this.#text.slice(end + 2);
        return message;
      }
      const { value, done } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
  }

  /** The next `count` events of the run. */
  async events(count: number): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    while (events.length < count) {
      const message = await this.next();
      if (message === null) throw new Error(`expected ${count} events, got ${events.length}`);
      if (message.data !== "") events.push(JSON.parse(message.data) as StoredEvent);
    }
    return events;
  }

  /** Goes away, as a browser whose page is closed. */
  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}

function parseMessage(text: string): SseMessage {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
  }
  const field = (name: string) => fields.get(name) ?? "";
  return { event: field("event"), id: field("id"), data: field("data") };
}
