import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { CompareState } from "../../state/compare/compare.ts";
import { Layer } from "./layer.tsx";
import { PanelHead } from "./panel_head.tsx";
import { Frame } from "./stage.tsx";

/** Share of the window's height that a wipe fills at most, and the least that it is given anyway. */
const MOST_HEIGHT = { share: 0.78, least: 320 } as const;

/** Two panels one over the other, with an edge between that can be moved. */
export function Wipe({ compare }: { readonly compare: CompareState }): JSX.Element {
  const space = useSignal(0);
  const { reference, other } = compare.pair.value;
  const [left, right] = [compare.panels.value[reference]!, compare.panels.value[other]!];
  const place = compare.view.wipe.value.value;
  const most = Math.max(MOST_HEIGHT.least, MOST_HEIGHT.share * innerHeight);
  return (
    <section class="wiped" aria-label={`${left.letter} left of the edge, ${right.letter} right`}>
      <div class="wiped-heads">
        <PanelHead compare={compare} panel={left} reference={null} />
        <PanelHead compare={compare} panel={right} reference={null} />
      </div>
      <Frame compare={compare} panels={[left, right]} space={space} measures most={most}>
        <Layer key={left.letter} compare={compare} panel={left} reference={null} />
        <div class="wiped-over" style={{ clipPath: `inset(0 0 0 ${100 * place}%)` }}>
          <Layer key={right.letter} compare={compare} panel={right} reference={null} />
        </div>
        <span class="wiped-letter" aria-hidden="true">{left.letter}</span>
        <span class="wiped-letter" data-right aria-hidden="true">{right.letter}</span>
        <Edge compare={compare} letters={[left.letter, right.letter]} />
      </Frame>
    </section>
  );
}

interface EdgeProps {
  readonly compare: CompareState;
  readonly letters: readonly [string, string];
}

/** The edge: dragged, or moved by arrow keys. */
function Edge({ compare: { view }, letters: [left, right] }: EdgeProps): JSX.Element {
  const edge = useRef<HTMLDivElement>(null);
  const place = view.wipe.value.value;
  const set = (value: number) => view.wipe.set(Math.min(1, Math.max(0, value)));
  const drag = (event: PointerEvent) => {
    if (!edge.current!.hasPointerCapture(event.pointerId)) return;
    const { left, width } = edge.current!.parentElement!.getBoundingClientRect();
    set((event.clientX - left) / width);
  };
  const percent = Math.round(100 * place);
  return (
    <div
      class="wipe-edge"
      ref={edge}
      role="slider"
      tabIndex={0}
      aria-label={`Edge between ${left} and ${right}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={`${percent} % ${left}, ${100 - percent} % ${right}`}
      style={{ left: `${100 * place}%` }}
      onPointerDown={(event) => {
        event.stopPropagation();
        edge.current!.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onKeyDown={(event) => {
        const to: Readonly<Record<string, number>> = {
          ArrowLeft: place - (event.shiftKey ? 0.1 : 0.01),
          ArrowRight: place + (event.shiftKey ? 0.1 : 0.01),
          Home: 0,
          End: 1,
        };
        const value = to[event.key];
        if (value === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        set(value);
      }}
    >
      <span />
    </div>
  );
}
