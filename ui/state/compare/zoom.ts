/** The part of the pictures that is in sight: the same in every panel. Pure. */
import type { QueryCodec } from "../query_state.ts";

/** Places are shares of the whole, 0 at the left and top, 1 at the right and bottom. */
export interface Zoom {
  /** 1 shows everything. */
  readonly scale: number;
  /** What is at the middle. */
  readonly x: number;
  readonly y: number;
}

/** Everything in sight. */
export const WHOLE: Zoom = { scale: 1, x: 0.5, y: 0.5 };
/** Sixteen pictures of 64 pixels in a row fill a panel with one pixel at about this. */
export const MOST_ZOOM = 64;

/** Where the whole's left and top edges are, as shares of the frame. */
export function originOf({ scale, x, y }: Zoom): { readonly left: number; readonly top: number } {
  return { left: 0.5 - x * scale, top: 0.5 - y * scale };
}

/** Larger or smaller, so that what is under a point of the frame (shares of it) stays there. */
export function zoomedAt(zoom: Zoom, factor: number, pointX: number, pointY: number): Zoom {
  const { left, top } = originOf(zoom);
  const scale = Math.min(MOST_ZOOM, Math.max(1, zoom.scale * factor));
  const middle = (origin: number, point: number) => {
    const held = (point - origin) / zoom.scale;
    return held + (0.5 - point) / scale;
  };
  return within({ scale, x: middle(left, pointX), y: middle(top, pointY) });
}

/** Moved as a hand moves paper, by shares of the frame. */
export function panned(zoom: Zoom, byX: number, byY: number): Zoom {
  const { scale, x, y } = zoom;
  return within({ scale, x: x - byX / scale, y: y - byY / scale });
}

/** Nothing but the whole is ever in sight. */
export function within({ scale, x, y }: Zoom): Zoom {
  const half = 0.5 / scale;
  const held = (place: number) => Math.min(1 - half, Math.max(half, place));
  return { scale, x: held(x), y: held(y) };
}

/** As addresses have it: `2.5:0.3:0.61`. */
export const zoomCodec: QueryCodec<Zoom> = {
  parse(text) {
    const numbers = text.split(":").map(Number);
    const [scale, x, y] = numbers;
    if (numbers.length !== 3 || !numbers.every(Number.isFinite)) return WHOLE;
    return within({ scale: Math.min(MOST_ZOOM, Math.max(1, scale!)), x: x!, y: y! });
  },
  format({ scale, x, y }) {
    const places = [scale.toFixed(2), x.toFixed(4), y.toFixed(4)];
    return scale <= 1 ? "" : places.map((place) => String(Number(place))).join(":");
  },
};
