import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ReadingOrder } from "../../src/evaluation/reading_order.ts";

const read = (order: ReadingOrder) => Array.from({ length: order.length }, (_, i) => order.at(i));

Deno.test("ReadingOrder has every picture once, in an order that its seed alone decides", () => {
  const order = new ReadingOrder(50, { seed: 3, mirror: false });
  const places = read(order);
  assertEquals(places.map(({ picture }) => picture).toSorted((a, b) => a - b), [
    ...Array(50).keys(),
  ]);
  assert(places.every(({ mirrored }) => !mirrored));
  assertEquals(read(new ReadingOrder(50, { seed: 3, mirror: false })), places);
  assertNotEquals(read(new ReadingOrder(50, { seed: 4, mirror: false })), places);
});

Deno.test("ReadingOrder with mirrored pictures has all of them once before any the other way", () => {
  const order = new ReadingOrder(40, { seed: 3, mirror: true });
  assertEquals(order.length, 80);
  const places = read(order);
  const [first, second] = [places.slice(0, 40), places.slice(40)];
  assertEquals(new Set(first.map(({ picture }) => picture)).size, 40);
  assertEquals(second.map(({ picture }) => picture), first.map(({ picture }) => picture));
  assert(first.every(({ mirrored }, i) => mirrored !== second[i]!.mirrored));
  const mirrored = first.filter((each) => each.mirrored).length;
  assert(mirrored > 10 && mirrored < 30, `expected about half, got ${mirrored} of 40`);
});
