/** Behind the head: the background, the shoulders with their clothes, the neck. */
import { mix } from "./colour.ts";
import { NECKLINES } from "./factors.ts";
import type { Sitter } from "./sitter.ts";

/** Fills the whole picture: a pool of light behind the head, falling off to the corners. */
export function drawBackground({ pen, palette }: Sitter): void {
  const { size, pixels } = pen.canvas;
  const { backgroundNear: near, backgroundFar: far } = palette;
  const scale = 2 / size;
  const centreX = 0.45 * pen.light.x;
  let p = 0;
  for (let y = 0; y < size; y++) {
    const dy = (y + 0.5) * scale - 1 + 0.25;
    for (let x = 0; x < size; x++, p += 3) {
      const dx = (x + 0.5) * scale - 1 - centreX;
      const t = (dx * dx + dy * dy) / (0.75 + dx * dx + dy * dy); // 0 at the pool, towards 1 far off
      pixels[p] = near[0] + (far[0] - near[0]) * t;
      pixels[p + 1] = near[1] + (far[1] - near[1]) * t;
      pixels[p + 2] = near[2] + (far[2] - near[2]) * t;
    }
  }
}

/** How far the head's tilt and turn carry the neck's top sideways. */
function neckShift({ pen }: Sitter): number {
  return 0.1 * pen.pose.sinRoll + 0.03 * pen.pose.sinYaw;
}

/** The neck, under the head. */
export function drawNeck(sitter: Sitter): void {
  const { pen, palette, masks, shape } = sitter;
  const top = neckShift(sitter);
  const w = 0.235 + 0.1 * (shape.jawWidth - 0.38);
  pen.begin("body").move(top - w, 0.3)
    .curve(top - w, 0.6, -w, 0.68, -w - 0.16, 0.86)
    .line(w + 0.16, 0.86)
    .curve(w, 0.68, top + w, 0.6, top + w, 0.3)
    .close()
    .dome({ x: 0, y: 0.62, radiusX: 0.34, radiusY: 0.9 }, palette.skin, { keep: masks.neck });
}

/** The head's shadow on the neck: soft, deepest under the chin, away from the light. */
export function shadeNeck({ pen, palette, masks, shape }: Sitter): void {
  const { chinY, jawWidth } = shape;
  const away = -0.07 * pen.light.x;
  pen.begin("outline").move(-jawWidth + away, 0.2)
    .curve(-jawWidth + away, 0.5, -0.2 + away, chinY + 0.13, away, chinY + 0.13)
    .curve(0.2 + away, chinY + 0.13, jawWidth + away, 0.5, jawWidth + away, 0.2)
    .close()
    .flat(palette.skinDeep, { clip: masks.neck, soften: 0.03, alpha: 0.85 });
}

const SHOULDERS = { x: 0, y: 1.15, radiusX: 1.0, radiusY: 0.62 };

/** Shoulders and neckline. */
export function drawClothes(sitter: Sitter): void {
  const { pen, palette, factors } = sitter;
  pen.begin("body").move(-0.98, 1.1)
    .curve(-0.94, 0.86, -0.66, 0.84, -0.34, 0.735)
    .curve(-0.2, 0.86, 0.2, 0.86, 0.34, 0.735)
    .curve(0.66, 0.84, 0.94, 0.86, 0.98, 1.1)
    .close()
    .dome(SHOULDERS, palette.clothes);
  switch (NECKLINES[factors.neckline]!) {
    case "crewNeck":
      return drawCrewNeck(sitter);
    case "shirtCollar":
      return drawShirtCollar(sitter);
    case "turtleneck":
      return drawTurtleneck(sitter);
  }
}

function drawCrewNeck({ pen, palette }: Sitter): void {
  const { dark } = palette.clothes;
  pen.begin("body")
    .stroke([-0.335, 0.735, -0.22, 0.895, 0.22, 0.895, 0.335, 0.735], 0.028, 0.036, 0.028)
    .dome(SHOULDERS, { ...palette.clothes, base: mix(palette.clothes.base, dark, 0.45) });
}

function drawShirtCollar({ pen, palette }: Sitter): void {
  const ramp = palette.clothesTrim;
  pen.begin("body").move(-0.13, 0.9).line(0, 0.84).line(0.13, 0.9).line(0.1, 1.1).line(-0.1, 1.1)
    .close().dome(SHOULDERS, ramp);
  for (const side of [-1, 1]) {
    pen.begin("body").move(side * 0.29, 0.655)
      .curve(side * 0.33, 0.7, side * 0.36, 0.74, side * 0.37, 0.79)
      .line(side * 0.2, 1.0)
      .curve(side * 0.13, 0.93, side * 0.06, 0.88, side * 0.0, 0.845)
      .curve(side * 0.14, 0.82, side * 0.25, 0.75, side * 0.29, 0.655)
      .close()
      .dome({ x: side * 0.2, y: 0.85, radiusX: 0.4, radiusY: 0.4 }, ramp);
    pen.begin("body")
      .stroke(
        [side * 0.2, 1.0, side * 0.13, 0.93, side * 0.06, 0.88, 0, 0.845],
        0.004,
        0.009,
        0.004,
      )
      .flat(ramp.dark, { alpha: 0.7 });
  }
}

function drawTurtleneck({ pen, palette }: Sitter): void {
  pen.begin("body").move(-0.27, 0.6)
    .curve(-0.15, 0.67, 0.15, 0.67, 0.27, 0.6)
    .curve(0.29, 0.68, 0.33, 0.76, 0.4, 0.8)
    .curve(0.2, 0.9, -0.2, 0.9, -0.4, 0.8)
    .curve(-0.33, 0.76, -0.29, 0.68, -0.27, 0.6)
    .close()
    .dome({ x: 0, y: 0.72, radiusX: 0.4, radiusY: 0.5 }, palette.clothes);
  pen.begin("body").stroke([-0.4, 0.8, -0.2, 0.9, 0.2, 0.9, 0.4, 0.8], 0.006, 0.014, 0.006)
    .flat(palette.clothes.dark, { alpha: 0.6 });
}
