import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { RunState } from "../state/run.ts";

/** Stops the run after a second thought, on the spot. */
export function StopButton({ run }: { readonly run: RunState }): JSX.Element {
  const confirming = useSignal(false);
  const confirm = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (confirming.value) confirm.current?.focus();
  }, [confirming.value]);

  const stopping = run.stopping.value;
  if (stopping.state === "asked") return <span class="stop" role="status">stopping…</span>;
  if (!confirming.value) {
    return (
      <span class="stop">
        <button type="button" onClick={() => confirming.value = true}>Stop</button>
        {stopping.state === "refused" && <span role="alert">{stopping.message}</span>}
      </span>
    );
  }
  const stop = () => {
    confirming.value = false;
    void run.stop();
  };
  return (
    <span class="stop" role="group" aria-label="Stop the run">
      <span>Stop after this step? It can be resumed.</span>
      <button type="button" class="strong" ref={confirm} onClick={stop}>Stop run</button>
      <button type="button" class="quiet" onClick={() => confirming.value = false}>Keep on</button>
    </span>
  );
}
