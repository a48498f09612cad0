/** Orders that wait their turn: one is under way, the others are dropped when nobody waits any more. */
import { ServiceError } from "./messages.ts";

interface Waiting {
  begin(): Promise<void>;
}

/** One thing at a time, first come, first served. */
export class OrderQueue {
  readonly #limit: number;
  readonly #waiting = new Set<Waiting>();
  #busy = false;

  /** `limit`: how many may wait. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Resolves with what `work` gives once its turn has come. Rejects with the signal's reason if it is
   * aborted before, and with a ServiceError where too many wait already.
   */
  add<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#waiting.size >= this.#limit) {
      const message =
        `The server has ${this.#limit} requests waiting already: try again in a moment`;
      return Promise.reject(new ServiceError("busy", message));
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const leave = () => {
      this.#waiting.delete(waiting);
      reject(signal!.reason);
    };
    const waiting = {
      begin: () => {
        signal?.removeEventListener("abort", leave);
        return work().then(resolve, reject);
      },
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.#waiting.add(waiting);
    void this.#goOn();
    return promise;
  }

  async #goOn(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (const next of this.#waiting) { // a set walked while it grows: the newest come last
      this.#waiting.delete(next);
      await next.begin();
    }
    this.#busy = false;
  }
}
