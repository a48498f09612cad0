import { assert, assertEquals } from "@std/assert";
import { signal } from "@preact/signals";
import { Refused, Unreachable } from "../../../ui/transport.ts";
import { PictureCache, type PictureOrder } from "../../../ui/state/explore/picture_cache.ts";
import { FakeGenerator, paintOf } from "../fake_generator.ts";
import { FakeClock, settled } from "../fakes.ts";

const checkpoint = { run: "a", step: 500, weights: "ema" } as const;

/** Latents whose first number is the key over 1,000, and one more for another generation. */
function orderOf(keys: readonly number[], generation = ""): PictureOrder<number> {
  const offset = generation === "" ? 0 : 1;
  return {
    generation,
    checkpoint,
    keys,
    latentsOf: (some) => Float32Array.from(some.flatMap((key) => [offset + key / 1000, 0, 0, 0])),
  };
}

function openCache(first: PictureOrder<number> | null, keptBytes?: number) {
  const client = new FakeGenerator();
  client.patient = true;
  const clock = new FakeClock();
  const order = signal(first);
  const cache = new PictureCache<number>(client, clock, () => order.value, keptBytes);
  const valueOf = (key: number) => cache.of(key).value?.pixels[0] ?? null;
  return { client, clock, order, cache, valueOf };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

Deno.test("PictureCache draws in batches, the most urgent first, and gives each its own", async () => {
  const { client, cache, valueOf } = openCache(orderOf(range(0, 20)));
  assertEquals(client.drawings.length, 1, "one batch at a time");
  assertEquals(client.last.count, 16);
  client.last.finish();
  await settled();
  assertEquals([valueOf(0), valueOf(15), valueOf(16)], [paintOf(0), paintOf(0.015), null]);
  assertEquals(cache.waiting.value, true);
  client.last.finish();
  await settled();
  assertEquals(valueOf(19), paintOf(0.019));
  assertEquals([client.imagesAsked, cache.waiting.value], [20, false]);
  cache.dispose();
});

Deno.test("PictureCache drops a batch that has scrolled away, and none that has not", async () => {
  const { client, order, cache, valueOf } = openCache(orderOf(range(0, 40)));
  const first = client.last;
  order.value = orderOf(range(10, 50));
  assertEquals(first.options.signal!.aborted, false, "half of it is still wanted");
  order.value = orderOf(range(1000, 1040));
  assertEquals(first.options.signal!.aborted, true);
  await settled();
  assertEquals(client.drawings.length, 2);
  client.last.finish();
  await settled();
  assert(valueOf(1000) !== null && valueOf(0) === null);
  cache.dispose();
});

Deno.test("PictureCache keeps old pictures until another generation's are there", async () => {
  const { client, order, cache, valueOf } = openCache(orderOf([1, 2]));
  client.last.finish();
  await settled();
  order.value = orderOf([1, 2], "later");
  assertEquals(valueOf(1), paintOf(0.001));
  client.last.finish();
  await settled();
  assertEquals(valueOf(1), paintOf(1.001));
  cache.dispose();
});

Deno.test("PictureCache lets a slider's batches finish, and renews the oldest pictures first", async () => {
  const { client, order, cache } = openCache(orderOf(range(0, 32)));
  client.last.finish();
  await settled(); // the first sixteen of them
  const overtaken = client.last;
  order.value = orderOf(range(0, 32), "moved");
  assertEquals(overtaken.options.signal!.aborted, false);
  overtaken.finish();
  await settled();
  assertEquals(client.last.latents[0], Math.fround(1), "seed 0 is older than seed 16");
  cache.dispose();
});

Deno.test("PictureCache asks no more for what was refused, until it is asked otherwise", async () => {
  const { client, clock, order, cache } = openCache(orderOf([1]));
  client.last.finish(new Refused(422, "NaN in the weights"));
  await settled();
  assertEquals(cache.fault.value, "NaN in the weights");
  await clock.pass(60_000);
  order.value = orderOf([1, 2]);
  assertEquals(client.drawings.length, 1);
  order.value = orderOf([1], "an earlier step");
  assertEquals(cache.fault.value, null);
  assertEquals(client.drawings.length, 2);
  cache.dispose();
});

Deno.test("PictureCache waits for a server that is gone, and goes on", async () => {
  const { client, clock, cache, valueOf } = openCache(orderOf([1]));
  client.last.finish(new Unreachable(null));
  await settled();
  assertEquals(cache.fault.value, "The server does not answer");
  await clock.pass(2000);
  assertEquals(client.drawings.length, 2);
  client.last.finish();
  await settled();
  assertEquals([cache.fault.value, valueOf(1)], [null, paintOf(0.001)]);
  cache.dispose();
});

Deno.test("PictureCache forgets what was not looked at for longest, and nothing that is wanted", async () => {
  const { client, order, cache } = openCache(null, 1);
  client.patient = false;
  for (let from = 0; from < 3000; from += 100) {
    order.value = orderOf(range(from, from + 100));
    for (let i = 0; i < 10; i++) await settled();
  }
  assert(cache.size <= 1024 && cache.size >= 900, `${cache.size} kept`);
  const asked = client.imagesAsked;
  order.value = orderOf(range(2900, 3000));
  await settled();
  assertEquals(client.imagesAsked, asked, "the newest are still there");
  order.value = orderOf(range(0, 10));
  await settled();
  assertEquals(client.imagesAsked, asked + 10);
  cache.dispose();
});

Deno.test("PictureCache asks for nothing after dispose()", async () => {
  const { client, order, cache } = openCache(orderOf([1]));
  cache.dispose();
  order.value = orderOf([2]);
  await settled();
  assertEquals(client.drawings.length, 1);
  assert(client.last.options.signal!.aborted);
});
