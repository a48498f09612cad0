/** Turns being asked to stop, by whatever way, into an AbortSignal. */

/** Between two looks while something other than training runs: preparing a dataset takes minutes. */
const LOOK_EVERY_MS = 100;

/** Looks on its own a few times a second, and whenever `look` is called; disposing ends that. */
export class StopWatch implements Disposable {
  readonly #controller = new AbortController();
  readonly #asked: (() => boolean)[];
  readonly #timer: ReturnType<typeof setInterval>;

  /** Aborts once `asked` says true. */
  constructor(asked: () => boolean) {
    this.#asked = [asked];
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Heeds one more way of being asked. */
  heed(asked: () => boolean): void {
    this.#asked.push(asked);
  }

  /** Looks now. */
  look(): void {
    if (!this.signal.aborted && this.#asked.some((asked) => asked())) this.#controller.abort();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
