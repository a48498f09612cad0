/** The head itself: ears, the skin's contour and shading, folds, freckles. */
import type { Pen, Volume } from "./pen.ts";
import type { Anatomy, Sitter } from "./sitter.ts";

/** The head as it is shaded: rounder than its contour. */
function headVolume({ width, crownY, chinY }: Anatomy): Volume {
  return { x: 0, y: (crownY + chinY) / 2 - 0.02, radiusX: width + 0.06, radiusY: 0.72 };
}

/** The closed contour from crown to chin. */
function traceHead(pen: Pen, shape: Anatomy): void {
  const { width: w, crownY, chinY, jawWidth: jaw, jawY, chinWidth } = shape;
  const slopeX = (jaw - 0.985 * w) * 0.75; // smooth at the jaw
  const slopeY = (jawY - 0.2) * 0.75;
  pen.move(0, crownY)
    .curve(0.64 * w, crownY, w, -0.5, w, -0.1)
    .curve(w, 0.06, 0.985 * w, 0.2, jaw, jawY)
    .curve(jaw + slopeX, jawY + slopeY, chinWidth, chinY, 0, chinY)
    .curve(-chinWidth, chinY, -jaw - slopeX, jawY + slopeY, -jaw, jawY)
    .curve(-0.985 * w, 0.2, -w, 0.06, -w, -0.1)
    .curve(-w, -0.5, -0.64 * w, crownY, 0, crownY)
    .close();
}

/** Where an ear sits; a turn hides the far one behind the head. */
export function earX(shape: Anatomy, side: number): number {
  return side * (shape.width + 0.012);
}

/** Ears, before the head covers their roots. */
export function drawEars({ pen, palette, shape }: Sitter): void {
  for (const side of [-1, 1]) {
    const x = earX(shape, side);
    pen.begin("ear").move(x - side * 0.06, -0.1)
      .curve(x - side * 0.02, -0.15, x + side * 0.085, -0.14, x + side * 0.075, -0.02)
      .curve(x + side * 0.07, 0.06, x + side * 0.04, 0.17, x - side * 0.06, 0.16)
      .close()
      .dome({ x: x - side * 0.02, y: 0, radiusX: 0.16, radiusY: 0.3 }, palette.skin);
    pen.begin("ear")
      .stroke(
        [
          x + side * 0.0,
          -0.085,
          x + side * 0.055,
          -0.09,
          x + side * 0.05,
          0.03,
          x + side * 0.005,
          0.08,
        ],
        0.008,
        0.016,
        0.006,
      )
      .flat(palette.skinDeep, { alpha: 0.7 });
  }
}

/** The head's skin, shaded as a dome. */
export function drawHead(sitter: Sitter): void {
  const { pen, palette, shape, masks } = sitter;
  pen.begin("outline");
  traceHead(pen, shape);
  pen.dome(headVolume(shape), palette.skin, { keep: masks.skin });
  const { skin } = masks;
  const away = -Math.sign(pen.light.x);
  // The planes that an ellipsoid lacks: sockets, cheeks, the hollow of the chin.
  for (const side of [-1, 1]) {
    const shade = side === away ? 0.42 : 0.28;
    pen.spot("surface", [side * 0.19, -0.055, 0.17, 0.12], palette.skinDeep, shade, skin);
    pen.spot("surface", [side * 0.27, 0.21, 0.17, 0.14], palette.blush, 0.5, skin);
    pen.spot("surface", [side * 0.25, 0.12, 0.13, 0.08], palette.gleam, 0.28, skin);
  }
  pen.spot("surface", [0.12 * pen.light.x, -0.32, 0.26, 0.17], palette.gleam, 0.3, skin);
  pen.spot("surface", [0, shape.chinY - 0.075, 0.11, 0.07], palette.gleam, 0.22, skin);
  if (sitter.style === "bald") {
    pen.spot("outline", [0.3 * pen.light.x, -0.47, 0.2, 0.11], palette.gleam, 0.5, skin);
  }
  if (sitter.factors.freckles === 1) drawFreckles(sitter);
  drawFolds(sitter);
}

/** Lines that come with age: beside the mouth, under the eyes, across the forehead. */
function drawFolds({ pen, palette, shape, factors, masks }: Sitter): void {
  const age = factors.age * factors.age; // most faces have few lines
  const { noseY, mouthY, eyeX, eyeY } = shape;
  const line = palette.skinLine;
  const clip = masks.skin;
  for (const side of [-1, 1]) {
    pen.begin("surface").stroke(
      [
        side * 0.1,
        noseY - 0.03,
        side * 0.16,
        noseY + 0.03,
        side * 0.205,
        mouthY - 0.06,
        side * 0.2,
        mouthY,
      ],
      0.004,
      0.012,
      0.002,
    ).flat(line, { alpha: 0.1 + 0.42 * age, clip });
    pen.begin("surface").stroke(
      [
        side * (eyeX - 0.08),
        eyeY + 0.085,
        side * (eyeX - 0.03),
        eyeY + 0.115,
        side * (eyeX + 0.04),
        eyeY + 0.115,
        side * (eyeX + 0.09),
        eyeY + 0.085,
      ],
      0.002,
      0.01,
      0.002,
    ).flat(line, { alpha: 0.06 + 0.34 * age, clip });
  }
  if (age < 0.3) return;
  for (const [y, half] of [[-0.33, 0.17], [-0.265, 0.2]] as const) {
    pen.begin("surface")
      .stroke([-half, y, -half / 2, y - 0.025, half / 2, y - 0.025, half, y], 0.002, 0.008, 0.002)
      .flat(line, { alpha: 0.5 * (age - 0.3), clip });
  }
}

/** Places of freckles on one cheek: x from the nose, y from its tip's height. */
const FRECKLES = [
  [0.1, -0.09],
  [0.155, -0.05],
  [0.2, -0.105],
  [0.25, -0.05],
  [0.3, -0.1],
  [0.215, 0.0],
  [0.13, -0.005],
  [0.28, 0.015],
  [0.03, -0.13],
] as const;

function drawFreckles({ pen, palette, masks, shape }: Sitter): void {
  pen.begin("surface");
  FRECKLES.forEach(([x, y], i) => {
    const radius = 0.013 + 0.004 * (i % 3);
    pen.ellipse(x, shape.noseY + y, radius, radius)
      .ellipse(-x - 0.012, shape.noseY + y + 0.014, radius, radius);
  });
  pen.flat(palette.freckle, { alpha: 0.7, clip: masks.skin });
}
