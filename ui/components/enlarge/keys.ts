/** Keys of the Enlarge page, wherever no control has a use for them. */
import { LETTERS } from "../../state/compare/panels.ts";
import type { Pair } from "../../state/compare/view.ts";
import type { EnlargeState } from "../../state/enlarge/enlarge.ts";
import { zoomByKey } from "../compare/gestures.ts";
import { edgeByKey } from "../compare/wipe.tsx";
import { listenForKeys } from "../page_keys.ts";
import { showPixels } from "./view_tools.tsx";

/**
 * + − 0 and 1 zoom, Shift and arrows move what is enlarged, W and S choose the view; in the wipe arrows move
 * the edge, and letters choose what is right of it, with Shift what is left. Returns what ends it.
 */
export function obeyKeys(enlarge: EnlargeState): () => void {
  const { view, picture } = enlarge;
  return listenForKeys((event) => {
    if (picture.value === null) return false;
    const zoom = zoomByKey(view.zoom.value.peek(), event);
    if (zoom !== null) view.zoom.set(zoom);
    else if (event.key === "1") showPixels(enlarge);
    else if (event.key === "w") view.view.set("wipe", "push");
    else if (event.key === "s") view.view.set("side", "push");
    else return view.view.value.value === "wipe" && obeyInWipe(event, enlarge);
    return true;
  });
}

function obeyInWipe(event: KeyboardEvent, { view, panels, pair }: EnlargeState): boolean {
  const { key, shiftKey } = event;
  const place = /^Arrow/.test(key) ? edgeByKey(view.wipe.value.peek(), event) : null;
  if (place !== null) {
    view.wipe.set(Math.min(1, Math.max(0, place)));
    return true;
  }
  const index = LETTERS.findIndex((letter) => letter === key.toUpperCase());
  if (index < 0 || index >= panels.value.length) return false;
  view.pair.set(pairWith(pair.value, index, shiftKey));
  return true;
}

/** The pair with another panel right of the edge, or left; the other one's turns the two round. */
export function pairWith({ reference, other }: Pair, index: number, left: boolean): Pair {
  const next = left ? { reference: index, other } : { reference, other: index };
  return next.reference === next.other ? { reference: other, other: reference } : next;
}
