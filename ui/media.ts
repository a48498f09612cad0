/** What the browser knows of its screen and its reader's wishes. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** Whether a media query holds, followed for as long as the page is open. */
export function mediaSignal(query: string): ReadonlySignal<boolean> {
  const media = matchMedia(query);
  const holds = signal(media.matches);
  media.addEventListener("change", () => holds.value = media.matches);
  return holds;
}
