/** Keys that work wherever no control has a use for them. */
import { listenForKeys } from "../page_keys.ts";
import { focusWall } from "./focus.ts";
import type { ExploreState } from "../../state/explore/explore.ts";

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
  return listenForKeys(({ key, shiftKey }) => {
    const action = actions[key];
    if (!action || shiftKey) return false;
    action();
    return true;
  });
}
