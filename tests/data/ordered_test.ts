import { assert, assertEquals, assertRejects } from "@std/assert";
import { inOrder } from "../../data/ordered.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

Deno.test("inOrder() yields in the items' order, whoever finishes first, within its limit", async () => {
  let running = 0;
  let most = 0;
  const work = async (item: number) => {
    most = Math.max(most, ++running);
    await wait(item % 3 === 0 ? 8 : 0);
    running--;
    return item * 10;
  };
  const results = await Array.fromAsync(inOrder([0, 1, 2, 3, 4, 5, 6], work, { limit: 3 }));
  assertEquals(results, [0, 10, 20, 30, 40, 50, 60]);
  assertEquals(most, 3);
});

Deno.test("inOrder() stops at the first error and leaves nothing running", async () => {
  const started: number[] = [];
  let running = 0;
  const work = async (item: number) => {
    started.push(item);
    running++;
    await wait(2);
    running--;
    if (item >= 1) throw new Error(`item ${item}`);
  };
  await assertRejects(
    () => Array.fromAsync(inOrder([0, 1, 2, 3, 4, 5, 6, 7], work, { limit: 3 })),
    Error,
    "item 1",
  );
  assertEquals(running, 0);
  assert(started.length < 8, `started ${started}`);
});

Deno.test("inOrder() stops with the signal's reason", async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const items = inOrder([1, 2, 3, 4, 5], (item) => Promise.resolve(item), {
    limit: 2,
    signal: controller.signal,
  });
  await assertRejects(
    async () => {
      for await (const item of items) {
        seen.push(item);
        if (item === 2) controller.abort(new Error("enough"));
      }
    },
    Error,
    "enough",
  );
  assertEquals(seen, [1, 2]);
});
