/** One face ready to be drawn: its factors, its proportions, its colours and the pen. */
import { type FaceFactors, HAIR_STYLES, type HairStyle } from "./factors.ts";
import type { Mask } from "./mask.ts";
import { type Palette, paletteOf } from "./palette.ts";
import type { Pen } from "./pen.ts";

/** Places and lengths in drawing units, the head upright and facing the viewer. */
export interface Anatomy {
  /** Half the face's width at the cheekbones. */
  readonly width: number;
  readonly crownY: number;
  readonly chinY: number;
  /** Half the width at the jaw's corners, and their height. */
  readonly jawWidth: number;
  readonly jawY: number;
  /** How broad the chin is. */
  readonly chinWidth: number;
  readonly eyeX: number;
  readonly eyeY: number;
  readonly browY: number;
  readonly noseY: number;
  readonly mouthY: number;
}

/** What later parts are clipped to; cleared before each picture. */
export interface Masks {
  readonly skin: Mask;
  readonly neck: Mask;
  readonly hair: Mask;
  /** Scratch: an eye's or the mouth's opening, cleared by who used it. */
  readonly opening: Mask;
}

/** Who is drawn: factors, and all that follows from them. */
export interface Sitter {
  readonly factors: FaceFactors;
  readonly style: HairStyle;
  /** Whether a hat hides the hair's top. */
  readonly covered: boolean;
  readonly shape: Anatomy;
  readonly palette: Palette;
  readonly pen: Pen;
  readonly masks: Masks;
}

/** The head's measures, by its factors. */
export function anatomyOf(factors: FaceFactors): Anatomy {
  const width = 0.475 + 0.025 * factors.faceWidth;
  const chinY = 0.6 + 0.035 * factors.faceLength;
  const noseY = 0.235 + 0.025 * factors.noseLength;
  return {
    width,
    crownY: -0.65,
    chinY,
    jawWidth: width * (0.8 + 0.055 * factors.jaw),
    jawY: 0.36 + 0.02 * factors.faceLength,
    chinWidth: 0.17 + 0.045 * factors.jaw,
    eyeX: 0.205 + 0.014 * factors.eyeSpacing,
    eyeY: 0.02,
    browY: -0.135 - 0.025 * factors.browHeight,
    noseY,
    mouthY: noseY + 0.42 * (chinY - noseY),
  };
}

/** All that drawing takes, for one face on one canvas. */
export function sitterOf(
  factors: FaceFactors,
  shape: Anatomy,
  pen: Pen,
  masks: Masks,
): Sitter {
  return {
    factors,
    style: HAIR_STYLES[factors.hairStyle]!,
    covered: factors.hat === 1,
    shape,
    palette: paletteOf(factors),
    pen,
    masks,
  };
}
