/** A stream that comes back by itself, and says how it stands. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { RunStatus, StoredEvent } from "../../src/core/protocol.ts";
import type { Clock, StreamListener } from "../transport.ts";

/** How the page stands with the run's stream of events. */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  | { readonly state: "waiting"; readonly seconds: number }
  | { readonly state: "ended" };

/** Seconds to wait before each further attempt; the last one repeats. */
const WAITS_S = [1, 2, 4, 8, 15];

/** What a stream follows, and whom it tells. */
export interface ConnectionOptions {
  /** Opens the stream past an event id; returns what closes it. */
  readonly open: (after: number, listener: StreamListener) => () => void;
  readonly receive: (event: StoredEvent) => void;
  /** Told when the server says that nothing more comes, and how the run stands then. */
  readonly ended: (status: RunStatus) => void;
  readonly clock: Clock;
}

/** Follows a run's events from an id on, across dropped connections, without gaps or repeats. */
export class LiveStream {
  readonly #state = signal<Connection>({ state: "ended" });
  readonly #options: ConnectionOptions;
  #lastId = 0;
  #failures = 0;
  #close = () => {};
  #cancelWait = () => {};

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ReadonlySignal<Connection> {
    return this.#state;
  }

  /** Begins past an event id; begins anew past the last event that came. */
  start(after: number): void {
    this.#lastId = Math.max(this.#lastId, after);
    this.#failures = 0;
    this.#connect();
  }

  /** Tries at once instead of when the wait is over. */
  retry(): void {
    if (this.#state.value.state === "waiting") this.#connect();
  }

  /** Nothing more is to come, or nobody listens any more. */
  end(): void {
    this.#close();
    this.#cancelWait();
    this.#state.value = { state: "ended" };
  }

  #connect(): void {
    this.#close();
    this.#cancelWait();
    this.#state.value = { state: "connecting" };
    this.#close = this.#options.open(this.#lastId, {
      opened: () => {
        this.#failures = 0;
        this.#state.value = { state: "live" };
      },
      event: (event) => {
        if (event.id <= this.#lastId) return;
        this.#lastId = event.id;
        this.#options.receive(event);
      },
      ended: (status) => {
        this.end();
        this.#options.ended(status);
      },
      lost: () => this.#wait(WAITS_S[Math.min(this.#failures++, WAITS_S.length - 1)]!),
    });
  }

  #wait(seconds: number): void {
    if (seconds === 0) return this.#connect();
    this.#state.value = { state: "waiting", seconds };
    this.#cancelWait = this.#options.clock.after(1000, () => this.#wait(seconds - 1));
  }
}
