/** The lab's HTTP routes about enlarging pictures. */
import type {
  EnlargeMessage,
  EnlargerList,
  EnlargeScale,
  PictureInfo,
} from "../src/core/enlarge_protocol.ts";
import { getJson, request } from "./http.ts";
import type { Enlarged, EnlargeOptions, PictureTransport } from "./picture_transport.ts";
import { formatQuery } from "./router.ts";
import { Refused, Unreachable } from "./transport.ts";

/** Characters of a file's name that the server takes. */
const LONGEST_NAME = 200;

const pathOf = (id: string) => `/api/pictures/${encodeURIComponent(id)}`;

/** The small picture, as it is enlarged. */
export const lowUrl = (id: string): string => `${pathOf(id)}/low.png`;

/** What results are compared with. */
export const truthUrl = (id: string): string => `${pathOf(id)}/truth.png`;

/** The lab's server, on the page's own origin. */
export const httpPictures: PictureTransport = {
  enlargers: async () => (await getJson<EnlargerList>("/api/enlargers")).enlargers,
  async post({ bytes, name }, { scale, truth }, signal) {
    const values = new Map([["scale", String(scale)], ["truth", truth ? "1" : "0"]]);
    if (name !== null) values.set("name", name.slice(-LONGEST_NAME));
    const url = `/api/pictures?${formatQuery(values)}`;
    const response = await request(url, { method: "POST", body: bytes, signal });
    return await response.json() as PictureInfo;
  },
  example: (scale: EnlargeScale, signal) => getJson(`/api/pictures/example?scale=${scale}`, signal),
  find: (id) => getJson(pathOf(id)),
  async read({ id, truth }, signal) {
    const response = await request(truth === null ? lowUrl(id) : truthUrl(id), { signal });
    return await response.blob();
  },
  async enlarge(id, model, options) {
    const url = `${pathOf(id)}/enlarged?${formatQuery(new Map([["model", model]]))}`;
    const { body } = await request(url, { signal: options.signal });
    return await followed(body!, options);
  },
};

/** Reads what the server tells of its work until it is done. */
async function followed(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { signal, onProgress }: EnlargeOptions,
): Promise<Enlarged> {
  try {
    for await (const line of linesOf(body)) {
      const message = JSON.parse(line) as EnlargeMessage;
      switch (message.type) {
        case "progress":
          onProgress(message.done, message.total);
          break;
        case "done":
          return message;
        case "error":
          throw new Refused(422, message.error);
        default:
          return message satisfies never;
      }
    }
  } catch (error) {
    if (error instanceof Refused) throw error;
    signal.throwIfAborted();
    throw new Unreachable(error);
  }
  throw new Unreachable(new Error("The server ended its answer before the picture was done"));
}

/** The lines of a text that comes in pieces. */
async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader(); // not all browsers iterate streams
  let rest = "";
  for (;;) {
    const { done, value = "" } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop()!;
    yield* lines.filter((line) => line !== "");
  }
  if (rest !== "") yield rest;
}
