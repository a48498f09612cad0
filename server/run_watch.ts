/**
 * Notices what is new in a run, once for all who stream it. The store belongs to the trainer, often
 * in another process, so noticing means asking it: one query a tick, however many wait. With nobody
 * waiting there is no timer and no open store; a client that stopped reading waits for nothing.
 */
import type { RunStatus } from "../src/core/protocol.ts";
import { isHeld } from "../src/runs/lock.ts";
import type { RunStore } from "../src/runs/store.ts";
import type { StoredRun } from "../src/runs/stored_run.ts";

const TICK_MS = 100;
/** Ticks between looks at whether the run has ended: that reads files. */
const TICKS_PER_LOOK = 10;
/** Quiet until a sign of life, well within the minute after which proxies give up. */
const HEARTBEAT_MS = 15_000;
/** Events in one message to a client; bounds what a client can have in flight. */
const PAGE_ROWS = 500;

/** Events in the format of server-sent events. */
export interface EventChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The last event's id: where the next chunk goes on. */
  readonly lastId: number;
}

interface Waiter {
  readonly after: number;
  readonly resolve: (wake: "events" | "quiet") => void;
  readonly reject: (error: unknown) => void;
}

/** The watch over one run. */
export class RunWatch {
  readonly #open: () => StoredRun;
  readonly #onIdle: () => void;
  readonly #ticksPerHeartbeat: number;
  readonly #waiters = new Set<Waiter>();
  #run: StoredRun | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #ticks = 0;
  #used = false;
  #endedAs: RunStatus | null = null;
  /** The chunk made last: those who keep up all want the same one. */
  #latest: { readonly after: number; readonly chunk: EventChunk } | null = null;

  /** `onIdle` is called whenever the watch has let go of its timer and store. */
  constructor(open: () => StoredRun, onIdle: () => void, heartbeatMs: number) {
    this.#open = open;
    this.#onIdle = onIdle;
    this.#ticksPerHeartbeat = Math.ceil(heartbeatMs / TICK_MS);
  }

  /** The next events past `after`, or null while there are none. */
  read(after: number): EventChunk | null {
    const run = this.#using();
    if (this.#latest?.after === after) return this.#latest.chunk;
    const { events } = run.events({ after, limit: PAGE_ROWS });
    if (events.length === 0) return null;
    const text = events.map((each) => `id: ${each.id}\ndata: ${JSON.stringify(each)}\n\n`).join("");
    const chunk = { bytes: new TextEncoder().encode(text), lastId: events.at(-1)!.id };
    this.#latest = { after, chunk };
    return chunk;
  }

  /** How the run ended, or null while a process writes it. Up to a second late. */
  endedAs(): RunStatus | null {
    this.#using();
    return this.#endedAs;
  }

  /** Resolves at the next event past `after`, or after a time without one. Rejects on `signal`. */
  wait(after: number, signal: AbortSignal): Promise<"events" | "quiet"> {
    this.#using();
    const { promise, resolve, reject } = Promise.withResolvers<"events" | "quiet">();
    const waiter = { after, resolve, reject };
    const leave = () => {
      this.#waiters.delete(waiter);
      if (this.#waiters.size === 0) this.#rest();
      reject(signal.reason);
    };
    this.#waiters.add(waiter);
    signal.addEventListener("abort", leave, { once: true });
    return promise.finally(() => signal.removeEventListener("abort", leave));
  }

  #using(): StoredRun {
    this.#used = true;
    if (this.#run) return this.#run;
    try {
      this.#run = this.#open();
      this.#look(this.#run);
    } catch (error) {
      this.#rest();
      throw error;
    }
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    return this.#run;
  }

  #tick(): void {
    const idle = !this.#used && this.#waiters.size === 0;
    this.#used = false;
    if (idle || !this.#run) return this.#rest();
    try {
      this.#ticks++;
      const endedBefore = this.#endedAs;
      if (this.#ticks % TICKS_PER_LOOK === 0) this.#look(this.#run);
      if (this.#endedAs !== endedBefore) this.#wake(() => true, "events");
      const newest = this.#run.lastEventId();
      this.#wake(({ after }) => after < newest, "events");
      if (this.#ticks % this.#ticksPerHeartbeat === 0) this.#wake(() => true, "quiet");
    } catch (error) { // the run's folder is gone or damaged: those who stream it must know
      const waiters = [...this.#waiters];
      this.#waiters.clear();
      this.#rest();
      for (const { reject } of waiters) reject(error);
    }
  }

  /** A record says how a run ended before its last event is stored; the lock is let go after. */
  #look(run: StoredRun): void {
    const { status } = run.record();
    const over = status !== "running" && status !== "preparing" && !isHeld(run.folder);
    this.#endedAs = over ? status : null;
  }

  #wake(which: (waiter: Waiter) => boolean, wake: "events" | "quiet"): void {
    for (const waiter of this.#waiters) {
      if (!which(waiter)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(wake);
    }
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#latest = null;
    this.#run?.close();
    this.#run = null;
    this.#onIdle();
  }
}

/** The watches at work. A stream asks anew each time, so an idle watch can go. */
export class RunWatches {
  readonly #runs: RunStore;
  readonly #heartbeatMs: number;
  readonly #watches = new Map<string, RunWatch>();

  constructor(runs: RunStore, heartbeatMs: number = HEARTBEAT_MS) {
    this.#runs = runs;
    this.#heartbeatMs = heartbeatMs;
  }

  /** Watches at work: one a run that somebody waits for. */
  get size(): number {
    return this.#watches.size;
  }

  /** The watch over a run, made at first asking. Use it at once; ask again after an `await`. */
  of(id: string): RunWatch {
    const known = this.#watches.get(id);
    if (known) return known;
    const watch = new RunWatch(
      () => this.#runs.open(id),
      () => this.#watches.delete(id),
      this.#heartbeatMs,
    );
    this.#watches.set(id, watch);
    return watch;
  }
}
