import type { JSX } from "preact";
import type { ExploreState } from "../../state/explore/explore.ts";
import type { LatentText } from "../../state/explore/view.ts";

interface PickButtonProps {
  readonly explore: ExploreState;
  readonly text: LatentText;
  readonly class?: string;
}

/** Puts a picture into the tray, or takes it out again. */
export function PickButton({ explore: { tray }, text, ...rest }: PickButtonProps): JSX.Element {
  const picked = tray.has(text);
  return (
    <button
      type="button"
      class={`${rest.class ?? ""} ${picked ? "picked" : ""}`.trim()}
      disabled={!picked && tray.full.value}
      onClick={() => tray.toggle(text)}
    >
      {picked ? "Picked" : "Pick"}
    </button>
  );
}
