/** Work on many items at once, with results in order. */

/**
 * Calls `work` on up to `limit` items at a time and yields results in the items' order. Stops at the
 * first error, or with the signal's reason when it is aborted; nothing is started after that.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result>,
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for (const item of items) {
      signal?.throwIfAborted();
      underWay.push(work(item));
      if (underWay.length >= limit) yield await underWay.shift()!;
    }
    while (underWay.length > 0) {
      signal?.throwIfAborted();
      yield await underWay.shift()!;
    }
  } finally {
    await Promise.allSettled(underWay); // so that no work outlives its caller, nor fails unheard
  }
}
