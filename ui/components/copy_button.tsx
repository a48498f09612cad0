import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

const SAID_FOR_MS = 2000;

interface CopyButtonProps {
  readonly text: string;
  readonly children: string;
  /** What a screen reader says in place of the visible word. */
  readonly label?: string;
}

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ text, children, label }: CopyButtonProps): JSX.Element {
  const outcome = useSignal<"" | "Copied" | "Not allowed">("");
  useEffect(() => {
    if (outcome.value === "") return;
    const timer = setTimeout(() => outcome.value = "", SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [outcome.value]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      outcome.value = "Copied";
    } catch {
      outcome.value = "Not allowed"; // the reader or the browser forbids it
    }
  };
  return (
    <button type="button" class="quiet copy" onClick={copy} aria-label={label} title={text}>
      <span aria-live="polite">{outcome.value || children}</span>
    </button>
  );
}
