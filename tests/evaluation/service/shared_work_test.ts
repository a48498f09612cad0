import { assertEquals, assertRejects } from "@std/assert";
import { SharedWork } from "../../../src/evaluation/service/shared_work.ts";

/** Work that a test drives. */
function driven() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const told: { tell: (progress: number) => void; signal: AbortSignal }[] = [];
  const work = new SharedWork<number, string>((tell, signal) => {
    told.push({ tell, signal });
    signal.addEventListener("abort", () => reject(signal.reason));
    return promise;
  });
  return { work, resolve, reject, ...told[0]! };
}

Deno.test("SharedWork tells everyone of progress, late ones of the newest, and gives all the result", async () => {
  const { work, tell, resolve } = driven();
  const [one, other]: [number[], number[]] = [[], []];
  const never = new AbortController().signal;
  const first = work.join((progress) => one.push(progress), never);
  tell(1);
  tell(2);
  const second = work.join((progress) => other.push(progress), never);
  tell(3);
  resolve("made");
  assertEquals(await Promise.all([first, second]), ["made", "made"]);
  assertEquals([one, other, work.underWay], [[1, 2, 3], [2, 3], false]);
});

Deno.test("SharedWork ends with the last who leaves, and not before", async () => {
  const { work, signal } = driven();
  const [one, other] = [new AbortController(), new AbortController()];
  const listener = () => {}; // the same for both
  const first = work.join(listener, one.signal);
  const second = work.join(listener, other.signal);
  one.abort(new Error("gone"));
  await assertRejects(() => first, Error, "gone");
  assertEquals([signal.aborted, work.underWay], [false, true]);
  other.abort(new Error("gone, too"));
  await assertRejects(() => second, Error, "gone, too");
  assertEquals([signal.aborted, work.underWay], [true, false]);
});

Deno.test("SharedWork passes a failure on", async () => {
  const { work, reject } = driven();
  const joined = work.join(() => {}, new AbortController().signal);
  reject(new RangeError("broken"));
  await assertRejects(() => joined, RangeError, "broken");
});
