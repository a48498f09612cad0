/** How large a sample grid is shown. */
import { useSignal } from "@preact/signals";
import { type RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** How large a grid is shown. */
export interface GridSize {
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Whether each of its pixels covers the same whole number of the screen's. */
  readonly exact: boolean;
}

/** An exact scale must fill this much of the width; otherwise filling it matters more. */
const LEAST_FILL = 0.75;

/**
 * The size at which a grid fits a width of CSS pixels: at the largest whole number of screen pixels
 * for each of its own, or, where that would leave it small, just as wide as the space.
 */
export function fitGrid(
  grid: { readonly width: number; readonly height: number },
  spaceWidth: number,
  pixelRatio: number,
): GridSize {
  const whole = Math.floor(spaceWidth * pixelRatio / grid.width) / pixelRatio;
  const exact = whole * grid.width >= LEAST_FILL * spaceWidth && whole > 0;
  const scale = exact ? whole : spaceWidth / grid.width;
  return { width: grid.width * scale, height: grid.height * scale, exact };
}

/** The size of `grid` within an element, kept right as the element and the zoom change. */
export function useGridScale(
  frame: RefObject<HTMLElement>,
  grid: { readonly width: number; readonly height: number } | null,
): GridSize {
  const space = useSignal(0);
  useEffect(() => {
    const element = frame.current!;
    const measured = new ResizeObserver(() => space.value = element.clientWidth);
    measured.observe(element);
    return () => measured.disconnect();
  }, []);
  if (grid === null) return { width: 0, height: 0, exact: true };
  return fitGrid(grid, space.value, devicePixelRatio);
}
