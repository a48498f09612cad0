/**
 * From the coordinates that faces are drawn in to pixels. Drawing coordinates run over [-1, 1] across
 * the picture, x to the viewer's right and y down; the head is drawn upright and facing the viewer.
 * Yaw turns it about its vertical axis, points keeping the depth that their space gives them, and
 * roll tilts it about the neck.
 */

/**
 * How deep a point lies, which decides how far yaw moves it.
 * `body`: fixed, no pose at all. `outline`: the head's contour, which a turn leaves in place but for
 * the jaw, that lies forward. `surface`: on the face. `ear`: at the side of the head. `back`: behind
 * the head's axis.
 */
export type Space = "body" | "outline" | "surface" | "ear" | "back";

/** Half axes of the ellipsoid that stands for the face, the third being its width; its centre. */
const FACE = { y: 0.78, z: 0.46, centreY: -0.02 };
/** Everything is drawn this much larger, about a point at this height. */
const ZOOM = 1.1;
const ZOOM_Y = 0.3;
const PIVOT_Y = 0.5; // roll turns about the neck
const EAR_DEPTH = -0.1;
const BACK_DEPTH = -0.16;
const CHIN_DEPTH = 0.24;

/** How the head is turned: maps drawing units to the picture. */
export class Pose {
  /** The point last mapped, in pixels. */
  x = 0;
  y = 0;
  /** Added to the depth of surface points: what stands off the face. */
  lift = 0;
  /** Added to every point after the pose, in drawing units: where a shadow falls. */
  shiftX = 0;
  shiftY = 0;
  readonly sinYaw: number;
  readonly cosYaw: number;
  readonly sinRoll: number;
  readonly cosRoll: number;
  /** Pixels in one unit. */
  readonly scale: number;
  /** Pixels from the picture's corner to the drawing's origin. */
  readonly #originX: number;
  readonly #originY: number;
  readonly #faceX: number;

  /** Angles in degrees, size in pixels, half the face's width in drawing units. */
  constructor(yaw: number, roll: number, size: number, faceWidth: number) {
    this.sinYaw = Math.sin((yaw * Math.PI) / 180);
    this.cosYaw = Math.cos((yaw * Math.PI) / 180);
    this.sinRoll = Math.sin((roll * Math.PI) / 180);
    this.cosRoll = Math.cos((roll * Math.PI) / 180);
    this.scale = (ZOOM * size) / 2;
    this.#originX = size / 2;
    this.#originY = ((1 + ZOOM_Y - ZOOM * ZOOM_Y) * size) / 2;
    this.#faceX = faceWidth + 0.006;
  }

  /** Maps a point and leaves it in `x` and `y`. */
  map(space: Space, x: number, y: number): void {
    if (space === "body") {
      this.x = x * this.scale + this.#originX;
      this.y = y * this.scale + this.#originY;
      return;
    }
    let turned = x;
    if (space === "outline") {
      const low = y < 0 ? 0 : y > 0.62 ? 1 : y / 0.62;
      turned += CHIN_DEPTH * low * low * this.sinYaw;
    } else if (space === "ear") {
      turned = x * this.cosYaw + EAR_DEPTH * this.sinYaw;
    } else if (space === "back") {
      turned += BACK_DEPTH * this.sinYaw;
    } else {
      const u = x / this.#faceX;
      const v = (y - FACE.centreY) / FACE.y;
      const inside = 1 - u * u - v * v;
      const depth = (inside > 0 ? FACE.z * Math.sqrt(inside) : 0) + this.lift;
      turned = x * this.cosYaw + depth * this.sinYaw;
    }
    const down = y - PIVOT_Y;
    const tiltedX = turned * this.cosRoll - down * this.sinRoll;
    const tiltedY = turned * this.sinRoll + down * this.cosRoll + PIVOT_Y;
    this.x = (tiltedX + this.shiftX) * this.scale + this.#originX;
    this.y = (tiltedY + this.shiftY) * this.scale + this.#originY;
  }
}
