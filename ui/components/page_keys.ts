/** Keys that work wherever no control has a use for them. */

/** Elements that take keys for themselves. */
const TAKEN = "input, select, textarea, [role=grid], [role=tablist], [role=slider]";

/**
 * Asks `obey` what to do at each key that neither a control nor the browser has a use for: it returns false
 * for keys that mean nothing to it. Escape is nobody else's. Returns what ends it.
 */
export function listenForKeys(obey: (event: KeyboardEvent) => boolean): () => void {
  const onKey = (event: KeyboardEvent) => {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey || event.defaultPrevented) return;
    const element = target instanceof Element ? target : null;
    if (key !== "Escape" && element?.closest(TAKEN)) return;
    if (key === " " && element?.closest("button, a, summary")) return;
    if (obey(event)) event.preventDefault();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
