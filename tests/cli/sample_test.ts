import { assertEquals } from "@std/assert";
import { parseSeeds } from "../../src/cli/seeds.ts";

Deno.test("parseSeeds() reads numbers and rising ranges in their order", () => {
  assertEquals(parseSeeds("0-3"), [0, 1, 2, 3]);
  assertEquals(parseSeeds("7, 1,9-10"), [7, 1, 9, 10]);
});

for (const text of ["", "a", "3-1", "1,,2", "-1", "1.5", "0-20000", "1-2-3"]) {
  Deno.test(`parseSeeds() refuses "${text}"`, () => assertEquals(parseSeeds(text), null));
}
