import type { JSX } from "preact";
import type { LiveStream } from "../state/connection.ts";

/** Says whether the page is live. The countdown is for eyes only: it would never stop talking. */
export function ConnectionNote({ stream }: { readonly stream: LiveStream }): JSX.Element {
  const connection = stream.state.value;
  const waiting = connection.state === "waiting";
  return (
    <span class="connection" data-state={connection.state}>
      <span role="status" class={waiting ? "visually-hidden" : undefined}>
        {connection.state === "live" && "live"}
        {connection.state === "connecting" && "connecting…"}
        {waiting && "Connection lost, reconnecting"}
      </span>
      {waiting && (
        <>
          <span class="numbers" aria-hidden="true">
            connection lost, reconnecting in {connection.seconds} s
          </span>{" "}
          <button type="button" class="quiet" onClick={() => stream.retry()}>now</button>
        </>
      )}
    </span>
  );
}
