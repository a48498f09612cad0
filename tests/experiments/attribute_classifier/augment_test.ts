import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Rng } from "../../../src/core/rng.ts";
import {
  type Augmentation,
  Augmenter,
} from "../../../src/experiments/attribute_classifier/augment.ts";

const NONE: Augmentation = { mirror: false, shift: 0, blurShare: 0, noise: 0 };
const SHAPE = { size: 4, channels: 2 };
/** Every pixel another number. */
const image = () => Float32Array.from({ length: 32 }, (_, i) => i / 32 - 0.5);
const at = (pixels: Float32Array, y: number, x: number, c: number) => pixels[(y * 4 + x) * 2 + c]!;

/** What becomes of the image under 40 draws. */
function changed(options: Partial<Augmentation>): Float32Array[] {
  const augmenter = new Augmenter(SHAPE, { ...NONE, ...options });
  const rng = new Rng(5);
  return Array.from({ length: 40 }, () => {
    const pixels = image();
    augmenter.change(pixels, rng);
    return pixels;
  });
}

Deno.test("Augmenter leaves images alone where nothing is asked for", () => {
  for (const pixels of changed({})) assertEquals(pixels, image());
});

Deno.test("Augmenter mirrors about half of the images, channels kept", () => {
  const before = image();
  const mirrored = changed({ mirror: true }).filter((pixels) => pixels[0] !== before[0]);
  assert(mirrored.length > 10 && mirrored.length < 30, `${mirrored.length} of 40`);
  for (const pixels of mirrored) {
    for (const [y, x, c] of [[0, 0, 0], [1, 2, 1], [3, 3, 0]] as const) {
      assertEquals(at(pixels, y, x, c), at(before, y, 3 - x, c));
    }
  }
});

Deno.test("Augmenter shifts by up to so many pixels and repeats the edges", () => {
  const before = image();
  const seen = new Set<string>();
  for (const pixels of changed({ shift: 1 })) {
    const found = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => ({ down, right }))).filter(
      ({ down, right }) =>
        before.every((_, i) => {
          const [c, x, y] = [i % 2, Math.floor(i / 2) % 4, Math.floor(i / 8)];
          const within = (place: number) => Math.min(3, Math.max(0, place));
          return pixels[i] === at(before, within(y - down), within(x - right), c);
        }),
    );
    assertEquals(found.length, 1, "it is one shift of the image");
    seen.add(JSON.stringify(found[0]));
  }
  assertEquals(seen.size, 9, "all shifts come up");
});

Deno.test("Augmenter softens by a binomial blur that keeps the mean of an even field", () => {
  const [softened] = changed({ blurShare: 1 });
  const middle = at(image(), 1, 1, 0); // of a plane, a symmetric blur keeps inner values
  assertAlmostEquals(at(softened!, 1, 1, 0), middle, 1e-6);
  const spike = new Float32Array(32);
  spike[(1 * 4 + 1) * 2] = 1;
  new Augmenter(SHAPE, { ...NONE, blurShare: 1 }).change(spike, new Rng(5));
  const share = (1 - at(spike, 1, 1, 0)) / 0.75; // 1 + share·(1/4 − 1)
  assert(share > 0 && share < 1);
  assertAlmostEquals(at(spike, 1, 2, 0), share / 8, 1e-6);
  assertAlmostEquals(at(spike, 0, 0, 0), share / 16, 1e-6);
  assertEquals(at(spike, 1, 1, 1), 0, "channels stay apart");
});

Deno.test("Augmenter adds noise of at most the deviation asked for, within the range of pixels", () => {
  const before = image();
  const differences = changed({ noise: 0.1 }).map((pixels) =>
    Math.sqrt(pixels.reduce((sum, x, i) => sum + (x - before[i]!) ** 2, 0) / pixels.length)
  );
  assert(Math.max(...differences) < 0.14 && Math.max(...differences) > 0.06);
  assert(Math.min(...differences) < 0.03);
  const white = new Float32Array(32).fill(1);
  new Augmenter(SHAPE, { ...NONE, noise: 1 }).change(white, new Rng(5));
  assert(white.every((x) => x <= 1 && x >= -1));
});
