/**
 * Outlines of the hair styles: what lies over the head (`FRONT`), and what hangs behind it (`BACK`).
 * Each adds closed outlines to the shape that the pen has begun.
 */
import type { HairStyle } from "./factors.ts";
import type { Pen } from "./pen.ts";
import type { Sitter } from "./sitter.ts";

/** Draws hair with the sitter's pen. */
export type Trace = (sitter: Sitter) => void;

/** How far hair stands off the skull under a hat. */
const FLAT = 0.02;

/** How far loose hair falls, in drawing units. */
export function looseEnd({ style, factors }: Sitter): number {
  return style === "bob" ? 0.36 + 0.16 * factors.hairLength : 0.72 + 0.4 * factors.hairLength;
}

/** How far a sideburn reaches in from the contour: a turn shows more of the near side, less of the far. */
function sideburn({ pen }: Sitter, side: number): number {
  return 0.033 - 0.075 * side * pen.pose.sinYaw;
}

/** Over the crown from left to right, at heights `side` beside the ears and `top` above the crown. */
function overCrown({ pen, shape, covered }: Sitter, y: number, side: number, top: number): void {
  const w = shape.width + side;
  const peak = shape.crownY - (covered ? FLAT : top);
  pen.space = "outline";
  pen.move(-w, y)
    .curve(-w - 0.01, -0.45, -0.66 * w, peak, 0, peak)
    .curve(0.66 * w, peak, w + 0.01, -0.45, w, y);
}

/** From the right sideburn along the hairline to the left one; ends the outline. */
function alongHairline(sitter: Sitter, y: number, forehead: number): void {
  const { pen, shape } = sitter;
  const w = shape.width;
  pen.line(w - sideburn(sitter, 1), y);
  pen.space = "surface";
  pen.curve(0.95 * w, y - 0.12, 0.95 * w, -0.22, 0.8 * w, -0.3)
    .curve(0.68 * w, forehead + 0.02, 0.34 * w, forehead, 0, forehead)
    .curve(-0.34 * w, forehead, -0.68 * w, forehead + 0.02, -0.8 * w, -0.3)
    .curve(-0.95 * w, -0.22, -0.95 * w, y - 0.12, -0.95 * w, y - 0.03);
  pen.space = "outline";
  pen.line(-w + sideburn(sitter, -1), y).close();
}

function cropped(sitter: Sitter): void {
  overCrown(sitter, -0.02, 0.012, 0.03 + 0.02 * sitter.factors.hairLength);
  alongHairline(sitter, -0.02, -0.46);
}

/** Parted at the viewer's right, swept over the forehead in a soft wave. */
function sidePart(sitter: Sitter): void {
  const { pen, shape } = sitter;
  const w = shape.width;
  overCrown(sitter, 0.02, 0.035, 0.09 + 0.07 * sitter.factors.hairLength);
  pen.line(w - sideburn(sitter, 1), 0.02);
  pen.space = "surface";
  pen.curve(0.95 * w, -0.08, 0.95 * w, -0.18, 0.84 * w, -0.27)
    .curve(0.74 * w, -0.36, 0.52 * w, -0.44, 0.42 * w, -0.5)
    .curve(0.2 * w, -0.36, -0.2 * w, -0.42, -0.5 * w, -0.35)
    .curve(-0.7 * w, -0.31, -0.84 * w, -0.27, -0.9 * w, -0.17)
    .curve(-0.95 * w, -0.12, -0.95 * w, -0.06, -0.95 * w, -0.01);
  pen.space = "outline";
  pen.line(-w + sideburn(sitter, -1), 0.02).close();
}

function quiff(sitter: Sitter): void {
  const { pen, shape, covered, factors } = sitter;
  const w = shape.width;
  const peak = shape.crownY - (covered ? FLAT : 0.14 + 0.09 * factors.hairLength);
  pen.space = "outline";
  pen.move(-w - 0.015, 0)
    .curve(-w - 0.03, -0.3, -0.98 * w, -0.52, -0.72 * w, -0.64)
    .curve(-0.6 * w, peak + 0.02, -0.1 * w, peak - 0.02, 0.3 * w, peak)
    .curve(0.75 * w, peak + 0.02, 0.9 * w, -0.66, 0.84 * w, -0.55)
    .curve(1.02 * w, -0.44, w + 0.03, -0.25, w + 0.015, 0);
  alongHairline(sitter, 0, -0.47);
}

/** Falls in two curtains from a parting to `end`; `flare` spreads the ends. */
function curtains(sitter: Sitter, end: number, flare: number, waves: number): void {
  const { pen, shape, factors } = sitter;
  const w = shape.width;
  const out = w + 0.085;
  const tip = out + flare - 0.01;
  const inner = 0.82 * w + 0.3 * flare;
  const peak = shape.crownY - (sitter.covered ? FLAT : 0.075 + 0.03 * factors.hairLength);
  pen.space = "outline";
  pen.move(-tip, end);
  fall(pen, -1, tip, out, end, -0.08, waves);
  pen.curve(-out + 0.01, -0.5, -0.64 * out, peak, 0, peak)
    .curve(0.64 * out, peak, out - 0.01, -0.5, out, -0.08);
  fall(pen, 1, out, tip, -0.08, end, waves);
  pen.curve(tip - 0.06, end + 0.05, 0.8 * w, end + 0.03, inner, end - 0.03);
  fall(pen, 1, inner, 0.93 * w, end - 0.03, 0.16, waves);
  pen.space = "surface";
  pen.curve(0.95 * w, 0, 0.93 * w, -0.2, 0.72 * w, -0.32)
    .curve(0.5 * w, -0.42, 0.16 * w, -0.45, 0, -0.52)
    .curve(-0.16 * w, -0.45, -0.5 * w, -0.42, -0.72 * w, -0.32);
  pen.curve(-0.93 * w, -0.2, -0.95 * w, 0, -0.94 * w, 0.16);
  pen.space = "outline";
  fall(pen, -1, 0.93 * w, inner, 0.16, end - 0.03, waves);
  pen.curve(-0.8 * w, end + 0.03, -tip + 0.06, end + 0.05, -tip, end).close();
}

/** One side from (x0, y0) to (x1, y1), down or up, in `waves` bulges (0: straight). */
function fall(
  pen: Pen,
  side: number,
  x0: number,
  x1: number,
  y0: number,
  y1: number,
  waves: number,
): void {
  const pieces = Math.max(1, waves);
  const sway = waves === 0 ? 0 : 0.045;
  for (let i = 0; i < pieces; i++) {
    const from = i / pieces;
    const to = (i + 1) / pieces;
    const xa = x0 + (x1 - x0) * from;
    const xb = x0 + (x1 - x0) * to;
    const ya = y0 + (y1 - y0) * from;
    const yb = y0 + (y1 - y0) * to;
    const third = (yb - ya) / 3;
    const bulge = i % 2 === 0 ? sway : -sway;
    pen.curve(side * (xa + bulge), ya + third, side * (xb + bulge), yb - third, side * xb, yb);
  }
}

/** Locks as overlapping circles, [x as a share of the width, y, radius]. */
const CURLS = [
  [0, -0.66, 0.18],
  [0.42, -0.63, 0.18],
  [0.8, -0.52, 0.19],
  [1.06, -0.35, 0.18],
  [1.16, -0.12, 0.16],
  [1.13, 0.08, 0.14],
] as const;

function curly(sitter: Sitter): void {
  const { pen, shape, covered, factors } = sitter;
  const w = shape.width;
  const grow = 0.8 + 0.3 * factors.hairLength;
  overCrown(sitter, -0.02, 0.05, 0.08);
  alongHairline(sitter, -0.02, -0.4);
  for (const [x, y, radius] of CURLS) {
    if (covered && y < -0.4) continue;
    for (const side of x === 0 ? [1] : [-1, 1]) {
      pen.space = "outline";
      const wobble = 0.012 * side * Math.sign(x - 0.5);
      pen.ellipse(side * x * w * (0.9 + 0.1 * grow), y + wobble, radius * grow, radius * grow);
    }
  }
  for (let i = -2; i <= 2; i++) {
    pen.space = "surface";
    pen.ellipse(i * 0.19 * w * 1.6, -0.44 + 0.03 * Math.abs(i), 0.09, 0.075);
  }
}

function bun(sitter: Sitter): void {
  overCrown(sitter, 0.0, 0.02, 0.05);
  alongHairline(sitter, 0.0, -0.45);
}

/** A fringe from temple to temple, cut in a few broad locks. */
export function traceFringe({ pen, shape }: Sitter): void {
  const w = shape.width;
  pen.space = "outline";
  pen.move(-0.97 * w, -0.2)
    .curve(-0.97 * w, -0.46, -0.6 * w, -0.66, 0, -0.67)
    .curve(0.6 * w, -0.66, 0.97 * w, -0.46, 0.97 * w, -0.2);
  pen.space = "surface";
  pen.line(0.92 * w, -0.16)
    .curve(0.8 * w, -0.19, 0.7 * w, -0.2, 0.6 * w, -0.235)
    .curve(0.5 * w, -0.2, 0.36 * w, -0.19, 0.22 * w, -0.215)
    .curve(0.08 * w, -0.18, -0.12 * w, -0.185, -0.26 * w, -0.225)
    .curve(-0.4 * w, -0.195, -0.56 * w, -0.2, -0.64 * w, -0.23)
    .curve(-0.72 * w, -0.2, -0.8 * w, -0.19, -0.92 * w, -0.16)
    .close();
}

/** By style, the hair before the face; null where there is none. */
export const FRONT: Readonly<Record<HairStyle, Trace | null>> = {
  bald: null,
  cropped,
  sidePart,
  quiff,
  bob: (sitter) => curtains(sitter, looseEnd(sitter), 0.03, 0),
  longStraight: (sitter) => curtains(sitter, looseEnd(sitter), 0.03, 0),
  longWavy: (sitter) => curtains(sitter, looseEnd(sitter), 0.09, 4),
  curly,
  bun,
};

function backMass(sitter: Sitter, end: number, flare: number, waves: number): void {
  const { pen, shape } = sitter;
  const w = shape.width + 0.06;
  pen.space = "back";
  pen.move(0, shape.crownY)
    .curve(0.7 * w, shape.crownY, w, -0.4, w, 0);
  fall(pen, 1, w, w + flare, 0, end, waves);
  pen.curve(0.5 * w, end + 0.06, -0.5 * w, end + 0.06, -w - flare, end);
  fall(pen, -1, w + flare, w, end, 0, waves);
  pen.curve(-w, -0.4, -0.7 * w, shape.crownY, 0, shape.crownY).close();
}

/** By style, the hair behind the head; null where there is none. */
export const BACK: Readonly<Record<HairStyle, Trace | null>> = {
  bald: null,
  cropped: null,
  sidePart: null,
  quiff: null,
  bob: (sitter) => backMass(sitter, looseEnd(sitter), 0.0, 0),
  longStraight: (sitter) => backMass(sitter, looseEnd(sitter), 0.02, 0),
  longWavy: (sitter) => backMass(sitter, looseEnd(sitter), 0.07, 4),
  curly: ({ pen, factors }) => {
    pen.space = "back";
    pen.ellipse(0, -0.12, 0.6 + 0.08 * factors.hairLength, 0.48);
  },
  bun: ({ pen, covered, factors }) => {
    const radius = 0.14 + 0.04 * factors.hairLength;
    pen.space = "outline";
    if (covered) pen.ellipse(0, 0.1, 0.4, 0.3);
    else pen.ellipse(0.06, -0.72, radius * 1.1, radius);
  },
};
