import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { CompareState, Panel } from "../../state/compare/compare.ts";
import { gridOf } from "../../state/compare/grid.ts";
import { originOf } from "../../state/compare/zoom.ts";
import { DifferenceTile, PictureTile } from "./tiles.tsx";

interface LayerProps {
  readonly compare: CompareState;
  readonly panel: Panel;
  /** The panel that differences are to; null shows the pictures themselves. */
  readonly reference: Panel | null;
}

/** A panel's pictures of all seeds, moved and enlarged as the zoom says. */
export function Layer({ compare, panel, reference }: LayerProps): JSX.Element {
  const seeds = compare.seeds.value;
  const tiles = useMemo(
    () =>
      seeds.map((seed) =>
        reference === null
          ? <PictureTile key={seed} compare={compare} panel={panel} seed={seed} />
          : (
            <DifferenceTile
              key={seed}
              compare={compare}
              panel={panel}
              seed={seed}
              reference={reference}
            />
          )
      ),
    [seeds, panel.generation, panel.letter, reference?.generation, reference?.letter],
  );
  return <Moved compare={compare} columns={gridOf(seeds.length).columns}>{tiles}</Moved>;
}

interface MovedProps {
  readonly compare: CompareState;
  readonly columns: number;
  readonly children: ComponentChildren;
}

/** Follows the zoom by itself, so that the pictures within are not gone through for it. */
function Moved({ compare, columns, children }: MovedProps): JSX.Element {
  const zoom = compare.view.zoom.value.value;
  const { left, top } = originOf(zoom);
  return (
    <div
      class="layer"
      style={{
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
        transform: `translate(${100 * left}%, ${100 * top}%) scale(${zoom.scale})`,
        "--scale": zoom.scale,
      }}
    >
      {children}
    </div>
  );
}
