/** Drawing a face, back to front. */
import { drawEarrings, drawGlasses, drawHat } from "./accessories.ts";
import { drawBackground, drawClothes, drawNeck, shadeNeck } from "./backdrop.ts";
import { drawBeard, drawMoustache } from "./beard.ts";
import { Canvas } from "./canvas.ts";
import { drawEyes } from "./eyes.ts";
import type { FaceFactors } from "./factors.ts";
import { drawHairBack, drawHairFront, earsShow } from "./hair.ts";
import { drawEars, drawHead } from "./head.ts";
import { Mask } from "./mask.ts";
import { drawMouth, drawNose } from "./mouth.ts";
import { type Light, Pen } from "./pen.ts";
import { Pose } from "./pose.ts";
import { anatomyOf, type Masks, sitterOf } from "./sitter.ts";

const MIN_SIZE = 16;
const MAX_SIZE = 256;

const ELEVATION = (38 * Math.PI) / 180; // of the light

function lightFrom(degrees: number): Light {
  const azimuth = (degrees * Math.PI) / 180;
  return {
    x: Math.sin(azimuth) * Math.cos(ELEVATION),
    y: -Math.sin(ELEVATION),
    z: Math.cos(azimuth) * Math.cos(ELEVATION),
  };
}

/** Throws a RangeError unless faces can be drawn at `size`. */
export function assertFaceSize(size: number): void {
  if (Number.isInteger(size) && size >= MIN_SIZE && size <= MAX_SIZE) return;
  throw new RangeError(
    `Cannot draw faces: expected a size of ${MIN_SIZE} to ${MAX_SIZE} whole pixels, got ${size}`,
  );
}

/** Draws faces of one size; holds the scratch memory that each picture needs. */
export class FacePainter {
  readonly size: number;
  readonly #canvas: Canvas;
  readonly #masks: Masks;

  /** Throws a RangeError for a size that faces cannot be drawn at. */
  constructor(size: number) {
    assertFaceSize(size);
    this.size = size;
    this.#canvas = new Canvas(size);
    this.#masks = {
      skin: new Mask(size),
      neck: new Mask(size),
      hair: new Mask(size),
      opening: new Mask(size),
    };
  }

  /** Draws into `out`, [size, size, 3] row-major in [-1, 1]. */
  paint(factors: FaceFactors, out: Float32Array<ArrayBuffer>): void {
    const { size } = this;
    if (out.length !== size * size * 3) {
      throw new RangeError(
        `Cannot draw a face of ${size}×${size} pixels: expected room for ${
          size * size * 3
        } values, got ${out.length}`,
      );
    }
    const canvas = this.#canvas;
    const masks = this.#masks;
    canvas.pixels = out;
    masks.skin.clear();
    masks.neck.clear();
    masks.hair.clear();
    const shape = anatomyOf(factors);
    const pose = new Pose(factors.yaw, factors.roll, size, shape.width);
    const pen = new Pen(canvas, pose, lightFrom(factors.light));
    const sitter = sitterOf(factors, shape, pen, masks);
    drawBackground(sitter);
    drawHairBack(sitter);
    drawNeck(sitter);
    shadeNeck(sitter);
    drawClothes(sitter);
    if (earsShow(sitter.style)) drawEars(sitter);
    drawEarrings(sitter, "behind");
    drawHead(sitter);
    drawBeard(sitter);
    drawNose(sitter);
    drawMouth(sitter);
    drawMoustache(sitter);
    drawEyes(sitter);
    drawHairFront(sitter);
    drawGlasses(sitter);
    drawEarrings(sitter, "before");
    drawHat(sitter);
    for (let i = 0; i < out.length; i++) {
      const value = 2 * out[i]! - 1;
      out[i] = value < -1 ? -1 : value > 1 ? 1 : value;
    }
  }
}

let painter: FacePainter | null = null; // scratch memory of the size last asked for

/**
 * Draws a face into `out`, [size, size, 3] row-major in [-1, 1], as a pure function of factors and
 * size. Throws a RangeError for a size outside 16 to 256 or an `out` of the wrong length.
 */
export function renderFace(
  factors: FaceFactors,
  size: number,
  out: Float32Array<ArrayBuffer>,
): void {
  if (painter?.size !== size) painter = new FacePainter(size);
  painter.paint(factors, out);
}
