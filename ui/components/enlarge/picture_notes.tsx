import type { JSX } from "preact";
import type { EnlargeState } from "../../state/enlarge/enlarge.ts";

/** How the page stands with its picture and with the server, where that needs saying. */
export function PictureNotes({ enlarge }: { readonly enlarge: EnlargeState }): JSX.Element {
  const { held, enlargements, listing, remark } = enlarge;
  const state = held.state.value;
  const { value: read } = listing.loading;
  const failed = read.state === "failed" || read.state === "missing" ? read.message : null;
  const away = state.state === "away" ? state.message : enlargements.outage.value ?? failed;
  return (
    <div class="picture-notes">
      <div role="alert">
        {state.state === "refused" && <p class="notice strong">{state.message}</p>}
        {state.state === "forgotten" && (
          <p class="notice strong">
            <strong>The server no longer has this picture.</strong>{" "}
            It keeps pictures for a while, and none when it is started anew. Drop it again.
          </p>
        )}
      </div>
      <div role="status">
        {away !== null && <p class="notice">{away}. Trying again…</p>}
        {remark.value !== null && <p class="notice">{remark.value}.</p>}
        {state.state === "coming" && <p class="visually-hidden">Reading the picture</p>}
      </div>
    </div>
  );
}
