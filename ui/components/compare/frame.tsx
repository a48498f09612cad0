import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { fitGrid, type GridSize } from "../grid_scale.ts";

/** Pixels enlarged by less are blended: some would be twice as wide as others. */
export const CRISP_FROM = 2;
/** Share of the width that a frame fills at least. */
const LEAST_FILL = 0.92;
/** Share of the window's height that a frame fills at most, and the least that it is given anyway. */
const MOST_HEIGHT = { share: 0.78, least: 320 } as const;

/** CSS pixels that a frame is at most high, so that all of it is in sight. */
export const mostFrameHeight = (): number =>
  Math.max(MOST_HEIGHT.least, MOST_HEIGHT.share * innerHeight);

/** As wide as there is room, or a little less where that makes pixels alike. */
export function fitFrame(
  content: { readonly width: number; readonly height: number },
  room: number,
): Pick<GridSize, "width" | "height"> {
  const whole = fitGrid(content, room, devicePixelRatio);
  if (whole.width >= LEAST_FILL * room) return whole;
  return { width: room, height: room * content.height / content.width };
}

interface FrameProps {
  /** Width that there is for a frame: the first one measures it for all. */
  readonly space: Signal<number>;
  readonly measures: boolean;
  /** CSS pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** CSS pixels between pictures. */
  readonly gap?: number;
  /** Whether pixels are shown as squares. */
  readonly crisp: boolean;
  /** What is said below. */
  readonly below?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A window onto pictures that can be moved and enlarged within. */
export function Frame(props: FrameProps): JSX.Element {
  const { space, measures, size, gap = 0, crisp, below, children } = props;
  const slot = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!measures) return;
    const observer = new ResizeObserver(() => space.value = slot.current!.clientWidth);
    observer.observe(slot.current!);
    return () => observer.disconnect();
  }, [measures]);
  return (
    <div class="frame-slot" ref={slot}>
      <div
        class="frame"
        data-smooth={crisp ? undefined : ""}
        style={{ width: `${size.width}px`, height: `${size.height}px`, "--gap": `${gap}px` }}
      >
        {children}
      </div>
      {below}
    </div>
  );
}
