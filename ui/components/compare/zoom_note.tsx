import type { ComponentChildren, JSX } from "preact";
import { WHOLE, type Zoom } from "../../state/compare/zoom.ts";
import type { QueryField } from "../../state/query_state.ts";

interface ZoomNoteProps {
  readonly zoom: QueryField<Zoom>;
  /** Other ways to zoom. */
  readonly children?: ComponentChildren;
}

/** How far the pictures are enlarged, and the way back. */
export function ZoomNote({ zoom, children }: ZoomNoteProps): JSX.Element {
  const { scale } = zoom.value.value;
  return (
    <p class="zoom-note numbers" role="status">
      {scale > 1 && (
        <>
          {`×${Number(scale.toFixed(1))} `}
          <button type="button" class="quiet" onClick={() => zoom.set(WHOLE)}>
            Show whole
          </button>
        </>
      )}
      {children}
    </p>
  );
}
