/** Laying colour over the picture where the canvas's current shape covers it. */
import type { Canvas } from "./canvas.ts";
import type { Colour } from "./colour.ts";
import type { Mask } from "./mask.ts";

/** Dark side, body and lit side of one material. */
export interface Ramp {
  readonly dark: Colour;
  readonly base: Colour;
  readonly light: Colour;
}

/** A linear gradient between two points, in pixels. */
export interface Gradient {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly from: Colour;
  readonly to: Colour;
}

/**
 * A half-ellipsoid under one directed light. `xx … yy` map pixels, relative to the centre, onto the
 * unit disc; the light is a unit vector in the disc's own frame (x right, y down, z to the viewer).
 */
export interface Dome {
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly lightX: number;
  readonly lightY: number;
  readonly lightZ: number;
  readonly ramp: Ramp;
}

/** Coverage below this changes no byte. */
const FAINT = 1 / 1024;

/** Paints the shape last finished in one colour. */
export function paintFlat(canvas: Canvas, [red, green, blue]: Colour, alpha: number): void {
  const { size, cover, pixels, left, right, bottom } = canvas;
  for (let y = canvas.top; y < bottom; y++) {
    const end = y * size + right;
    for (let i = y * size + left; i < end; i++) {
      const c = cover[i]! * alpha;
      if (c < FAINT) continue;
      const p = 3 * i;
      pixels[p]! += (red - pixels[p]!) * c;
      pixels[p + 1]! += (green - pixels[p + 1]!) * c;
      pixels[p + 2]! += (blue - pixels[p + 2]!) * c;
    }
  }
}

/** Paints the shape last finished from one colour to another. */
export function paintGradient(canvas: Canvas, gradient: Gradient, alpha: number): void {
  const { size, cover, pixels, left, right, bottom } = canvas;
  const [red, green, blue] = gradient.from;
  const dRed = gradient.to[0] - red;
  const dGreen = gradient.to[1] - green;
  const dBlue = gradient.to[2] - blue;
  const spanX = gradient.x1 - gradient.x0;
  const spanY = gradient.y1 - gradient.y0;
  const scale = 1 / (spanX * spanX + spanY * spanY);
  for (let y = canvas.top; y < bottom; y++) {
    const alongY = (y + 0.5 - gradient.y0) * spanY;
    for (let x = left; x < right; x++) {
      const i = y * size + x;
      const c = cover[i]! * alpha;
      if (c < FAINT) continue;
      let t = ((x + 0.5 - gradient.x0) * spanX + alongY) * scale;
      t = t < 0 ? 0 : t > 1 ? 1 : t;
      t = t * t * (3 - 2 * t);
      const p = 3 * i;
      pixels[p]! += (red + dRed * t - pixels[p]!) * c;
      pixels[p + 1]! += (green + dGreen * t - pixels[p + 1]!) * c;
      pixels[p + 2]! += (blue + dBlue * t - pixels[p + 2]!) * c;
    }
  }
}

/** Cosines between which the dark side turns into the body, and the body into the lit side. */
const DARK_END = -0.15;
const BODY_START = 0.72;
const LIGHT_START = 0.6;

/** Paints the shape last finished as a lit dome. */
export function paintDome(canvas: Canvas, dome: Dome, alpha: number): void {
  const { size, cover, pixels, left, right, bottom } = canvas;
  const { xx, xy, yx, yy, lightX, lightY, lightZ } = dome;
  const { dark, base, light } = dome.ramp;
  const [red, green, blue] = dark;
  const bodyRed = base[0] - red;
  const bodyGreen = base[1] - green;
  const bodyBlue = base[2] - blue;
  const litRed = light[0] - base[0];
  const litGreen = light[1] - base[1];
  const litBlue = light[2] - base[2];
  for (let y = canvas.top; y < bottom; y++) {
    const dy = y + 0.5 - dome.y;
    for (let x = left; x < right; x++) {
      const i = y * size + x;
      const c = cover[i]! * alpha;
      if (c < FAINT) continue;
      const dx = x + 0.5 - dome.x;
      const u = xx * dx + xy * dy;
      const v = yx * dx + yy * dy;
      const inside = 1 - u * u - v * v;
      const cosine = u * lightX + v * lightY + (inside > 0 ? Math.sqrt(inside) * lightZ : 0);
      let body = (cosine - DARK_END) * (1 / (BODY_START - DARK_END));
      body = body < 0 ? 0 : body > 1 ? 1 : body;
      body = body * body * (3 - 2 * body);
      let lit = (cosine - LIGHT_START) * (1 / (1 - LIGHT_START));
      lit = lit < 0 ? 0 : lit > 1 ? 1 : lit;
      lit *= lit;
      const p = 3 * i;
      pixels[p]! += (red + bodyRed * body + litRed * lit - pixels[p]!) * c;
      pixels[p + 1]! += (green + bodyGreen * body + litGreen * lit - pixels[p + 1]!) * c;
      pixels[p + 2]! += (blue + bodyBlue * body + litBlue * lit - pixels[p + 2]!) * c;
    }
  }
}

/**
 * A soft spot that needs no outline: strongest at (x, y), gone at the rim of the ellipse whose half
 * axes are the vectors (ux, uy) and (vx, vy), in pixels. With a mask it stays within it.
 */
export function paintSpot(
  canvas: Canvas,
  spot: { x: number; y: number; ux: number; uy: number; vx: number; vy: number },
  [red, green, blue]: Colour,
  alpha: number,
  mask: Mask | null,
): void {
  const { size, pixels } = canvas;
  const { x: cx, y: cy, ux, uy, vx, vy } = spot;
  const area = ux * vy - uy * vx;
  const xx = vy / area;
  const xy = -vx / area;
  const yx = -uy / area;
  const yy = ux / area;
  const reachX = Math.sqrt(ux * ux + vx * vx);
  const reachY = Math.sqrt(uy * uy + vy * vy);
  const coverage = mask === null ? null : mask.coverage;
  const left = Math.max(mask === null ? 0 : mask.left, Math.floor(cx - reachX));
  const top = Math.max(mask === null ? 0 : mask.top, Math.floor(cy - reachY));
  const right = Math.min(mask === null ? size : mask.right, Math.ceil(cx + reachX));
  const bottom = Math.min(mask === null ? size : mask.bottom, Math.ceil(cy + reachY));
  for (let y = top; y < bottom; y++) {
    const dy = y + 0.5 - cy;
    for (let x = left; x < right; x++) {
      const dx = x + 0.5 - cx;
      const u = xx * dx + xy * dy;
      const v = yx * dx + yy * dy;
      const near = 1 - u * u - v * v;
      if (near <= 0) continue;
      const i = y * size + x;
      const c = near * near * alpha * (coverage ? coverage[i]! : 1);
      const p = 3 * i;
      pixels[p]! += (red - pixels[p]!) * c;
      pixels[p + 1]! += (green - pixels[p + 1]!) * c;
      pixels[p + 2]! += (blue - pixels[p + 2]!) * c;
    }
  }
}
