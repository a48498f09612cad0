/** Wheel, pinch and drag over the panels: each moves what all of them show. */
import { panned, WHOLE, type Zoom, zoomedAt } from "../../state/compare/zoom.ts";

/** What gestures change. */
export interface GestureOptions {
  readonly get: () => Zoom;
  readonly set: (zoom: Zoom) => void;
  /** Whether a wheel without Ctrl is meant for the pictures, not for the page. */
  readonly takesWheel: () => boolean;
}

/** A move shorter than this is a click. */
const DRAG_PX = 5;
/** Share by which one notch of a wheel, 100 pixels, and of a pinched touchpad enlarge. */
const WHEEL = { notched: 0.002, pinched: 0.01 } as const;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Listens until what it returns is called. Pictures lie in elements of the class `frame`. */
export function listenForGestures(stage: HTMLElement, options: GestureOptions): () => void {
  const pointers = new Map<number, Point>();
  let frame: HTMLElement | null = null;
  let travelled = 0;
  const on = new AbortController();
  const { signal } = on;

  const frameOf = (event: Event) =>
    event.target instanceof Element ? event.target.closest<HTMLElement>(".frame") : null;
  /** A point of the screen as shares of the frame. */
  const within = (of: HTMLElement, { x, y }: Point): Point => {
    const { left, top, width, height } = of.getBoundingClientRect();
    return { x: (x - left) / width, y: (y - top) / height };
  };
  const at = ({ clientX, clientY }: MouseEvent): Point => ({ x: clientX, y: clientY });

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const under = frameOf(event);
    if (under === null || (pointers.size > 0 && under !== frame)) return;
    if (pointers.size === 0) travelled = 0;
    frame = under;
    pointers.set(event.pointerId, at(event));
  };
  const move = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined || frame === null) return;
    const after = at(event);
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    pointers.set(event.pointerId, after);
    travelled += Math.hypot(after.x - before.x, after.y - before.y);
    if (travelled < DRAG_PX) return;
    // Captured only now: a captured pointer's click would not reach the picture under it.
    frame.setPointerCapture(event.pointerId);
    const [from, to] = [before, after].map((point) => within(frame!, point)) as [Point, Point];
    const other = others[0];
    if (other === undefined) {
      return options.set(panned(options.get(), to.x - from.x, to.y - from.y));
    }
    const distance = (point: Point) =>
      Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    const still = within(frame, other);
    const middle = { x: (to.x + still.x) / 2, y: (to.y + still.y) / 2 };
    const factor = distance(after) / distance(before);
    const moved = panned(options.get(), (to.x - from.x) / 2, (to.y - from.y) / 2);
    options.set(zoomedAt(moved, factor, middle.x, middle.y));
  };
  const up = (event: PointerEvent) => void pointers.delete(event.pointerId);
  const wheel = (event: WheelEvent) => {
    const under = frameOf(event);
    if (under === null || !(event.ctrlKey || event.metaKey || options.takesWheel())) return;
    event.preventDefault();
    const { x, y } = within(under, at(event));
    const pixels = event.deltaMode === 0 ? event.deltaY : 33 * event.deltaY; // lines
    const share = event.ctrlKey && Math.abs(pixels) < 50 ? WHEEL.pinched : WHEEL.notched;
    options.set(zoomedAt(options.get(), Math.exp(-share * pixels), x, y));
  };
  const click = (event: MouseEvent) => {
    if (travelled < DRAG_PX || event.detail === 0) return; // of the keyboard
    event.preventDefault();
    event.stopPropagation();
    travelled = 0;
  };
  stage.addEventListener("pointerdown", down, { signal });
  stage.addEventListener("pointermove", move, { signal });
  for (const end of ["pointerup", "pointercancel"] as const) {
    globalThis.addEventListener(end, up, { signal });
  }
  stage.addEventListener("wheel", wheel, { signal, passive: false });
  stage.addEventListener("click", click, { signal, capture: true });
  return () => on.abort();
}

/** What a key does to the zoom; null for keys of no use to it. */
export function zoomByKey(zoom: Zoom, { key, shiftKey }: KeyboardEvent): Zoom | null {
  if (key === "+" || key === "=") return zoomedAt(zoom, 1.5, 0.5, 0.5);
  if (key === "-" || key === "_") return zoomedAt(zoom, 1 / 1.5, 0.5, 0.5);
  if (key === "0") return WHOLE;
  if (!shiftKey) return null;
  const by = 0.2;
  switch (key) {
    case "ArrowLeft":
      return panned(zoom, by, 0);
    case "ArrowRight":
      return panned(zoom, -by, 0);
    case "ArrowUp":
      return panned(zoom, 0, by);
    case "ArrowDown":
      return panned(zoom, 0, -by);
    default:
      return null;
  }
}
