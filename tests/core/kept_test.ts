import { assertEquals, assertRejects } from "@std/assert";
import { Kept } from "../../src/core/kept.ts";

/** Things of a size, by name, that say when they are disposed of. */
class Shelf {
  readonly opened: string[] = [];
  readonly disposed: string[] = [];
  open = (name: string, size = 1) => () => {
    this.opened.push(name);
    return Promise.resolve({ size, [Symbol.dispose]: () => void this.disposed.push(name) });
  };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("Kept opens once what is asked for at once, and disposes of what was used longest ago", async () => {
  const shelf = new Shelf();
  const kept = new Kept<Disposable>(2);
  await Promise.all([kept.get("a", shelf.open("a")), kept.get("a", shelf.open("a"))]);
  await kept.get("b", shelf.open("b"));
  await kept.get("a", shelf.open("a"));
  await kept.get("c", shelf.open("c"));
  await settled();
  assertEquals([shelf.opened, shelf.disposed], [["a", "b", "c"], ["b"]]);
  assertEquals([kept.has("a"), kept.has("b")], [true, false]);
  kept[Symbol.dispose]();
  await settled();
  assertEquals(shelf.disposed, ["b", "a", "c"]);
});

Deno.test("Kept fits sizes into its budget, and keeps the newest however large", async () => {
  const shelf = new Shelf();
  const kept = new Kept<Disposable & { size: number }>(10, ({ size }) => size);
  for (const [name, size] of [["a", 4], ["b", 4], ["c", 5], ["d", 99]] as const) {
    await kept.get(name, shelf.open(name, size));
    await settled();
  }
  assertEquals(shelf.disposed, ["a", "b", "c"]);
  assertEquals(kept.has("d"), true);
});

Deno.test("Kept forgets what could not be opened", async () => {
  const kept = new Kept<Disposable>(2);
  await assertRejects(() => kept.get("a", () => Promise.reject(new RangeError("no"))), RangeError);
  assertEquals(kept.has("a"), false);
  await kept.get("a", new Shelf().open("a"));
});
