import { assertEquals } from "@std/assert";
import { Refreshed } from "../../ui/state/refreshed.ts";
import { Refused, Unreachable } from "../../ui/transport.ts";
import { FakeClock, settled } from "./fakes.ts";

/** Reads what `answers` hold, one after the other; the last again and again. */
function reader(...answers: (number | Error)[]) {
  let count = 0;
  return {
    read() {
      const answer = answers[Math.min(count++, answers.length - 1)]!;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    count: () => count,
  };
}

Deno.test("Refreshed reads until what it reads has ended, and once more for what came meanwhile", async () => {
  const clock = new FakeClock();
  const { read, count } = reader(1, 2, 10);
  const goesOn = (newest: number | null) => newest !== null && newest < 10;
  const refreshed = new Refreshed({ read, clock, goesOn });
  assertEquals(refreshed.value.value, null);
  await settled();
  assertEquals([refreshed.value.value, refreshed.loading.value.state], [1, "ready"]);
  await clock.pass(10_000);
  assertEquals(refreshed.value.value, 10);
  await clock.pass(60_000);
  assertEquals(count(), 4);
});

Deno.test("Refreshed goes on seldom where what has ended may begin again, but not after a refusal", async () => {
  const clock = new FakeClock();
  const { read, count } = reader(10, 10, 2, 10);
  const goesOn = (newest: number | null) => newest !== null && newest < 10;
  const refreshed = new Refreshed({ read, clock, goesOn, restMs: 30_000 });
  await settled();
  await clock.pass(29_000);
  assertEquals(count(), 1);
  await clock.pass(31_000);
  assertEquals([refreshed.value.value, count()], [2, 3]);
  await clock.pass(5000);
  assertEquals([refreshed.value.value, count()], [10, 4]);
  refreshed.dispose();

  const refused = reader(new Refused(404, "no such run"));
  new Refreshed({ read: refused.read, clock, goesOn: () => false, restMs: 30_000 });
  await clock.pass(120_000);
  assertEquals(refused.count(), 1);
});

Deno.test("Refreshed asks a server that is gone again, and takes a refusal as final", async () => {
  const clock = new FakeClock();
  const gone = reader(new Unreachable(null), 7);
  const back = new Refreshed({ read: gone.read, clock, goesOn: () => false });
  await settled();
  assertEquals(back.loading.value.state, "failed");
  await clock.pass(5000);
  assertEquals([back.value.value, back.loading.value.state], [7, "ready"]);

  const refused = reader(new Refused(404, "no such run"));
  const none = new Refreshed({ read: refused.read, clock, goesOn: () => false });
  await clock.pass(60_000);
  assertEquals([none.loading.value, refused.count()], [
    { state: "missing", message: "no such run" },
    1,
  ]);
});

Deno.test("Refreshed waits while nobody looks, reads at once when woken, and ends", async () => {
  const clock = new FakeClock();
  const { read, count } = reader(1);
  const refreshed = new Refreshed({ read, clock, goesOn: () => true });
  await settled();
  clock.seen = false;
  await clock.pass(20_000);
  assertEquals(count(), 1);
  refreshed.wake();
  await settled();
  assertEquals(count(), 2);
  clock.seen = true;
  await clock.pass(5000);
  assertEquals(count(), 3);
  refreshed.dispose();
  await clock.pass(60_000);
  assertEquals(count(), 3);
});
