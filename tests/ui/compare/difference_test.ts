import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  differenceColour,
  differencePicture,
  meanAbsoluteDifference,
} from "../../../ui/state/compare/difference.ts";

/** A picture of `size` pixels a side, each of the grey that `level` says. */
function grey(size: number, level: (x: number, y: number) => number) {
  const pixels = new Uint8ClampedArray(4 * size * size);
  for (let i = 0; i < size * size; i++) {
    const value = level(i % size, Math.floor(i / size));
    pixels.set([value, value, value, 255], 4 * i);
  }
  return { pixels, size };
}

const pixelAt = ({ pixels, size }: ReturnType<typeof grey>, x: number, y: number) => [
  ...pixels.subarray(4 * (y * size + x), 4 * (y * size + x) + 3),
];
const luminance = ([red, green, blue]: readonly number[]) =>
  0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;

Deno.test("meanAbsoluteDifference() is over all pixels and channels, either way round, in levels", () => {
  const a = grey(2, (x) => 100 + 10 * x);
  const b = grey(2, () => 100);
  assertEquals(meanAbsoluteDifference(a, b), 5);
  assertEquals(meanAbsoluteDifference(b, a), 5);
  assertEquals(meanAbsoluteDifference(a, a), 0);
  const red = grey(1, () => 0);
  red.pixels[0] = 30; // one channel of three
  assertEquals(meanAbsoluteDifference(grey(1, () => 0), red), 10);
});

Deno.test("pictures of two sizes are compared after enlarging the smaller", () => {
  const small = grey(1, () => 50);
  const large = grey(2, (x, y) => 50 + 8 * (x + 2 * y));
  assertEquals(meanAbsoluteDifference(small, large), (0 + 8 + 16 + 24) / 4);
  assertEquals(meanAbsoluteDifference(large, small), (0 + 8 + 16 + 24) / 4);
  assertEquals(differencePicture(small, large, "absolute", 1).size, 2);
});

Deno.test("the absolute map goes from black to bright with the difference times the gain", () => {
  assertEquals(differenceColour("absolute", 0, 8), [0, 0, 0]);
  const levels = [0, 32, 64, 96, 128, 160, 192, 224, 255];
  const lights = levels.map((each) => luminance(differenceColour("absolute", each, 1)));
  for (let i = 1; i < lights.length; i++) assert(lights[i]! > lights[i - 1]!, `${lights}`);
  assertEquals(differenceColour("absolute", 64, 4), differenceColour("absolute", 255, 4));
  const picture = differencePicture(grey(1, () => 10), grey(1, () => 42), "absolute", 2);
  const expected = differenceColour("absolute", 32, 2);
  pixelAt(picture, 0, 0).forEach((value, i) => assertAlmostEquals(value, expected[i]!, 0.51));
});

Deno.test("the signed map tells brighter from darker, and shows equal ones as one grey", () => {
  const [equal, brighter, darker] = [0, 255, -255].map((levels) =>
    differenceColour("signed", levels, 1)
  );
  assertEquals(new Set(equal).size, 1);
  assert(brighter![0] > brighter![2] && darker![2] > darker![0]);
  const reference = grey(2, () => 100);
  const picture = grey(2, (x, y) => 100 + (x === 0 ? -60 : 60) * y);
  const shown = differencePicture(reference, picture, "signed", 4);
  const near = (x: number, y: number, expected: readonly number[]) =>
    pixelAt(shown, x, y).forEach((value, i) => assertAlmostEquals(value, expected[i]!, 0.51));
  near(0, 0, equal!);
  near(0, 1, differenceColour("signed", -60, 4));
  near(1, 1, differenceColour("signed", 60, 4));
});
