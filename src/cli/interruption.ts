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
