/** Drawings that wait their turn: one is under way, and stale ones never begin. */

/** How one waits. */
export interface WaitOptions {
  readonly lane?: string;
  readonly signal?: AbortSignal;
}

interface Waiting {
  readonly lane: string | undefined;
  begin(): Promise<void>;
  drop(reason: unknown): void;
}

/** Works in the order they were asked for, one at a time; a lane holds the newest alone. */
export class DrawQueue {
  readonly #waiting = new Set<Waiting>();
  readonly #closing = new AbortController();
  #busy = false;

  /**
   * Runs `work` when its turn comes, with a signal that tells of `signal` and of the queue's end. Rejects
   * with an AbortError where a newer one of its lane came first.
   */
  add<T>(
    work: (signal: AbortSignal) => Promise<T>,
    { lane, signal }: WaitOptions = {},
  ): Promise<T> {
    const aborted = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])]);
    if (aborted.aborted) return Promise.reject(aborted.reason);
    for (const older of this.#waiting) {
      if (lane !== undefined && older.lane === lane) {
        older.drop(new DOMException("A newer drawing took its place", "AbortError"));
      }
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const drop = (reason: unknown) => {
      this.#waiting.delete(waiting);
      aborted.removeEventListener("abort", leave);
      reject(reason);
    };
    const leave = () => drop(aborted.reason);
    const begin = () => {
      this.#waiting.delete(waiting);
      const done = work(aborted);
      // Who aborts does not wait for what is under way to notice.
      return done.then(resolve, reject).finally(() => aborted.removeEventListener("abort", leave));
    };
    const waiting = { lane, begin, drop };
    aborted.addEventListener("abort", leave, { once: true });
    this.#waiting.add(waiting);
    void this.#goOn();
    return promise;
  }

  /** Drops all; later ones are refused. */
  close(): void {
    this.#closing.abort(new DOMException("The page draws no more", "AbortError"));
  }

  async #goOn(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    await Promise.resolve(); // what is asked for in one go can still make each other stale
    for (const next of this.#waiting) await next.begin(); // the newest come last
    this.#busy = false;
  }
}
