import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { CompareState, Panel } from "../../state/compare/compare.ts";
import { gridOf } from "../../state/compare/grid.ts";
import { DifferenceTile, PictureTile } from "./tiles.tsx";
import { Zoomed } from "./zoomed.tsx";

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
  const { columns } = gridOf(seeds.length);
  return <Zoomed zoom={compare.view.zoom.value} columns={columns}>{tiles}</Zoomed>;
}
