/** Every colour of a face, from its factors. */
import { along, type Colour, colourOf, type Lch, mix, tone } from "./colour.ts";
import type { FaceFactors } from "./factors.ts";
import type { Ramp } from "./paint.ts";

/** Every colour of one picture. */
export interface Palette {
  readonly skin: Ramp;
  /** Skin where no light reaches: under the chin, beside the nose. */
  readonly skinDeep: Colour;
  /** Folds, nostrils, lid creases. */
  readonly skinLine: Colour;
  readonly blush: Colour;
  readonly gleam: Colour;
  readonly freckle: Colour;
  readonly lip: Colour;
  readonly lipDark: Colour;
  readonly lipLight: Colour;
  readonly hair: Ramp;
  readonly hairLine: Colour;
  readonly hairGloss: Colour;
  readonly brow: Colour;
  readonly lash: Colour;
  readonly iris: Colour;
  readonly irisLight: Colour;
  readonly irisRim: Colour;
  readonly clothes: Ramp;
  readonly clothesTrim: Ramp;
  readonly hat: Ramp;
  readonly hatTrim: Ramp;
  readonly backgroundNear: Colour;
  readonly backgroundFar: Colour;
}

const SKIN: readonly Lch[] = [
  { l: 0.905, c: 0.042, h: 55 },
  { l: 0.86, c: 0.062, h: 58 },
  { l: 0.78, c: 0.082, h: 60 },
  { l: 0.68, c: 0.09, h: 58 },
  { l: 0.56, c: 0.085, h: 54 },
  { l: 0.47, c: 0.072, h: 51 },
  { l: 0.39, c: 0.055, h: 47 },
];

const HAIR: readonly Lch[] = [
  { l: 0.24, c: 0.012, h: 40 },
  { l: 0.29, c: 0.028, h: 45 },
  { l: 0.36, c: 0.05, h: 48 },
  { l: 0.45, c: 0.072, h: 55 },
  { l: 0.57, c: 0.085, h: 65 },
  { l: 0.7, c: 0.095, h: 76 },
  { l: 0.82, c: 0.085, h: 86 },
];

const IRIS: readonly Lch[] = [
  { l: 0.36, c: 0.06, h: 50 },
  { l: 0.46, c: 0.08, h: 70 },
  { l: 0.52, c: 0.08, h: 115 },
  { l: 0.55, c: 0.085, h: 155 },
  { l: 0.57, c: 0.09, h: 215 },
  { l: 0.58, c: 0.09, h: 248 },
  { l: 0.62, c: 0.03, h: 250 },
];

function rampOf(base: Lch, depth: number, lift: number, turn: number): Ramp {
  return {
    dark: colourOf(tone(base, -depth, 1.1, -turn)),
    base: colourOf(base),
    light: colourOf(tone(base, lift, 0.85, turn)),
  };
}

function skinOf(factors: FaceFactors): Lch {
  const skin = along(SKIN, factors.skin);
  return {
    l: skin.l,
    c: skin.c * (1 + 0.08 * factors.skinWarmth),
    h: skin.h + 9 * factors.skinWarmth,
  };
}

function hairOf(factors: FaceFactors): Lch {
  const natural = along(HAIR, factors.hairTone);
  if (factors.greyHair === 1) return { l: 0.58 + 0.3 * factors.hairTone, c: 0.008, h: 80 };
  const red = factors.hairRed * factors.hairRed;
  return {
    l: natural.l + 0.02 * red,
    c: natural.c * (0.75 + 0.3 * factors.hairRed) + 0.05 * red * Math.min(1, natural.l * 1.6),
    h: natural.h - (natural.h - 44) * 0.75 * red,
  };
}

/** The colours that the factors ask for. */
export function paletteOf(factors: FaceFactors): Palette {
  const skin = skinOf(factors);
  const lip: Lch = factors.lipstick === 1
    ? { l: 0.35 + 0.28 * skin.l, c: 0.155, h: 18 }
    : { l: skin.l * 0.86 - 0.03, c: skin.c * 0.75 + 0.05, h: skin.h - 26 };
  const deep = tone(skin, -0.19 * (0.4 + 0.6 * skin.l), 1.15, -12);
  return {
    skin: {
      dark: colourOf(tone(skin, -0.15 * (0.35 + 0.65 * skin.l), 1.2, -10)),
      base: colourOf(skin),
      light: colourOf(tone(skin, 0.05 + 0.02 * (1 - skin.l), 0.8, 6)),
    },
    skinDeep: colourOf(deep),
    skinLine: colourOf(tone(skin, -0.34 * (0.35 + 0.65 * skin.l), 1.2, -16)),
    blush: colourOf({ l: skin.l * 0.93, c: skin.c + 0.065 * skin.l, h: skin.h - 30 }),
    gleam: colourOf(tone(skin, 0.11, 0.55, 8)),
    freckle: colourOf(tone(skin, -0.13, 1.3, -4)),
    lip: colourOf(lip),
    lipDark: colourOf(tone(lip, -0.1, 1, -4)),
    lipLight: colourOf(tone(lip, 0.09, 0.85, 4)),
    ...hairColours(factors),
    ...eyeColours(factors),
    ...surroundings(factors),
  };
}

function hairColours(factors: FaceFactors): Pick<
  Palette,
  "hair" | "hairLine" | "hairGloss" | "brow" | "lash"
> {
  const hair = hairOf(factors);
  const deep = tone(hair, -0.09 - 0.1 * hair.l, 1.05, -8);
  return {
    hair: {
      dark: colourOf(deep),
      base: colourOf(hair),
      light: colourOf(tone(hair, 0.07 + 0.03 * hair.l, 1.05, 4)),
    },
    hairLine: colourOf(tone(deep, -0.03)),
    hairGloss: colourOf(tone(hair, 0.15, 0.8, 6)),
    brow: colourOf({ l: 0.14 + 0.5 * hair.l, c: hair.c * 0.8, h: hair.h - 6 }),
    lash: colourOf({ l: 0.2, c: 0.02, h: 40 }),
  };
}

function eyeColours(factors: FaceFactors): Pick<Palette, "iris" | "irisLight" | "irisRim"> {
  const iris = along(IRIS, factors.eyeColour);
  return {
    iris: colourOf(iris),
    irisLight: colourOf(tone(iris, 0.15, 1.15)),
    irisRim: colourOf(tone(iris, -0.2, 0.9)),
  };
}

function surroundings(factors: FaceFactors): Pick<
  Palette,
  "clothes" | "clothesTrim" | "hat" | "hatTrim" | "backgroundNear" | "backgroundFar"
> {
  const clothes: Lch = {
    l: 0.36 + 0.4 * factors.clothesLightness,
    c: 0.085,
    h: factors.clothesHue,
  };
  const hat: Lch = { l: 0.5, c: 0.1, h: factors.hatHue };
  const ground: Lch = {
    l: 0.67 + 0.22 * factors.backgroundLightness,
    c: 0.06 - 0.015 * factors.backgroundLightness,
    h: factors.backgroundHue,
  };
  return {
    clothes: rampOf(clothes, 0.13, 0.06, 8),
    clothesTrim: rampOf({ l: 0.93, c: 0.012, h: 90 }, 0.14, 0.04, 20),
    hat: rampOf(hat, 0.15, 0.08, 8),
    hatTrim: rampOf(tone(hat, -0.12, 0.9), 0.12, 0.07, 8),
    backgroundNear: mix(colourOf(tone(ground, 0.07, 0.7)), [1, 1, 1], 0.06),
    backgroundFar: colourOf(tone(ground, -0.09, 1.15, 10)),
  };
}
