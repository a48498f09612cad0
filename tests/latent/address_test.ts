import { assertEquals, assertThrows } from "@std/assert";
import { formatAddress, parseAddress } from "../../src/latent/address.ts";

Deno.test("parseAddress() splits a run from its step and seed, and formatAddress() joins them", () => {
  const known = {
    "latest": { run: "latest", step: null, seed: null },
    "a@b/run@500": { run: "a@b/run", step: 500, seed: null },
    "run@best#7": { run: "run", step: "best", seed: 7 },
    "run#0": { run: "run", step: null, seed: 0 },
  } as const;
  for (const [text, address] of Object.entries(known)) {
    assertEquals(parseAddress(text), address);
    assertEquals(formatAddress(address), text);
  }
});

for (const text of ["", "latest@", "latest@x", "@5", "#5", "run#", "run#x", "run@5#-1"]) {
  Deno.test(`parseAddress() refuses "${text}"`, () => {
    assertThrows(() => parseAddress(text), RangeError, `"${text}" is no address`);
  });
}
