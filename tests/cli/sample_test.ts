import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/cli/flags.ts";
import { parseRunAtStep } from "../../src/cli/sample.ts";
import { parseSeeds } from "../../src/cli/seeds.ts";

Deno.test("parseSeeds() reads numbers and rising ranges in their order", () => {
  assertEquals(parseSeeds("0-3"), [0, 1, 2, 3]);
  assertEquals(parseSeeds("7, 1,9-10"), [7, 1, 9, 10]);
});

for (const text of ["", "a", "3-1", "1,,2", "-1", "1.5", "0-20000", "1-2-3"]) {
  Deno.test(`parseSeeds() refuses "${text}"`, () => assertEquals(parseSeeds(text), null));
}

Deno.test("parseRunAtStep() splits a run from its step", () => {
  assertEquals(parseRunAtStep("latest"), { run: "latest", step: null });
  assertEquals(parseRunAtStep("a@b/run@500"), { run: "a@b/run", step: 500 });
  for (const text of ["latest@", "latest@x", "@5"]) {
    assertThrows(() => parseRunAtStep(text), UsageError, "such as latest@500");
  }
});
