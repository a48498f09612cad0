/** Taking events in together, no more often than is worth showing. */
import type { StoredEvent } from "../../src/core/protocol.ts";
import type { Clock } from "../transport.ts";

/** The page often runs where training does: it must not take the processor from it. */
const UPDATE_EVERY_MS = 100;
/** Events of a hidden page, which has no frames, are taken in once there are so many. */
const LARGE = 1000;

/** Gathers events, and hands them on before a frame is drawn. */
export class EventQueue {
  #events: StoredEvent[] = [];
  #scheduled = false;
  #updatedAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly take: (events: readonly StoredEvent[]) => void,
  ) {}

  push(event: StoredEvent): void {
    this.#events.push(event);
    if (this.#events.length >= LARGE) return this.flush();
    if (this.#scheduled) return;
    this.#scheduled = true;
    const wait = Math.max(0, this.#updatedAt + UPDATE_EVERY_MS - this.clock.now());
    this.clock.after(wait, () =>
      this.clock.frame(() => {
        this.#scheduled = false;
        this.flush();
      }));
  }

  /** Hands on at once what has been gathered. */
  flush(): void {
    const events = this.#events;
    this.#events = [];
    this.#updatedAt = this.clock.now();
    if (events.length > 0) this.take(events);
  }
}
