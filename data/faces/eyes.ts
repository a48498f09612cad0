/** Eyes and brows. */
import { mix } from "./colour.ts";
import type { Sitter } from "./sitter.ts";

/** One eye's corners and lids in drawing units; `side` is −1 for the viewer's left. */
interface Eye {
  readonly side: number;
  readonly x: number;
  readonly y: number;
  readonly innerX: number;
  readonly innerY: number;
  readonly outerX: number;
  readonly outerY: number;
  /** Heights that the lids' control points reach, upper negative. */
  readonly upper: number;
  readonly lower: number;
  readonly size: number;
}

function eyeOf({ shape, factors }: Sitter, side: number): Eye {
  const size = 1 + 0.12 * factors.eyeSize;
  const half = 0.118 * size;
  const open = 0.62 + 0.38 * factors.eyeOpening;
  const squint = 0.016 * Math.max(0, factors.smile); // a smile pushes the lower lid up
  return {
    side,
    x: side * shape.eyeX,
    y: shape.eyeY,
    innerX: side * (shape.eyeX - half),
    innerY: shape.eyeY + 0.018 + 0.012 * factors.eyeSlant,
    outerX: side * (shape.eyeX + half),
    outerY: shape.eyeY + 0.002 - 0.03 * factors.eyeSlant,
    upper: -0.122 * size * open,
    lower: 0.084 * size * (0.6 + 0.4 * open) - squint,
    size,
  };
}

/** Eyes and brows. */
export function drawEyes(sitter: Sitter): void {
  for (const side of [-1, 1]) {
    const eye = eyeOf(sitter, side);
    if (sitter.factors.eyesClosed === 1) drawClosedEye(sitter, eye);
    else drawOpenEye(sitter, eye);
    drawBrow(sitter, side);
  }
}

/** The lid's edge as a stroke from the inner to the outer corner. */
function lid(eye: Eye, reach: number, rise: number) {
  const { innerX, innerY, outerX, outerY } = eye;
  const third = (outerX - innerX) * 0.25;
  return [
    innerX,
    innerY,
    innerX + third,
    innerY + reach + rise,
    outerX - third,
    outerY + reach + rise,
    outerX,
    outerY,
  ] as const;
}

function drawOpenEye(sitter: Sitter, eye: Eye): void {
  const { pen, palette, masks, factors } = sitter;
  const upper = lid(eye, eye.upper, 0);
  const lower = lid(eye, eye.lower, 0);
  pen.begin("surface").move(upper[0], upper[1])
    .curve(upper[2], upper[3], upper[4], upper[5], upper[6], upper[7])
    .curve(lower[4], lower[5], lower[2], lower[3], lower[0], lower[1])
    .close()
    .gradient(
      [eye.x, eye.y + eye.upper * 0.8, eye.x, eye.y + 0.01],
      mix([0.82, 0.8, 0.8], palette.skinDeep, 0.3),
      mix([0.97, 0.965, 0.96], palette.skin.base, 0.08),
      { keep: masks.opening },
    );
  drawIris(sitter, eye);
  masks.opening.clear();
  const heavy = factors.lashes === 1 ? 1.55 : 1;
  pen.begin("surface").stroke(upper, 0.008, 0.017 * heavy, 0.011 * heavy)
    .flat(palette.lash, { alpha: 0.92 });
  pen.begin("surface").stroke(lower, 0.003, 0.006, 0.005).flat(palette.skinLine, { alpha: 0.5 });
  pen.begin("surface").stroke(lid(eye, eye.upper, -0.05), 0.003, 0.009, 0.004)
    .flat(palette.skinLine, { alpha: 0.45 });
  if (factors.lashes === 1) drawLashes(sitter, eye, -1);
}

/** Iris, pupil and the light's reflection, within the eye's opening. */
function drawIris(sitter: Sitter, eye: Eye): void {
  const { pen, palette, masks, factors } = sitter;
  const clip = masks.opening;
  const radius = 0.068 * eye.size;
  const x = eye.x + 0.038 * factors.gazeX;
  const y = eye.y - 0.006 + 0.02 * factors.gazeY;
  pen.begin("surface").ellipse(x, y, radius, radius).flat(palette.irisRim, { clip });
  pen.begin("surface").ellipse(x, y, radius * 0.84, radius * 0.84)
    .gradient([x, y - radius * 0.6, x, y + radius], palette.iris, palette.irisLight, { clip });
  pen.begin("surface").ellipse(x, y, radius * 0.46, radius * 0.46).flat([0.05, 0.04, 0.05], {
    clip,
  });
  // The lid's shadow falls over iris and white alike.
  pen.spot("surface", [eye.x, eye.y + eye.upper * 0.75, 0.15, 0.05], palette.lash, 0.5, clip);
  const shine = radius * 0.27;
  pen.begin("surface")
    .ellipse(x + radius * 0.5 * pen.light.x + radius * 0.1, y - radius * 0.4, shine, shine)
    .flat([1, 1, 1], { clip, alpha: 0.95 });
  pen.spot("surface", [eye.innerX, eye.innerY, 0.028, 0.03], palette.lip, 0.7, clip);
}

function drawClosedEye(sitter: Sitter, eye: Eye): void {
  const { pen, palette, factors } = sitter;
  pen.spot("surface", [eye.x, eye.y + 0.005, 0.125, 0.075], palette.skin.base, 0.8);
  pen.spot("surface", [eye.x, eye.y + 0.0, 0.1, 0.04], palette.gleam, 0.35);
  const heavy = factors.lashes === 1 ? 1.4 : 1;
  const lowered = { ...eye, innerY: eye.innerY + 0.012, outerY: eye.outerY + 0.018 };
  pen.begin("surface").stroke(lid(lowered, 0.055, 0), 0.006, 0.015 * heavy, 0.008 * heavy)
    .flat(palette.lash, { alpha: 0.9 });
  pen.begin("surface").stroke(lid(eye, -0.075, -0.02), 0.003, 0.008, 0.003)
    .flat(palette.skinLine, { alpha: 0.35 });
  if (factors.lashes === 1) drawLashes(sitter, lowered, 1);
}

/** A wing of lashes at the outer corner, upwards (−1) or downwards (1). */
function drawLashes({ pen, palette }: Sitter, { side, outerX, outerY }: Eye, way: number): void {
  pen.begin("surface");
  for (const [back, reach] of [[0, 0.05], [0.035, 0.045]] as const) {
    const x = outerX - side * back;
    const y = outerY + way * back * 0.7;
    pen.stroke(
      [
        x,
        y,
        x + side * 0.02,
        y,
        x + side * 0.035,
        y + way * 0.02,
        x + side * reach,
        y + way * reach,
      ],
      0.011,
      0.008,
      0.001,
    );
  }
  pen.flat(palette.lash, { alpha: 0.9 });
}

function drawBrow({ pen, palette, shape, factors }: Sitter, side: number): void {
  const { eyeX, browY } = shape;
  const tilt = 0.027 * factors.browTilt;
  const half = 0.017 + 0.017 * factors.browThickness;
  const inner = side * (eyeX - 0.115);
  const outer = side * (eyeX + 0.15);
  pen.begin("surface").stroke(
    [
      inner,
      browY + 0.016 + tilt,
      side * (eyeX - 0.02),
      browY - 0.035,
      side * (eyeX + 0.07),
      browY - 0.05 - tilt * 0.6,
      outer,
      browY + 0.03 - tilt,
    ],
    half * 0.85,
    half,
    half * 0.2,
  ).flat(palette.brow, { alpha: 0.9 });
}
