/** Keys that work wherever no control has a use for them. */
import { focusWall } from "./focus.ts";
import type { ExploreState } from "../../state/explore/explore.ts";

/** Elements that take keys for themselves. */
const TAKEN = "input, select, textarea, [role=grid], [role=tablist]";

/**
 * Arrows look at the next seed and the one before, P picks, Escape first ends picking by clicks, then
 * closes what is inspected. Returns what ends it.
 */
export function obeyKeys(explore: ExploreState): () => void {
  const { inspect, tray, clicksGoTo, walk, view } = explore;
  const step = (by: number) => {
    const seed = inspect.step(by);
    if (seed === null) return;
    explore.wall.active.value = seed;
    explore.wall.reveal(seed);
  };
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    p: () => inspect.at.value !== null && tray.toggle(inspect.at.value),
    " ": () => view.panel.value.value === "walk" && walk.toggle(),
    Escape: () => {
      if (clicksGoTo.value !== "inspect") explore.sendClicksTo("inspect");
      else if (inspect.at.value !== null) {
        inspect.close();
        focusWall();
      }
    },
  };
  const onKey = (event: KeyboardEvent) => {
    const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
    const action = actions[key];
    if (!action || altKey || ctrlKey || metaKey || shiftKey || event.defaultPrevented) return;
    const element = target instanceof Element ? target : null;
    const taken = key === "Escape" ? null : element?.closest(TAKEN);
    if (taken || key === " " && element?.closest("button, a, summary")) return;
    event.preventDefault();
    action();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
