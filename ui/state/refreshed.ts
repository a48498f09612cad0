/** What is read from the server again and again, while it may change. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { type Clock, Refused } from "../transport.ts";
import { failure, type Loading } from "./loading.ts";

const EVERY_MS = 5000;

/** How something is read. */
export interface RefreshedOptions<T> {
  readonly read: () => Promise<T>;
  readonly clock: Clock;
  /** Whether it may still change, going by what was read last. Once it may not it is read no more. */
  readonly goesOn: (newest: T | null) => boolean;
  /** Given where what has ended may begin again: it is then read on, so seldom. */
  readonly restMs?: number;
}

/** A value that follows the server's until `dispose()`. A server that is gone is asked again. */
export class Refreshed<T> {
  /** null before the first reading; kept when a later one fails. */
  readonly value: ReadonlySignal<T | null>;
  /** Of the newest attempt. */
  readonly loading: ReadonlySignal<Loading>;
  readonly #value = signal<T | null>(null);
  readonly #loading = signal<Loading>({ state: "loading" });
  #cancel = () => {};
  #reading = false;
  #disposed = false;

  constructor(private readonly options: RefreshedOptions<T>) {
    this.value = this.#value;
    this.loading = this.#loading;
    void this.#read();
  }

  /** Reads now: something is known to have changed. */
  wake(): void {
    if (!this.#reading && !this.#disposed) void this.#read();
  }

  dispose(): void {
    this.#disposed = true;
    this.#cancel();
  }

  async #read(): Promise<void> {
    const { read, goesOn, restMs } = this.options;
    this.#cancel();
    this.#reading = true;
    // Asked first: what ends while it is read is read once more.
    let again = goesOn(this.#value.value);
    let final = false;
    try {
      const value = await read();
      if (this.#disposed) return;
      again ||= goesOn(value);
      this.#value.value = value;
      this.#loading.value = { state: "ready" };
    } catch (error) {
      if (this.#disposed) return;
      final = error instanceof Refused; // silence is not
      again ||= !final;
      this.#loading.value = failure(error);
    } finally {
      this.#reading = false;
    }
    if (again) this.#later(EVERY_MS);
    else if (restMs !== undefined && !final) this.#later(restMs);
  }

  #later(ms: number): void {
    const { clock } = this.options;
    this.#cancel = clock.after(ms, () => {
      if (clock.visible()) void this.#read();
      else this.#later(ms);
    });
  }
}
