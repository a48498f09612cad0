/** Drawing with curves: outlines in drawing coordinates, posed, flattened and filled. */
import type { Canvas } from "./canvas.ts";
import type { Mask } from "./mask.ts";
import type { Colour } from "./colour.ts";
import { type Dome, paintDome, paintFlat, paintGradient, paintSpot, type Ramp } from "./paint.ts";
import type { Pose, Space } from "./pose.ts";

/** How an outline is filled. */
export interface Filling {
  /** Opacity, 1 unless given. */
  readonly alpha?: number;
  /** Stay within this mask. */
  readonly clip?: Mask;
  /** Blur by this much first, in drawing units. */
  readonly soften?: number;
  /** Unite the shape with this mask. */
  readonly keep?: Mask;
}

/** An ellipsoid to shade by, in drawing coordinates of the pen's space. */
export interface Volume {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
}

/** Unit vector to the light, in the picture's frame: x right, y down, z to the viewer. */
export interface Light {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Most points a stroke is sampled at. */
const STROKE_POINTS = 16;

/** Draws outlines on the turned head and fills them. */
export class Pen {
  /** The space that coordinates are in from here on; may change within an outline. */
  space: Space = "body";
  /** Where the outline stands, in pixels. */
  #x = 0;
  #y = 0;
  #startX = 0;
  #startY = 0;
  /** A stroke's centre line: x, y pairs in drawing coordinates. */
  readonly #line = new Float64Array(2 * STROKE_POINTS);

  constructor(readonly canvas: Canvas, readonly pose: Pose, readonly light: Light) {}

  /** Starts a shape. Every shape ends in one of the fill methods. */
  begin(space: Space): this {
    this.space = space;
    this.canvas.begin();
    return this;
  }

  /** Starts a closed outline; a shape may have several, all wound clockwise unless one is a hole. */
  move(x: number, y: number): this {
    this.pose.map(this.space, x, y);
    this.#startX = this.#x = this.pose.x;
    this.#startY = this.#y = this.pose.y;
    return this;
  }

  line(x: number, y: number): this {
    this.pose.map(this.space, x, y);
    this.#to(this.pose.x, this.pose.y);
    return this;
  }

  /** A cubic Bézier curve. */
  curve(x1: number, y1: number, x2: number, y2: number, x3: number, y3: number): this {
    const { pose, space } = this;
    pose.map(space, x1, y1);
    const ax = pose.x;
    const ay = pose.y;
    pose.map(space, x2, y2);
    const bx = pose.x;
    const by = pose.y;
    pose.map(space, x3, y3);
    const cx = pose.x;
    const cy = pose.y;
    const sx = this.#x;
    const sy = this.#y;
    const length = Math.abs(ax - sx) + Math.abs(ay - sy) + Math.abs(bx - ax) + Math.abs(by - ay) +
      Math.abs(cx - bx) + Math.abs(cy - by);
    const pieces = Math.min(32, 1 + Math.ceil(Math.sqrt(length)));
    for (let i = 1; i < pieces; i++) {
      const t = i / pieces;
      const s = 1 - t;
      const w0 = s * s * s;
      const w1 = 3 * s * s * t;
      const w2 = 3 * s * t * t;
      const w3 = t * t * t;
      this.#to(w0 * sx + w1 * ax + w2 * bx + w3 * cx, w0 * sy + w1 * ay + w2 * by + w3 * cy);
    }
    this.#to(cx, cy);
    return this;
  }

  /** Closes the outline with a straight line. */
  close(): this {
    this.#to(this.#startX, this.#startY);
    return this;
  }

  /** A closed ellipse, clockwise. */
  ellipse(x: number, y: number, rx: number, ry: number): this {
    const kx = 0.5523 * rx; // the cubic's handles for a quarter
    const ky = 0.5523 * ry;
    return this.move(x + rx, y)
      .curve(x + rx, y + ky, x + kx, y + ry, x, y + ry)
      .curve(x - kx, y + ry, x - rx, y + ky, x - rx, y)
      .curve(x - rx, y - ky, x - kx, y - ry, x, y - ry)
      .curve(x + kx, y - ry, x + rx, y - ky, x + rx, y)
      .close();
  }

  /** The closed clockwise outline of a stroke along a cubic, half as wide as given at start, middle and end. */
  stroke(
    curve: readonly [number, number, number, number, number, number, number, number],
    start: number,
    middle: number,
    end: number,
  ): this {
    const [x0, y0, x1, y1, x2, y2, x3, y3] = curve;
    const line = this.#line;
    const reach = (Math.abs(x3 - x0) + Math.abs(y3 - y0)) * this.pose.scale;
    const points = Math.min(STROKE_POINTS, 4 + Math.ceil(reach / 6));
    for (let i = 0; i < points; i++) {
      const t = i / (points - 1);
      const s = 1 - t;
      line[2 * i] = s * s * s * x0 + 3 * s * s * t * x1 + 3 * s * t * t * x2 + t * t * t * x3;
      line[2 * i + 1] = s * s * s * y0 + 3 * s * s * t * y1 + 3 * s * t * t * y2 + t * t * t * y3;
    }
    for (let i = 0; i < 2 * points; i++) {
      const back = i >= points;
      const at = back ? 2 * points - 1 - i : i;
      const before = Math.max(0, at - 1);
      const after = Math.min(points - 1, at + 1);
      const dx = line[2 * after]! - line[2 * before]!;
      const dy = line[2 * after + 1]! - line[2 * before + 1]!;
      const t = at / (points - 1);
      const s = 1 - t;
      // The quadratic through the three widths.
      const width = s * (s - t) * start + 4 * s * t * middle + t * (t - s) * end;
      const out = (back ? width : -width) / (Math.sqrt(dx * dx + dy * dy) + 1e-9);
      const x = line[2 * at]! - dy * out;
      const y = line[2 * at + 1]! + dx * out;
      if (i === 0) this.move(x, y);
      else this.line(x, y);
    }
    return this.close();
  }

  /** Fills with one colour. */
  flat(colour: Colour, filling: Filling = {}): void {
    this.#finish(filling);
    paintFlat(this.canvas, colour, filling.alpha ?? 1);
  }

  /** Fills with a gradient between two points, [x0, y0, x1, y1] in the pen's space. */
  gradient(
    line: readonly [number, number, number, number],
    from: Colour,
    to: Colour,
    filling: Filling = {},
  ): void {
    this.#finish(filling);
    this.pose.map(this.space, line[0], line[1]);
    const { x: x0, y: y0 } = this.pose;
    this.pose.map(this.space, line[2], line[3]);
    const { x: x1, y: y1 } = this.pose;
    paintGradient(this.canvas, { x0, y0, x1, y1, from, to }, filling.alpha ?? 1);
  }

  /** Fills with a material shaded as if bulging like `volume`. */
  dome(volume: Volume, ramp: Ramp, filling: Filling = {}): void {
    this.#finish(filling);
    paintDome(this.canvas, this.#domeOf(volume, ramp), filling.alpha ?? 1);
  }

  /** Only adds the shape to `mask`. */
  keep(mask: Mask, filling: Filling = {}): void {
    this.#finish({ ...filling, keep: mask });
  }

  /** A soft elliptic spot, no outline needed; strongest at its centre. */
  spot(
    space: Space,
    [x, y, rx, ry]: readonly [number, number, number, number],
    colour: Colour,
    alpha: number,
    mask: Mask | null = null,
  ): void {
    const { pose } = this;
    pose.map(space, x, y);
    const cx = pose.x;
    const cy = pose.y;
    pose.map(space, x + rx, y);
    const rightX = pose.x;
    const rightY = pose.y;
    pose.map(space, x - rx, y);
    const ux = (rightX - pose.x) / 2;
    const uy = (rightY - pose.y) / 2;
    pose.map(space, x, y + ry);
    const vx = pose.x - cx;
    const vy = pose.y - cy;
    paintSpot(this.canvas, { x: cx, y: cy, ux, uy, vx, vy }, colour, alpha, mask);
  }

  #to(x: number, y: number): void {
    this.canvas.line(this.#x, this.#y, x, y);
    this.#x = x;
    this.#y = y;
  }

  #finish({ soften, clip, keep }: Filling): void {
    const { canvas } = this;
    canvas.finish();
    if (soften !== undefined) canvas.soften(soften * this.pose.scale, clip ?? null);
    if (clip !== undefined) canvas.clip(clip);
    if (keep !== undefined) canvas.keep(keep);
  }

  #domeOf({ x, y, radiusX, radiusY }: Volume, ramp: Ramp): Dome {
    const { pose, light } = this;
    pose.map(this.space, x, y);
    const tilted = this.space !== "body";
    const cos = tilted ? pose.cosRoll : 1;
    const sin = tilted ? pose.sinRoll : 0;
    const scaleX = 1 / (radiusX * pose.scale);
    const scaleY = 1 / (radiusY * pose.scale);
    return {
      x: pose.x,
      y: pose.y,
      xx: cos * scaleX,
      xy: sin * scaleX,
      yx: -sin * scaleY,
      yy: cos * scaleY,
      lightX: cos * light.x + sin * light.y,
      lightY: -sin * light.x + cos * light.y,
      lightZ: light.z,
      ramp,
    };
  }
}
