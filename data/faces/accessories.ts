/** Glasses, earrings and hats. */
import { HATS } from "./factors.ts";
import { earX } from "./head.ts";
import type { Pen } from "./pen.ts";
import type { Sitter } from "./sitter.ts";

const FRAME = [0.13, 0.11, 0.12] as const;
const GOLD = {
  dark: [0.62, 0.43, 0.16],
  base: [0.87, 0.68, 0.31],
  light: [1, 0.9, 0.62],
} as const;

/** A lens's rim: an ellipse (square 0) to a rounded rectangle (square 1), wound either way. */
function traceRim(pen: Pen, x: number, y: number, rx: number, ry: number, square: number): void {
  const k = 0.5523 + 0.33 * square;
  pen.move(x + rx, y)
    .curve(x + rx, y + k * ry, x + k * Math.abs(rx), y + ry, x, y + ry)
    .curve(x - k * Math.abs(rx), y + ry, x - rx, y + k * ry, x - rx, y)
    .curve(x - rx, y - k * ry, x - k * Math.abs(rx), y - ry, x, y - ry)
    .curve(x + k * Math.abs(rx), y - ry, x + rx, y - k * ry, x + rx, y)
    .close();
}

export function drawGlasses(sitter: Sitter): void {
  const { pen, palette, shape, factors, masks } = sitter;
  if (factors.glasses === 0) return;
  const { eyeX, eyeY, width } = shape;
  const square = factors.glassesShape;
  const rx = 0.158 + 0.012 * square;
  const ry = 0.152 - 0.036 * square;
  const y = eyeY + 0.018;
  const thick = 0.025;
  const { pose } = pen;
  pose.lift = 0.05;
  const frame = () => {
    for (const side of [-1, 1]) {
      traceRim(pen, side * eyeX, y, rx, ry, square);
      traceHole(pen, side * eyeX, y, rx - thick, ry - thick, square);
      pen.stroke(
        [
          side * (eyeX + rx - 0.01),
          y - 0.04,
          side * (eyeX + rx + 0.03),
          y - 0.05,
          side * (width - 0.03),
          y - 0.045,
          side * (width + 0.02),
          y - 0.03,
        ],
        0.014,
        0.012,
        0.012,
      );
    }
    const inner = eyeX - rx + 0.008;
    pen.stroke(
      [-inner, y - 0.02, -inner / 2, y - 0.065, inner / 2, y - 0.065, inner, y - 0.02],
      0.011,
      0.012,
      0.011,
    );
  };
  pose.shiftX = -0.02 * pen.light.x;
  pose.shiftY = 0.022;
  pen.begin("surface");
  frame();
  pen.flat(palette.skinDeep, { clip: masks.skin, soften: 0.008, alpha: 0.5 });
  pose.shiftX = pose.shiftY = 0;
  drawLenses(sitter, y, rx - thick / 2, ry - thick / 2);
  pen.begin("surface");
  frame();
  pen.gradient([0, y - ry, 0, y + ry], FRAME, [0.27, 0.2, 0.19]);
  pose.lift = 0;
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
function drawLenses(
  { pen, shape, factors, masks }: Sitter,
  y: number,
  rx: number,
  ry: number,
): void {
  const white = [1, 1, 1] as const;
  pen.begin("surface");
  for (const side of [-1, 1]) traceRim(pen, side * shape.eyeX, y, rx, ry, factors.glassesShape);
  pen.flat(white, { alpha: 0.1, keep: masks.opening });
  pen.begin("surface");
  for (const side of [-1, 1]) {
    const x = side * shape.eyeX + 0.05 * Math.sign(pen.light.x);
    pen.move(x + 0.01, y - ry).line(x + 0.06, y - ry).line(x - 0.03, y + ry).line(x - 0.08, y + ry)
      .close();
  }
  pen.flat(white, { alpha: 0.22, clip: masks.opening });
  masks.opening.fill(0);
}

export function drawEarrings({ pen, shape, factors }: Sitter): void {
  if (factors.earrings === 0) return;
  for (const side of [-1, 1]) {
    const x = earX(shape, side) + side * 0.012;
    pen.begin("ear").ellipse(x, 0.17, 0.017, 0.017).ellipse(x, 0.235, 0.036, 0.046)
      .dome({ x, y: 0.22, radiusX: 0.05, radiusY: 0.07 }, GOLD);
  }
}

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
    .curve(-w - 0.02, -0.66, -0.6 * w, -0.86, 0, -0.86)
    .curve(0.6 * w, -0.86, w + 0.02, -0.66, w, -0.3)
    .close().dome(volume, palette.hat);
  pen.begin("outline").ellipse(0, -0.87, 0.09, 0.08)
    .dome({ x: 0, y: -0.87, radiusX: 0.1, radiusY: 0.09 }, palette.hatTrim);
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
    .curve(-w, -0.62, -0.86 * w, -0.87, -0.4 * w, -0.87)
    .curve(-0.2 * w, -0.87, -0.15 * w, -0.82, 0, -0.82)
    .curve(0.15 * w, -0.82, 0.2 * w, -0.87, 0.4 * w, -0.87)
    .curve(0.86 * w, -0.87, w, -0.62, w, -0.4)
    .curve(0.5 * w, -0.33, -0.5 * w, -0.33, -w, -0.4)
    .close().dome(volume, palette.hat);
  pen.begin("outline").move(-w, -0.41)
    .curve(-w, -0.46, -w, -0.5, -0.985 * w, -0.53)
    .curve(-0.5 * w, -0.46, 0.5 * w, -0.46, 0.985 * w, -0.53)
    .curve(w, -0.5, w, -0.46, w, -0.41)
    .curve(0.5 * w, -0.335, -0.5 * w, -0.335, -w, -0.41)
    .close().dome(volume, palette.hatTrim);
}
