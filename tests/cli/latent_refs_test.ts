import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { latentOfSeed } from "../../src/core/rng.ts";
import { parseLatentRefs, resolveLatents } from "../../src/cli/latent_refs.ts";
import { type Direction, moveAlong } from "../../src/latent/directions/direction.ts";
import { slerp } from "../../src/latent/interpolation.ts";
import { formatLatents } from "../../src/latent/latent_file.ts";
import { latentsIn } from "../../src/latent/latents.ts";
import { scaleToMean } from "../../src/latent/truncation.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const east: Direction = {
  ...{ name: "east", kind: "attribute", evidence: {}, range: 3 },
  vector: Float32Array.of(1, 0, 0),
};
const space = { latentDim: 3, truncation: null, directions: [east] };
const resolved = (text: string, more: object = {}) => {
  const { labels, ...batch } = resolveLatents(parseLatentRefs(text), { ...space, ...more });
  return { labels, latents: latentsIn(batch) };
};
const z = (seed: number) => latentOfSeed(seed, 3);

Deno.test("latents are named by seeds, ranges and expressions, in their order", () => {
  const { labels, latents } = resolved("5, 1-2,slerp(1;mean(2,3);0.5),move(7;east:2)");
  assertEquals(labels, ["5", "1", "2", "slerp(1;mean(2,3);0.5)", "move(7;east:2)"]);
  assertEquals(latents.slice(0, 3), [z(5), z(1), z(2)]);
  const mean = z(2).map((value, i) => (value + z(3)[i]!) / 2);
  assertEquals(latents[3], slerp(z(1), mean, 0.5));
  assertEquals(latents[4], moveAlong(z(7), east, 2));
});

Deno.test("truncation moves what seeds name, also in expressions, and leaves files alone", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "face.json");
  Deno.writeTextFileSync(path, "[1, 2, 3]");
  const truncation = { by: "scale", psi: 0.5 } as const;
  const { latents } = resolved(`4,mean(4),z:${path}`, { truncation });
  const scaled = scaleToMean(z(4), 0.5);
  assertEquals(latents, [scaled, scaled, Float32Array.of(1, 2, 3)]);
});

Deno.test("z:FILE is every latent of a file, z:FILE#NAME the one called so", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "two.json");
  const named = [1, 2].map((seed) => ({ name: `face ${seed}`, z: z(seed) }));
  Deno.writeTextFileSync(path, formatLatents(named, {}));
  assertEquals(resolved(`z:${path}`), { labels: ["face 1", "face 2"], latents: [z(1), z(2)] });
  assertEquals(resolved(`z:${path}#face 2`).latents, [z(2)]);
  assertThrows(() => resolved(`z:${path}#me`), RangeError, 'no latent "me"; it has face 1, face 2');
  assertThrows(() => resolved(`z:${path}x`), RangeError, `There is no file "${path}x"`);
  assertThrows(() => resolved(`z:${path}`, { latentDim: 4 }), RangeError, "latents of 4 numbers");
});

Deno.test("latents that are not there are refused by name", () => {
  const message = 'There is no direction "west" at this checkpoint; there are east.';
  assertThrows(() => resolved("move(1;west:1)"), RangeError, message);
  const none = () => resolved("move(1;west:1)", { directions: [] });
  assertThrows(none, RangeError, "there are none");
});

for (const text of ["", "a", "3-1", "1,,2", "-1", "1.5", "z:", "slerp(1;2", "1-2-3"]) {
  Deno.test(`parseLatentRefs() refuses "${text}"`, () => {
    assertThrows(() => parseLatentRefs(text), RangeError);
  });
}

Deno.test("parseLatentRefs() takes ten thousand latents and no more", () => {
  assert(parseLatentRefs("0-9999").length === 10_000);
  assertThrows(() => parseLatentRefs("0-9999,7"), RangeError, "at most 10,000 latents, got 10,001");
});
