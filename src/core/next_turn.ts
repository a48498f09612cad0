/**
 * Resolves once events that wait have been seen to: a signal, a timer, a message. What is computed on
 * this thread resolves promises without ever letting one in, so that long work awaits this now and then.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
