import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { originOf, type Zoom } from "../../state/compare/zoom.ts";

interface ZoomedProps {
  readonly zoom: ReadonlySignal<Zoom>;
  /** Pictures in a row. */
  readonly columns?: number;
  readonly children: ComponentChildren;
}

/** Moves and enlarges pictures as the zoom says, by itself: they are not gone through for it. */
export function Zoomed({ zoom, columns = 1, children }: ZoomedProps): JSX.Element {
  const { left, top } = originOf(zoom.value);
  const { scale } = zoom.value;
  return (
    <div
      class="layer"
      style={{
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
        transform: `translate(${100 * left}%, ${100 * top}%) scale(${scale})`,
        "--scale": scale,
      }}
    >
      {children}
    </div>
  );
}
