/** Nose and mouth. */
import type { Pen } from "./pen.ts";
import type { Sitter } from "./sitter.ts";

/** The nose, its shadow and its nostrils. */
export function drawNose({ pen, palette, shape, factors, masks }: Sitter): void {
  const { noseY: y } = shape;
  const w = 0.088 + 0.016 * factors.noseWidth;
  const away = pen.light.x > 0 ? -1 : 1;
  const clip = masks.skin;
  const { pose } = pen;
  // The shadow that the nose throws on the lip, then the side of the bridge away from the light.
  pen.spot("surface", [away * 0.03, y + 0.045, w * 1.25, 0.055], palette.skinDeep, 0.6, clip);
  pose.lift = 0.05;
  pen.begin("surface").move(away * 0.035, -0.09)
    .curve(away * 0.03, 0.03, away * (w * 0.8), y - 0.09, away * (w + 0.005), y - 0.02)
    .curve(away * w, y + 0.03, away * 0.03, y + 0.035, 0, y + 0.025)
    .curve(away * 0.02, y - 0.1, away * 0.018, 0.0, away * 0.035, -0.09)
    .close()
    .flat(palette.skinDeep, { soften: 0.014, alpha: 0.5, clip });
  pose.lift = 0.1;
  pen.spot("surface", [-away * 0.012, y - 0.045, w * 0.75, 0.075], palette.gleam, 0.6, clip);
  pen.spot("surface", [-away * 0.012, 0.04, 0.035, 0.16], palette.gleam, 0.45, clip);
  pen.spot("surface", [0, y - 0.01, w * 1.1, 0.06], palette.blush, 0.28, clip);
  pose.lift = 0.055;
  drawNostrils(pen, y);
  pen.flat(palette.skinLine, { alpha: 0.85 });
  drawWings(pen, y, w);
  pen.flat(palette.skinLine, { alpha: 0.5 });
  pose.lift = 0;
}

function drawNostrils(pen: Pen, y: number): void {
  pen.begin("surface");
  for (const side of [-1, 1]) {
    pen.stroke(
      [
        side * 0.02,
        y + 0.026,
        side * 0.03,
        y + 0.008,
        side * 0.05,
        y + 0.006,
        side * 0.062,
        y + 0.022,
      ],
      0.003,
      0.012,
      0.004,
    );
  }
}

/** The lines around the nostrils, of a nose `w` wide to each side. */
function drawWings(pen: Pen, y: number, w: number): void {
  pen.begin("surface");
  for (const side of [-1, 1]) {
    pen.stroke(
      [
        side * (w - 0.012),
        y - 0.05,
        side * (w + 0.016),
        y - 0.03,
        side * (w + 0.012),
        y + 0.022,
        side * (w - 0.02),
        y + 0.02,
      ],
      0.002,
      0.009,
      0.004,
    );
  }
}

/** The mouth's corners and the middles of its lips, in drawing units. */
interface Mouth {
  readonly half: number;
  readonly cornerY: number;
  /** Where the lips meet, or the edges of the opening. */
  readonly topY: number;
  readonly bottomY: number;
  readonly upperLip: number;
  readonly lowerLip: number;
}

function mouthOf({ shape, factors }: Sitter): Mouth {
  const { smile, mouthOpening: open } = factors;
  const middle = shape.mouthY + 0.034 * smile - 0.012 * open;
  return {
    half: 0.162 + 0.016 * factors.mouthWidth + 0.026 * Math.max(0, smile) - 0.012 * open,
    cornerY: shape.mouthY - 0.056 * smile,
    topY: middle - 0.012 * open,
    bottomY: middle + 0.105 * open,
    upperLip: 0.024 + 0.022 * factors.lipFullness,
    lowerLip: 0.034 + 0.03 * factors.lipFullness,
  };
}

/** Lips, teeth and what shows between them. */
export function drawMouth(sitter: Sitter): void {
  const { pen, palette, factors, masks } = sitter;
  const mouth = mouthOf(sitter);
  const { half, cornerY, bottomY, lowerLip } = mouth;
  pen.pose.lift = 0.03;
  pen.spot(
    "surface",
    [0, bottomY + lowerLip + 0.035, 0.12, 0.045],
    palette.skinDeep,
    0.55,
    masks.skin,
  );
  for (const side of [-1, 1]) {
    pen.spot(
      "surface",
      [side * (half + 0.015), cornerY, 0.05, 0.05],
      palette.skinDeep,
      0.4,
      masks.skin,
    );
  }
  drawLips(sitter, mouth);
  if (factors.mouthOpen === 1) drawOpening(sitter, mouth);
  else {
    pen.begin("surface").stroke(seam(mouth, mouth.topY), 0.008, 0.014, 0.008)
      .flat(palette.lipDark, { alpha: 0.95 });
    pen.begin("surface").stroke(seam(mouth, mouth.topY), 0.004, 0.008, 0.004)
      .flat(palette.skinLine, { alpha: 0.8 });
  }
  pen.pose.lift = 0;
}

/** A curve from corner to corner whose middle is at `y`. */
function seam({ half, cornerY }: Mouth, y: number) {
  const handle = cornerY + (y - cornerY) * (4 / 3); // a cubic's middle is 3/4 of the way to its handles
  return [-half, cornerY, -half * 0.5, handle, half * 0.5, handle, half, cornerY] as const;
}

function drawLips({ pen, palette, factors }: Sitter, mouth: Mouth): void {
  const { half, cornerY, topY, bottomY, upperLip, lowerLip } = mouth;
  const top = seam(mouth, topY);
  const bottom = seam(mouth, bottomY);
  const alpha = factors.lipstick === 1 ? 0.95 : 0.8;
  const peak = topY - upperLip - 0.008;
  const dip = topY - upperLip + 0.006;
  pen.begin("surface").move(-half, cornerY)
    .curve(-half * 0.6, cornerY + (peak - cornerY) * 0.55, -half * 0.45, peak, -0.04, peak)
    .curve(-0.02, peak, -0.012, dip, 0, dip)
    .curve(0.012, dip, 0.02, peak, 0.04, peak)
    .curve(half * 0.45, peak, half * 0.6, cornerY + (peak - cornerY) * 0.55, half, cornerY)
    .curve(top[4], top[5], top[2], top[3], top[0], top[1])
    .close()
    .gradient([0, peak, 0, topY], palette.lip, palette.lipDark, { alpha });
  const low = bottomY + lowerLip;
  const outer = cornerY + (low - cornerY) * (4 / 3);
  pen.begin("surface").move(-half, cornerY)
    .curve(bottom[2], bottom[3], bottom[4], bottom[5], half, cornerY)
    .curve(half * 0.62, outer, -half * 0.62, outer, -half, cornerY)
    .close()
    .gradient([0, bottomY, 0, low], palette.lip, palette.lipDark, { alpha });
  pen.spot(
    "surface",
    [0.03 * pen.light.x, bottomY + lowerLip * 0.45, half * 0.45, lowerLip * 0.55],
    palette.lipLight,
    0.75,
  );
}

/** The dark of an open mouth with the upper teeth and the tongue. */
function drawOpening({ pen, masks }: Sitter, mouth: Mouth): void {
  const { half, cornerY, topY, bottomY } = mouth;
  const top = seam(mouth, topY);
  const bottom = seam(mouth, bottomY);
  const inset = 0.9;
  pen.begin("surface").move(-half * inset, cornerY + (topY - cornerY) * 0.1)
    .curve(top[2], top[3], top[4], top[5], half * inset, cornerY + (topY - cornerY) * 0.1)
    .curve(
      bottom[4],
      bottom[5],
      bottom[2],
      bottom[3],
      -half * inset,
      cornerY + (topY - cornerY) * 0.1,
    )
    .close()
    .flat([0.27, 0.08, 0.09], { keep: masks.opening });
  const clip = masks.opening;
  const depth = bottomY - topY;
  pen.spot(
    "surface",
    [0, bottomY + 0.01, half * 0.75, depth * 0.55],
    [0.78, 0.36, 0.36],
    0.9,
    clip,
  );
  const teeth = topY + Math.min(0.05, depth * 0.5);
  const edge = seam({ ...mouth, cornerY: cornerY + 0.006 }, teeth);
  pen.begin("surface").move(-half, cornerY - 0.05).line(half, cornerY - 0.05).line(half, cornerY)
    .curve(edge[4] * 0.92, edge[5], edge[2] * 0.92, edge[3], -half, cornerY)
    .close()
    .flat([0.96, 0.945, 0.925], { clip });
  pen.spot("surface", [0, topY - 0.01, half * 0.9, 0.035], [0.35, 0.2, 0.2], 0.4, clip);
  clip.clear();
}
