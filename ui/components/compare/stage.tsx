import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isEnlarger } from "../../lab.ts";
import { enlargeHref } from "../../router.ts";
import type { CompareState, Panel } from "../../state/compare/compare.ts";
import { gridOf } from "../../state/compare/grid.ts";
import { Link } from "../link.tsx";
import { AddBeside } from "./add_panel.tsx";
import { CRISP_FROM, fitFrame, Frame } from "./frame.tsx";
import { listenForGestures, zoomByKey } from "./gestures.ts";
import { Layer } from "./layer.tsx";
import { PanelHead } from "./panel_head.tsx";
import { Wipe } from "./wipe.tsx";

/** Pixels between pictures. */
const GAP = 2;

/** The panels, with one zoom for all of them. */
export function Stage({ compare }: { readonly compare: CompareState }): JSX.Element {
  const stage = useRef<HTMLDivElement>(null);
  const { view, panels, shownView } = compare;
  useEffect(() =>
    listenForGestures(stage.current!, {
      get: () => view.zoom.value.peek(),
      set: (zoom) => view.zoom.set(zoom),
      takesWheel: () => view.zoom.value.peek().scale > 1 || view.at.value.peek() !== null,
    }), [compare]);
  const wiped = shownView.value === "wipe";
  return (
    <div
      class="stage-panels"
      ref={stage}
      role="group"
      aria-label="Pictures"
      aria-describedby="compare-keys"
      data-panels={panels.value.length}
      data-view={shownView.value}
      data-zoomed={view.zoom.value.value.scale > 1 ? "" : undefined}
      aria-busy={compare.pictures.waiting.value}
      onKeyDown={(event) => obeyKey(event, compare)}
    >
      {wiped ? <Wipe compare={compare} /> : <Columns compare={compare} />}
    </div>
  );
}

function Columns({ compare }: { readonly compare: CompareState }): JSX.Element {
  const space = useSignal(0);
  const panels = compare.panels.value;
  const differing = compare.shownView.value === "difference";
  const reference = differing ? panels[compare.pair.value.reference]! : null;
  return (
    <>
      {panels.map((panel, i) => (
        <section
          key={panel.letter}
          class="compare-panel"
          aria-label={`Panel ${panel.letter}`}
        >
          <PanelHead compare={compare} panel={panel} reference={reference} />
          <PanelFrame compare={compare} panels={[panel]} space={space} measures={i === 0}>
            <Layer
              compare={compare}
              panel={panel}
              reference={panel === reference ? null : reference}
            />
          </PanelFrame>
        </section>
      ))}
      {panels.length === 1 && <AddBeside compare={compare} />}
    </>
  );
}

interface PanelFrameProps {
  readonly compare: CompareState;
  /** Whose pictures it shows. */
  readonly panels: readonly Panel[];
  /** Width that there is for a frame: the first one measures it for all. */
  readonly space: Signal<number>;
  readonly measures: boolean;
  readonly most?: number;
  readonly children: ComponentChildren;
}

/** A window onto pictures of panels, with what is wrong with them below. */
export function PanelFrame(props: PanelFrameProps): JSX.Element {
  const { compare, panels, space, measures, most = Infinity, children } = props;
  const { width, height, tile } = frameSize(compare, Math.min(space.value, most));
  const size = (panel: Panel) => panel.source?.shape.value?.size ?? 64;
  const enlarged = compare.view.zoom.value.value.scale * tile / Math.max(...panels.map(size));
  return (
    <Frame
      space={space}
      measures={measures}
      size={{ width, height }}
      gap={GAP}
      crisp={!compare.view.smooth.value.value && enlarged >= CRISP_FROM}
      below={
        <div role="alert">
          {panels.map((panel) => <Fault key={panel.letter} compare={compare} panel={panel} />)}
        </div>
      }
    >
      {children}
    </Frame>
  );
}

/** All frames are alike, whatever the sizes of their pictures: the largest pixels' are kept whole. */
function frameSize({ panels, seeds }: CompareState, space: number) {
  const sizes = panels.value.map(({ source }) => source?.shape.value?.size ?? 0);
  const size = Math.max(...sizes) || 64;
  const { columns, rows } = gridOf(seeds.value.length);
  const [across, down] = [GAP * (columns - 1), GAP * (rows - 1)];
  const room = Math.max(1, space - across);
  const tile = fitFrame({ width: columns * size, height: rows * size }, room).width / columns;
  return { width: columns * tile + across, height: rows * tile + down, tile };
}

function Fault(
  { compare, panel }: { readonly compare: CompareState; readonly panel: Panel },
): JSX.Element | null {
  const experiment = panel.source?.detail.value.value?.experiment;
  if (experiment !== undefined && isEnlarger(experiment)) return <Enlarger panel={panel} />;
  const text = faultOf(compare, panel);
  return text === null ? null : <p class="notice strong">{panel.letter}: {text}</p>;
}

/** A run of another kind than this page compares, and where it is at home. */
function Enlarger({ panel: { letter, run } }: { readonly panel: Panel }): JSX.Element {
  return (
    <p class="notice strong">
      {letter}: this run’s network enlarges pictures and draws none of its own.{" "}
      <Link href={enlargeHref(["bicubic", run])}>Enlarge pictures by it</Link>
    </p>
  );
}

function faultOf(compare: CompareState, panel: Panel): string | null {
  const fault = compare.faultOf(panel);
  const detail = panel.source?.detail.value.value ?? null;
  if (fault !== null || detail === null) return fault;
  if (detail.checkpoints.length === 0) {
    return "No checkpoint yet. While the run trains, this waits for its first.";
  }
  if (panel.step === null) {
    return "The run has no best checkpoint: it was trained without --metrics.";
  }
  return null;
}

/** Arrows move among the pictures, + and − enlarge, Shift and arrows move what is enlarged. */
function obeyKey(event: KeyboardEvent, compare: CompareState): void {
  const { view } = compare;
  const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (altKey || ctrlKey || metaKey || !(target instanceof Element)) return;
  if (target.closest("input, select, [role=slider]") !== null) return;
  const zoom = zoomByKey(view.zoom.value.peek(), event);
  if (zoom !== null) view.zoom.set(zoom);
  else if (key === "Escape" && view.at.value.peek() !== null) view.at.set(null, "push");
  else if (key === "PageDown" || key === "PageUp") compare.page(key === "PageDown" ? 1 : -1);
  else if (!shiftKey && target.matches(".compare-tile")) {
    const seed = seedBeside(key, Number(target.getAttribute("data-seed")), compare);
    if (seed === null) return;
    const letter = target.getAttribute("data-letter");
    const beside = `.compare-tile[data-seed="${seed}"][data-letter="${letter}"]`;
    const tile = event.currentTarget instanceof Element &&
      event.currentTarget.querySelector(beside);
    if (tile) (tile as HTMLElement).focus();
  } else return;
  event.preventDefault();
}

/** The seed that an arrow key leads to; null where there is none. */
function seedBeside(key: string, seed: number, { seeds }: CompareState): number | null {
  const shown = seeds.value;
  const { columns } = gridOf(shown.length);
  const at = shown.indexOf(seed);
  const to: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    Home: 0,
    End: shown.length - 1,
  };
  return shown[to[key] ?? -1] ?? null;
}
