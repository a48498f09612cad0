import { assertEquals, assertRejects } from "@std/assert";
import { DrawQueue } from "../../../ui/generator/draw_queue.ts";

/** Work that is done when told. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, done: () => resolve("drawn"), fail: reject };
}
const drawn = (name: string) => () => Promise.resolve(name);
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("DrawQueue drops what is stale in a lane, and never begins it", async () => {
  const queue = new DrawQueue();
  const first = held();
  const begun = queue.add(first.work, { lane: "slider" });
  await turn();
  const began: number[] = [];
  const frames = [1, 2, 3].map((frame) =>
    queue.add(() => {
      began.push(frame);
      return Promise.resolve(frame);
    }, { lane: "slider" })
  );
  const nameOf = (error: DOMException) => error.name;
  const dropped = frames.slice(0, 2).map((frame) => frame.then(() => "drawn", nameOf));
  first.done();
  assertEquals(await begun, "drawn"); // what had begun is finished
  assertEquals(await Promise.all(dropped), ["AbortError", "AbortError"]);
  assertEquals([await frames[2], ...began], [3, 3]);
});

Deno.test("DrawQueue keeps other lanes, and all without one, in their order", async () => {
  const queue = new DrawQueue();
  const order = ["a", undefined, "b", undefined].map((lane, i) =>
    queue.add(drawn(`${lane} ${i}`), lane === undefined ? {} : { lane })
  );
  assertEquals(await Promise.all(order), ["a 0", "undefined 1", "b 2", "undefined 3"]);
});

Deno.test("DrawQueue lets those who abort go at once, and goes on after what failed", async () => {
  const queue = new DrawQueue();
  const [slow, broken] = [held(), held()];
  const leaving = new AbortController();
  const left = queue.add(slow.work, { signal: leaving.signal });
  const waitingToo = queue.add(drawn("never"), { signal: leaving.signal });
  const failing = queue.add(broken.work);
  const last = queue.add(drawn("last"));
  await turn();
  leaving.abort();
  await assertRejects(() => left, DOMException);
  await assertRejects(() => waitingToo, DOMException);
  slow.done();
  broken.fail(new RangeError("as told"));
  await assertRejects(() => failing, RangeError, "as told");
  assertEquals(await last, "last");
});

Deno.test("DrawQueue.close() drops what waits, and refuses what comes", async () => {
  const queue = new DrawQueue();
  const first = held();
  const [begun, waiting] = [queue.add(first.work), queue.add(drawn("never"))];
  await turn();
  queue.close();
  first.done();
  for (const each of [begun, waiting, queue.add(drawn("late"))]) {
    await assertRejects(() => each, DOMException, "draws no more");
  }
});
