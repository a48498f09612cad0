/** A file server on this machine that misbehaves as told, for tests of downloads. */

export interface Answer {
  /** Bytes sent before the connection breaks; left out, all of them. */
  readonly breakAfter?: number;
  /** Sends the whole file whatever part was asked for. */
  readonly ignoreRange?: boolean;
  readonly status?: number;
  /** Sends other bytes of the same number. */
  readonly corrupt?: boolean;
  /** Never sends anything after the header. */
  readonly silent?: boolean;
}

/** Serves `content` at every path; request n gets answer n, the last answer goes on. */
export class Mirror implements AsyncDisposable {
  /** The `range` header of each request, or null. */
  readonly ranges: (string | null)[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #stop = new AbortController();

  constructor(content: Uint8Array<ArrayBuffer>, answers: readonly Answer[] = [{}]) {
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      signal: this.#stop.signal,
      onListen: () => {},
    }, (request) => {
      const answer = answers[Math.min(this.ranges.length, answers.length - 1)]!;
      this.ranges.push(request.headers.get("range"));
      return this.#answer(request, content, answer);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#server.finished;
  }

  #answer(request: Request, content: Uint8Array<ArrayBuffer>, answer: Answer): Response {
    if (answer.status !== undefined) return new Response("no", { status: answer.status });
    const range = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "");
    const start = range && !answer.ignoreRange ? Number(range[1]) : 0;
    const bytes = content.slice(start);
    if (answer.corrupt) bytes.forEach((_, i) => bytes[i]! ^= 0xff);
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        if (answer.silent) return;
        controller.enqueue(bytes.subarray(0, answer.breakAfter ?? bytes.length));
        controller.close(); // early where fewer bytes than promised were sent: the server hangs up
      },
    });
    const headers = new Headers({ "content-length": `${bytes.length}` });
    if (range && !answer.ignoreRange) {
      headers.set("content-range", `bytes ${start}-${content.length - 1}/${content.length}`);
    }
    return new Response(body, { status: range && !answer.ignoreRange ? 206 : 200, headers });
  }
}
