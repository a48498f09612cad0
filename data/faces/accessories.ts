/** Glasses, earrings and hats. */
import { HATS } from "./factors.ts";
import { earsShow } from "./hair.ts";
import { earX } from "./head.ts";
import type { Pen } from "./pen.ts";
import type { Sitter } from "./sitter.ts";

const WHITE = [1, 1, 1] as const;
const FRAME = [0.13, 0.11, 0.12] as const;
const FRAME_LOW = [0.27, 0.2, 0.19] as const;
const GOLD = {
  dark: [0.62, 0.43, 0.16],
  base: [0.87, 0.68, 0.31],
  light: [1, 0.9, 0.62],
} as const;

/** A lens's rim: an ellipse (square 0) to a rounded rectangle (square 1). */
function traceRim(pen: Pen, x: number, y: number, rx: number, ry: number, square: number): void {
  const k = 0.5523 + 0.33 * square;
  pen.move(x + rx, y)
    .curve(x + rx, y + k * ry, x + k * rx, y + ry, x, y + ry)
    .curve(x - k * rx, y + ry, x - rx, y + k * ry, x - rx, y)
    .curve(x - rx, y - k * ry, x - k * rx, y - ry, x, y - ry)
    .curve(x + k * rx, y - ry, x + rx, y - k * ry, x + rx, y)
    .close();
}

/** Measures of a pair of glasses, in drawing units. */
interface Glasses {
  /** Height of the lenses' centres. */
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  /** Width of the frame. */
  readonly thick: number;
  readonly square: number;
}

/** Glasses, where the sitter wears any. */
export function drawGlasses(sitter: Sitter): void {
  const { pen, palette, shape, factors, masks } = sitter;
  if (factors.glasses === 0) return;
  const square = factors.glassesShape;
  const glasses: Glasses = {
    y: shape.eyeY + 0.018,
    radiusX: 0.158 + 0.012 * square,
    radiusY: 0.152 - 0.036 * square,
    thick: 0.025,
    square,
  };
  const { pose } = pen;
  pose.lift = 0.05;
  pose.shiftX = -0.02 * pen.light.x;
  pose.shiftY = 0.022;
  pen.begin("surface");
  traceFrame(sitter, glasses);
  pen.flat(palette.skinDeep, { clip: masks.skin, soften: 0.008, alpha: 0.5 });
  pose.shiftX = pose.shiftY = 0;
  drawLenses(sitter, glasses);
  pen.begin("surface");
  traceFrame(sitter, glasses);
  const { y, radiusY } = glasses;
  pen.gradient([0, y - radiusY, 0, y + radiusY], FRAME, FRAME_LOW);
  pose.lift = 0;
}

/** Both rims, the bridge and what shows of the arms. */
function traceFrame({ pen, shape }: Sitter, { y, radiusX, radiusY, thick, square }: Glasses): void {
  const { eyeX, width } = shape;
  const { pose } = pen;
  for (const side of [-1, 1]) {
    traceRim(pen, side * eyeX, y, radiusX, radiusY, square);
    traceHole(pen, side * eyeX, y, radiusX - thick, radiusY - thick, square);
    const start = side * (eyeX + radiusX - 0.01);
    const end = side * (width + 0.02);
    pose.map("surface", start, y);
    const startX = pose.x;
    pose.map("surface", end, y);
    if (side * (pose.x - startX) <= 0) continue; // turned away, behind the rim
    const middle = (start + end) / 2;
    pen.stroke(
      [start, y - 0.04, middle, y - 0.05, middle, y - 0.045, end, y - 0.03],
      0.014,
      0.012,
      0.012,
    );
  }
  const inner = eyeX - radiusX + 0.008;
  pen.stroke(
    [-inner, y - 0.02, -inner / 2, y - 0.065, inner / 2, y - 0.065, inner, y - 0.02],
    0.011,
    0.012,
    0.011,
  );
}

/** The rim's inner edge, wound against the outer one so that it leaves a hole. */
function traceHole(pen: Pen, x: number, y: number, rx: number, ry: number, square: number): void {
  const k = 0.5523 + 0.33 * square;
  pen.move(x + rx, y)
    .curve(x + rx, y - k * ry, x + k * rx, y - ry, x, y - ry)
    .curve(x - k * rx, y - ry, x - rx, y - k * ry, x - rx, y)
    .curve(x - rx, y + k * ry, x - k * rx, y + ry, x, y + ry)
    .curve(x + k * rx, y + ry, x + rx, y + k * ry, x + rx, y)
    .close();
}

/** A breath of white on the glass and a slanted reflection. */
function drawLenses({ pen, shape, masks }: Sitter, glasses: Glasses): void {
  const { y, square } = glasses;
  const rx = glasses.radiusX - glasses.thick / 2;
  const ry = glasses.radiusY - glasses.thick / 2;
  pen.begin("surface");
  for (const side of [-1, 1]) traceRim(pen, side * shape.eyeX, y, rx, ry, square);
  pen.flat(WHITE, { alpha: 0.1, keep: masks.opening });
  pen.begin("surface");
  for (const side of [-1, 1]) {
    const x = side * shape.eyeX + 0.05 * Math.sign(pen.light.x);
    pen.move(x + 0.01, y - ry).line(x + 0.06, y - ry).line(x - 0.03, y + ry).line(x - 0.08, y + ry)
      .close();
  }
  pen.flat(WHITE, { alpha: 0.22, clip: masks.opening });
  masks.opening.clear();
}

/**
 * The earrings behind the head, or those before it: a turn takes the far ear's behind the head, while
 * hair that hides the ears leaves both on top of it.
 */
export function drawEarrings(
  { pen, shape, factors, style }: Sitter,
  where: "behind" | "before",
): void {
  if (factors.earrings === 0) return;
  const bare = earsShow(style);
  for (const side of [-1, 1]) {
    const far = bare && side * pen.pose.sinYaw > 0;
    if (far !== (where === "behind")) continue;
    const x = earX(shape, side) + side * 0.012;
    pen.begin(bare ? "ear" : "outline")
      .ellipse(x, 0.17, 0.017, 0.017)
      .ellipse(x, 0.235, 0.036, 0.046)
      .dome({ x, y: 0.22, radiusX: 0.05, radiusY: 0.07 }, GOLD);
  }
}

/** A hat, where the sitter wears one. */
export function drawHat(sitter: Sitter): void {
  if (sitter.factors.hat === 0) return;
  switch (HATS[sitter.factors.hatStyle]!) {
    case "beanie":
      return drawBeanie(sitter);
    case "brimmedHat":
      return drawBrimmedHat(sitter);
  }
}

/** The hat's soft shadow on face and hair below its edge at `y`. */
function shadeBelow({ pen, palette, shape, masks }: Sitter, y: number, depth: number): void {
  const w = shape.width;
  for (
    const [mask, colour] of [
      [masks.skin, palette.skinDeep],
      [masks.hair, palette.hairLine],
    ] as const
  ) {
    pen.begin("outline").move(-w - 0.2, -0.6).line(w + 0.2, -0.6).line(w + 0.2, y)
      .curve(0.5 * w, y + depth, -0.5 * w, y + depth, -w - 0.2, y)
      .close()
      .flat(colour, { clip: mask, soften: 0.03, alpha: 0.65 });
  }
}

function drawBeanie(sitter: Sitter): void {
  const { pen, palette, shape } = sitter;
  const w = shape.width + 0.05;
  const volume = { x: 0, y: -0.4, radiusX: 0.64, radiusY: 0.58 };
  shadeBelow(sitter, -0.26, 0.03);
  pen.begin("outline").move(-w, -0.3)
    .curve(-w - 0.02, -0.66, -0.6 * w, -0.79, 0, -0.79)
    .curve(0.6 * w, -0.79, w + 0.02, -0.66, w, -0.3)
    .close().dome(volume, palette.hat);
  pen.begin("outline").ellipse(0, -0.79, 0.085, 0.075)
    .dome({ x: 0, y: -0.79, radiusX: 0.1, radiusY: 0.09 }, palette.hatTrim);
  pen.begin("outline").move(-w - 0.022, -0.25)
    .curve(-w - 0.03, -0.33, -w - 0.03, -0.38, -w - 0.005, -0.43)
    .curve(-0.5 * w, -0.5, 0.5 * w, -0.5, w + 0.005, -0.43)
    .curve(w + 0.03, -0.38, w + 0.03, -0.33, w + 0.022, -0.25)
    .curve(0.5 * w, -0.33, -0.5 * w, -0.33, -w - 0.022, -0.25)
    .close().dome({ ...volume, y: -0.3 }, palette.hatTrim);
}

function drawBrimmedHat(sitter: Sitter): void {
  const { pen, palette, shape } = sitter;
  const w = shape.width + 0.02;
  const volume = { x: 0, y: -0.55, radiusX: 0.6, radiusY: 0.55 };
  shadeBelow(sitter, -0.3, 0.09);
  pen.begin("outline").move(-0.84, -0.4)
    .curve(-0.6, -0.5, 0.6, -0.5, 0.84, -0.4)
    .curve(0.7, -0.22, -0.7, -0.22, -0.84, -0.4)
    .close().dome({ x: 0, y: -0.3, radiusX: 0.95, radiusY: 0.3 }, palette.hat);
  pen.begin("outline").move(-w, -0.4)
    .curve(-w, -0.62, -0.86 * w, -0.84, -0.4 * w, -0.84)
    .curve(-0.2 * w, -0.84, -0.15 * w, -0.79, 0, -0.79)
    .curve(0.15 * w, -0.79, 0.2 * w, -0.84, 0.4 * w, -0.84)
    .curve(0.86 * w, -0.84, w, -0.62, w, -0.4)
    .curve(0.5 * w, -0.33, -0.5 * w, -0.33, -w, -0.4)
    .close().dome(volume, palette.hat);
  pen.begin("outline").move(-w, -0.41)
    .curve(-w, -0.46, -w, -0.5, -0.985 * w, -0.53)
    .curve(-0.5 * w, -0.46, 0.5 * w, -0.46, 0.985 * w, -0.53)
    .curve(w, -0.5, w, -0.46, w, -0.41)
    .curve(0.5 * w, -0.335, -0.5 * w, -0.335, -w, -0.41)
    .close().dome(volume, palette.hatTrim);
}
