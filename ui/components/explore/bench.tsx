import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ExploreState } from "../../state/explore/explore.ts";
import { type Panel, PANELS } from "../../state/explore/view.ts";
import { ArithmeticPanel } from "./arithmetic_panel.tsx";
import { EditPanel } from "./edit_panel.tsx";
import { InspectPanel } from "./inspect_panel.tsx";
import { WalkPanel } from "./walk_panel.tsx";

const TITLES: Readonly<Record<Panel, string>> = {
  wall: "Wall",
  inspect: "Inspect",
  edit: "Edit",
  walk: "Walk",
  arithmetic: "Arithmetic",
};

interface BenchProps {
  readonly explore: ExploreState;
}

/** The tabs: what can be done with pictures. */
export function Tabs({ explore }: BenchProps): JSX.Element {
  const narrow = explore.narrow.value;
  const { panel } = explore.view;
  const shown = shownPanel(explore);
  const panels: readonly Panel[] = narrow ? PANELS : PANELS.filter((each) => each !== "wall");
  const show = (each: Panel) => panel.set(each, "push");
  const obeyKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = panels[(panels.indexOf(shown) + by + panels.length) % panels.length]!;
    show(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="What to do with pictures" onKeyDown={obeyKey}>
      {panels.map((each) => (
        <button
          key={each}
          type="button"
          id={`tab-${each}`}
          role="tab"
          aria-selected={each === shown}
          aria-controls={each === "wall" ? "explore-wall" : "explore-panel"}
          tabIndex={each === shown ? 0 : -1}
          onClick={() => show(each)}
        >
          {TITLES[each]}
        </button>
      ))}
    </div>
  );
}

/** The panel of the chosen tab. */
export function Bench({ explore }: BenchProps): JSX.Element {
  const shown = shownPanel(explore);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current!.scrollTop = 0;
    // The wall, which had it, has made room for the panel.
    if (document.activeElement === document.body) box.current!.focus({ preventScroll: true });
  }, [shown]);
  return (
    <div
      class="panel"
      id="explore-panel"
      ref={box}
      role="tabpanel"
      aria-labelledby={`tab-${shown}`}
      tabIndex={-1}
    >
      {shown === "inspect" && <InspectPanel explore={explore} />}
      {shown === "edit" && <EditPanel explore={explore} />}
      {shown === "walk" && <WalkPanel explore={explore} />}
      {shown === "arithmetic" && <ArithmeticPanel explore={explore} />}
    </div>
  );
}

/** Beside a wall, `wall` leaves room for what will be inspected. */
export function shownPanel({ view, narrow }: ExploreState): Panel {
  const panel = view.panel.value.value;
  return panel === "wall" && !narrow.value ? "inspect" : panel;
}
