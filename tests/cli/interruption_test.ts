import { assertEquals } from "@std/assert";
import { Presses } from "../../src/cli/interruption.ts";

Deno.test("Presses takes signals at once for one press, and later ones for the next", () => {
  const presses = new Presses();
  const times = [1000, 1001, 1240, 1500, 1600, 9000];
  assertEquals(times.map((time) => presses.next(time)), [1, null, null, 2, null, 3]);
});
