import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import type { CompareState } from "../../state/compare/compare.ts";
import type { QueryField } from "../../state/query_state.ts";
import { mostFrameHeight } from "./frame.tsx";
import { Layer } from "./layer.tsx";
import { PanelHead } from "./panel_head.tsx";
import { PanelFrame } from "./stage.tsx";

/** Two panels one over the other, with an edge between that can be moved. */
export function Wipe({ compare }: { readonly compare: CompareState }): JSX.Element {
  const space = useSignal(0);
  const { reference, other } = compare.pair.value;
  const [left, right] = [compare.panels.value[reference]!, compare.panels.value[other]!];
  return (
    <section class="wiped" aria-label={`${left.letter} left of the edge, ${right.letter} right`}>
      <div class="wiped-heads">
        <PanelHead compare={compare} panel={left} reference={null} />
        <PanelHead compare={compare} panel={right} reference={null} />
      </div>
      <PanelFrame
        compare={compare}
        panels={[left, right]}
        space={space}
        measures
        most={mostFrameHeight()}
      >
        <Wiped
          names={[left.letter, right.letter]}
          place={compare.view.wipe}
          left={<Layer key={left.letter} compare={compare} panel={left} reference={null} />}
          right={<Layer key={right.letter} compare={compare} panel={right} reference={null} />}
        />
      </PanelFrame>
    </section>
  );
}

interface WipedProps {
  /** What lies left of the edge and what right. */
  readonly names: readonly [string, string];
  /** The edge's, 0 at the left. */
  readonly place: QueryField<number>;
  readonly left: ComponentChildren;
  readonly right: ComponentChildren;
}

/** Fills a frame with one thing over another, cut off at an edge. */
export function Wiped({ names, place, left, right }: WipedProps): JSX.Element {
  return (
    <>
      {left}
      <div class="wiped-over" style={{ clipPath: `inset(0 0 0 ${100 * place.value.value}%)` }}>
        {right}
      </div>
      <span class="wiped-letter" aria-hidden="true">{names[0]}</span>
      <span class="wiped-letter" data-right aria-hidden="true">{names[1]}</span>
      <Edge names={names} place={place} />
    </>
  );
}

/** The edge: dragged, or moved by arrow keys. */
function Edge({ names: [left, right], place: field }: Omit<WipedProps, "left" | "right">) {
  const edge = useRef<HTMLDivElement>(null);
  const place = field.value.value;
  const set = (value: number) => field.set(Math.min(1, Math.max(0, value)));
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
        const value = edgeByKey(place, event);
        if (value === null) return;
        event.preventDefault();
        event.stopPropagation();
        set(value);
      }}
    >
      <span />
    </div>
  );
}

/** Where a key moves the edge; null for keys of no use to it. */
export function edgeByKey(place: number, { key, shiftKey }: KeyboardEvent): number | null {
  const to: Readonly<Record<string, number>> = {
    ArrowLeft: place - (shiftKey ? 0.1 : 0.01),
    ArrowRight: place + (shiftKey ? 0.1 : 0.01),
    Home: 0,
    End: 1,
  };
  return to[key] ?? null;
}
