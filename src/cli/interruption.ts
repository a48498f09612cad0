/** Ctrl-C, twice: once to end well, again to end now. */

/**
 * One press may come twice: from the terminal to all its processes, and again from a parent that
 * passes signals on, as task runners do. What follows a press within this time is that press.
 */
const SAME_PRESS_MS = 250;

/**
 * Tells presses from signals: feed it the time of each, in milliseconds, and it returns which press
 * that is, or null where it is the last one again.
 */
export class Presses {
  #count = 0;
  #last = -Infinity;

  next(time: number): number | null {
    if (time - this.#last < SAME_PRESS_MS) return null;
    this.#last = time;
    return ++this.#count;
  }
}

/**
 * What to do on Ctrl-C or SIGTERM, until disposed; `again` is for the second and on. SIGHUP keeps its
 * meaning, so that `nohup` works: a run that a closed terminal ends resumes from its last checkpoint.
 */
export function onInterrupt(handlers: { first(): void; again(): void }): Disposable {
  const presses = new Presses();
  const listener = () => {
    const press = presses.next(performance.now());
    if (press === 1) handlers.first();
    else if (press !== null) handlers.again();
  };
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const signal of signals) Deno.removeSignalListener(signal, listener);
    },
  };
}

/** Resolves at the first Ctrl-C. */
export async function interruption(): Promise<void> {
  const pressed = Promise.withResolvers<void>();
  using _listening = onInterrupt({ first: pressed.resolve, again: pressed.resolve });
  await pressed.promise;
}

/** Ctrl-C ended a command before it had written what it was asked for. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

/**
 * A signal for work that Ctrl-C ends well: the first press aborts it with an Interruption, the second
 * ends the process at once.
 */
export function interruptible(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const listening = onInterrupt({
    first: () => controller.abort(new Interruption("Interrupted: nothing was written")),
    again: () => Deno.exit(130),
  });
  return { signal: controller.signal, [Symbol.dispose]: () => listening[Symbol.dispose]() };
}

/** Throws the signal's reason where it is aborted, after letting a press of Ctrl-C come in. */
export async function heedSignals(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal.throwIfAborted();
}
