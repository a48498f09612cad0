/** Work that several wait for: it goes on for as long as one of them does. */
export class SharedWork<Progress, Result> {
  readonly #result: Promise<Result>;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(progress: Progress) => void>();
  #newest: Progress | null = null;
  #settled = false;

  /** Begins at once. `work` hears from its signal that nobody waits any more. */
  constructor(
    work: (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<Result>,
  ) {
    const onProgress = (progress: Progress) => {
      this.#newest = progress;
      for (const listener of this.#listeners) listener(progress);
    };
    this.#result = work(onProgress, this.#stop.signal).finally(() => this.#settled = true);
    this.#result.catch(() => {}); // whoever waits is told
  }

  /** Whether there is still something to wait for. */
  get underWay(): boolean {
    return !this.#settled && !this.#stop.signal.aborted;
  }

  /**
   * Resolves with what the work gives; tells of its progress, the newest first. Rejects with the signal's
   * reason when that is aborted; the last to leave ends the work.
   */
  join(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const listener = (progress: Progress) => onProgress(progress); // one each, whoever joins twice
    const leave = () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop.abort(signal.reason);
      reject(signal.reason);
    };
    this.#listeners.add(listener);
    if (this.#newest !== null) onProgress(this.#newest);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    this.#result.then(resolve, reject);
    return promise.finally(() => {
      signal.removeEventListener("abort", leave);
      this.#listeners.delete(listener);
    });
  }
}
