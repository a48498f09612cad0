/** What two pictures differ by, pixel by pixel, and how it is shown. Pure. */
import type { Picture } from "../explore/picture_cache.ts";

/** How much they differ, or which of the two is brighter. */
export const DIFFERENCE_MAPS = ["absolute", "signed"] as const;
/** One of `DIFFERENCE_MAPS`. */
export type DifferenceMap = typeof DIFFERENCE_MAPS[number];

/** Red, green and blue, 0 to 255. */
type Colour = readonly [number, number, number];

/** From nothing to all: dark to bright, so that it reads without hues, too. */
const ABSOLUTE: readonly Colour[] = [[0, 0, 0], [87, 15, 109], [187, 55, 84], [249, 142, 9], [
  252,
  255,
  164,
]];
/** From darker than the reference over equal to brighter; both ends are far from the middle's grey. */
const SIGNED: readonly Colour[] = [[40, 120, 255], [26, 44, 92], [24, 24, 24], [104, 56, 16], [
  255,
  160,
  40,
]];

/** The colour of a share of the map, 0 to 1. */
function colourAt(stops: readonly Colour[], share: number): Colour {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const from = Math.min(stops.length - 2, Math.floor(at));
  const mix = (channel: 0 | 1 | 2) =>
    stops[from]![channel] + (at - from) * (stops[from + 1]![channel] - stops[from]![channel]);
  return [mix(0), mix(1), mix(2)];
}

/**
 * The colour of a difference. `absolute`: of the mean absolute difference over the channels; `signed`: of
 * the mean difference, positive where the picture is brighter than the reference. Differences in levels,
 * 0 to 255, are multiplied by `gain`; beyond 255 they look alike.
 */
export function differenceColour(map: DifferenceMap, levels: number, gain: number): Colour {
  const share = levels * gain / 255;
  return map === "absolute"
    ? colourAt(ABSOLUTE, share)
    : colourAt(SIGNED, 0.5 + 0.5 * Math.max(-1, Math.min(1, share)));
}

const LEVELS = 256;

/** Colours of all differences from −255 to 255 levels, RGBA: 511 of them. */
function table(map: DifferenceMap, gain: number): Uint8ClampedArray {
  const colours = new Uint8ClampedArray(4 * (2 * LEVELS - 1));
  for (let levels = 1 - LEVELS; levels < LEVELS; levels++) {
    colours.set([...differenceColour(map, levels, gain), 255], 4 * (levels + LEVELS - 1));
  }
  return colours;
}

/** Calls back for each pixel of the larger picture, with the places in both; the smaller is enlarged. */
function overPixels(
  a: Picture,
  b: Picture,
  see: (inA: number, inB: number, index: number) => void,
): number {
  const size = Math.max(a.size, b.size);
  for (let y = 0; y < size; y++) {
    const rowA = Math.floor(y * a.size / size) * a.size;
    const rowB = Math.floor(y * b.size / size) * b.size;
    for (let x = 0; x < size; x++) {
      const inA = 4 * (rowA + Math.floor(x * a.size / size));
      const inB = 4 * (rowB + Math.floor(x * b.size / size));
      see(inA, inB, y * size + x);
    }
  }
  return size;
}

/** Mean absolute difference over all pixels and channels, in levels, 0 to 255. */
export function meanAbsoluteDifference(reference: Picture, picture: Picture): number {
  const [a, b] = [reference.pixels, picture.pixels];
  let sum = 0;
  const size = overPixels(reference, picture, (inA, inB) => {
    for (let c = 0; c < 3; c++) sum += Math.abs(b[inB + c]! - a[inA + c]!);
  });
  return sum / (3 * size * size);
}

/** Draws what `picture` differs by from `reference`, as large as the larger of them. */
export function differencePicture(
  reference: Picture,
  picture: Picture,
  map: DifferenceMap,
  gain: number,
): Picture {
  const [a, b] = [reference.pixels, picture.pixels];
  const colours = table(map, gain);
  const side = Math.max(reference.size, picture.size);
  const pixels = new Uint8ClampedArray(4 * side * side);
  const size = overPixels(reference, picture, (inA, inB, index) => {
    let sum = 0;
    for (let c = 0; c < 3; c++) {
      const difference = b[inB + c]! - a[inA + c]!;
      sum += map === "absolute" ? Math.abs(difference) : difference;
    }
    const at = 4 * (Math.round(sum / 3) + LEVELS - 1);
    for (let c = 0; c < 4; c++) pixels[4 * index + c] = colours[at + c]!;
  });
  return { pixels, size };
}
