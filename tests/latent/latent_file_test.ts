import { assertEquals, assertThrows } from "@std/assert";
import { formatLatents, parseLatents } from "../../src/latent/latent_file.ts";
import { latentsIn, latentsOfSeeds } from "../../src/latent/latents.ts";

Deno.test("parseLatents() reads back what formatLatents() wrote, to the bit", () => {
  const latents = latentsIn(latentsOfSeeds([1, 2], 16))
    .map((z, i) => ({ name: `face ${i}`, z: z.slice() }));
  const text = formatLatents(latents, { run: "a run", step: 500 });
  assertEquals(JSON.parse(text).step, 500);
  assertEquals(parseLatents(text, "f.json", 16), latents);
});

Deno.test("parseLatents() reads bare numbers, as other programs write them", () => {
  assertEquals(parseLatents("[1, 2]", "f", 2), [{ name: "0", z: Float32Array.of(1, 2) }]);
  const names = parseLatents("[[1, 2], [3, 4]]", "f", 2).map(({ name }) => name);
  assertEquals(names, ["0", "1"]);
});

const broken: readonly (readonly [text: string, message: string])[] = [
  ["{", '"f.json": it is not JSON'],
  ["[]", "expected {"],
  ['[1, "2"]', "expected {"],
  ['{"version": 2, "latents": []}', "expected {"],
  ["[[1, 2, 3]]", 'expected latents of 2 numbers, as the generator takes, got 3 in "0"'],
];
for (const [text, message] of broken) {
  Deno.test(`parseLatents() refuses ${text}`, () => {
    assertThrows(() => parseLatents(text, "f.json", 2), RangeError, message);
  });
}
