/** Hair: the mass behind the head, the hair over it, its gloss and strands. */
import type { HairStyle } from "./factors.ts";
import { BACK, FRONT, looseEnd, traceFringe } from "./hair_outlines.ts";
import type { Sitter } from "./sitter.ts";

const VOLUME = { x: 0, y: -0.12, radiusX: 0.66, radiusY: 0.8 };

/** Hair behind the neck; to be drawn before the body. */
export function drawHairBack(sitter: Sitter): void {
  const trace = BACK[sitter.style];
  if (trace === null) return;
  const { pen, palette } = sitter;
  pen.begin("back");
  trace(sitter);
  const { hair } = palette;
  if (sitter.style === "bun") {
    pen.space = "outline";
    pen.dome({ x: 0.06, y: -0.72, radiusX: 0.2, radiusY: 0.18 }, hair);
    return;
  }
  pen.dome(VOLUME, { dark: palette.hairLine, base: hair.dark, light: hair.base });
}

/** Styles whose hair can grow a fringe. */
function hasFringe({ factors, style }: Sitter): boolean {
  return factors.fringe === 1 && style !== "bald" && style !== "cropped";
}

/** Whether the ears show. */
export function earsShow(style: HairStyle): boolean {
  return style !== "bob" && style !== "longStraight" && style !== "longWavy" && style !== "curly";
}

/** Hair over the head, with the shadow that it throws on the face. */
export function drawHairFront(sitter: Sitter): void {
  const trace = FRONT[sitter.style];
  if (trace === null) return;
  const { pen, palette, masks, factors, style } = sitter;
  const { pose } = pen;
  const outlines = () => {
    trace(sitter);
    if (hasFringe(sitter)) traceFringe(sitter);
  };
  pose.shiftX = -0.035 * pen.light.x;
  pose.shiftY = 0.035;
  pen.begin("outline");
  outlines();
  pen.flat(palette.skinDeep, { clip: masks.skin, soften: 0.02, alpha: 0.75 });
  pose.shiftX = pose.shiftY = 0;
  pen.begin("outline");
  outlines();
  pen.space = "outline";
  const stubble = style === "cropped";
  pen.dome(VOLUME, palette.hair, {
    keep: masks.hair,
    alpha: stubble ? 0.72 + 0.25 * factors.hairLength : 1,
  });
  if (!stubble) {
    drawStrands(sitter);
    drawGloss(sitter);
  }
}

/** A band of reflected light around the crown, brightest towards the light. */
function drawGloss({ pen, palette, masks, style }: Sitter): void {
  const clip = masks.hair;
  const x = 0.3 * pen.light.x;
  if (style === "curly") {
    pen.spot("outline", [x, -0.66, 0.4, 0.2], palette.hairGloss, 0.5, clip);
    return;
  }
  pen.begin("outline")
    .stroke([x - 0.36, -0.5, x - 0.18, -0.63, x + 0.18, -0.63, x + 0.36, -0.5], 0.005, 0.05, 0.005)
    .flat(palette.hairGloss, { clip, soften: 0.02, alpha: 0.7 });
}

type Strand = readonly [number, number, number, number, number, number, number, number];

/** Darker lines between locks, from the parting outwards. */
const FROM_CENTRE: readonly Strand[] = [
  [0, -0.48, 0, -0.56, 0, -0.66, 0, -0.76],
  [0.03, -0.7, 0.25, -0.66, 0.42, -0.45, 0.47, -0.1],
  [0.02, -0.62, 0.2, -0.58, 0.34, -0.44, 0.45, -0.22],
  [-0.03, -0.7, -0.25, -0.66, -0.42, -0.45, -0.47, -0.1],
  [-0.02, -0.62, -0.2, -0.58, -0.34, -0.44, -0.45, -0.22],
];
const FROM_SIDE: readonly Strand[] = [
  [0.2, -0.53, 0.06, -0.66, -0.25, -0.6, -0.43, -0.24],
  [0.2, -0.56, 0.0, -0.77, -0.35, -0.66, -0.48, -0.28],
  [0.2, -0.5, 0.08, -0.52, -0.15, -0.5, -0.36, -0.4],
  [0.22, -0.53, 0.32, -0.57, 0.41, -0.43, 0.46, -0.18],
];
const UPWARDS: readonly Strand[] = [
  [-0.25, -0.46, -0.25, -0.62, -0.15, -0.75, 0.1, -0.82],
  [0.0, -0.48, 0.02, -0.62, 0.12, -0.72, 0.3, -0.76],
  [0.22, -0.46, 0.26, -0.55, 0.3, -0.62, 0.38, -0.64],
];
const STRANDS: Readonly<Record<HairStyle, readonly Strand[]>> = {
  bald: [],
  cropped: [],
  sidePart: FROM_SIDE,
  quiff: UPWARDS,
  bob: FROM_CENTRE,
  longStraight: FROM_CENTRE,
  longWavy: FROM_CENTRE,
  curly: [],
  bun: UPWARDS,
};

function drawStrands(sitter: Sitter): void {
  const { pen, palette, masks, shape, style } = sitter;
  pen.begin("outline");
  for (const strand of STRANDS[style]) pen.stroke(strand, 0.003, 0.011, 0.002);
  if (!earsShow(style) && style !== "curly") {
    const end = looseEnd(sitter);
    const w = shape.width;
    for (const side of [-1, 1]) {
      pen.stroke(
        [
          side * w * 1.06,
          -0.1,
          side * w * 1.1,
          0.1,
          side * w * 1.02,
          0.3,
          side * w * 1.06,
          end - 0.04,
        ],
        0.002,
        0.012,
        0.003,
      );
    }
  }
  pen.flat(palette.hairLine, { clip: masks.hair, alpha: 0.55 });
  pen.begin("outline");
  pen.pose.shiftX = 0.03 * pen.light.x; // beside each line the lit edge of the next lock
  pen.pose.shiftY = -0.022;
  for (const strand of STRANDS[style]) pen.stroke(strand, 0.002, 0.012, 0.002);
  pen.pose.shiftX = pen.pose.shiftY = 0;
  pen.flat(palette.hairGloss, { clip: masks.hair, alpha: 0.32 });
}
