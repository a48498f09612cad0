/** How an enlargement goes, a line of JSON at a time: NDJSON. */
import type { EnlargeFigures, EnlargeMessage } from "../src/core/enlarge_protocol.ts";
import type { EnlargingProgress } from "../src/evaluation/service/enlarging_service.ts";
import type { EnlargedPicture } from "../src/evaluation/service/picture_shelf.ts";

/** What a client is told of. */
export interface EnlargedStreamOptions {
  /** Of the result. */
  readonly image: string;
  /** Begun with the stream; its signal is aborted when the client has gone. */
  readonly work: (
    onProgress: (progress: EnlargingProgress) => void,
    signal: AbortSignal,
  ) => Promise<EnlargedPicture>;
}

/** JSON has no infinity: the PSNR of equal pictures becomes null. */
function wireFigures(figures: EnlargedPicture["figures"]): EnlargeFigures | null {
  return figures && Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}

/** Progress, then how it ended. A client that leaves the stream leaves the work. */
export function enlargedStream(
  { image, work }: EnlargedStreamOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = new AbortController();
  return new ReadableStream({
    async start(controller) {
      const say = (message: EnlargeMessage) => {
        if (left.signal.aborted) return;
        controller.enqueue(new TextEncoder().encode(JSON.stringify(message) + "\n"));
      };
      say({ type: "progress", done: 0, total: 1 }); // it may have to wait its turn
      try {
        const onProgress = ({ done, total }: EnlargingProgress) =>
          say({ type: "progress", done, total });
        const { figures, seconds } = await work(onProgress, left.signal);
        say({ type: "done", image, figures: wireFigures(figures), seconds });
      } catch (error) {
        say({ type: "error", error: error instanceof Error ? error.message : String(error) });
      }
      if (!left.signal.aborted) controller.close();
    },
    cancel() {
      left.abort();
    },
  });
}
