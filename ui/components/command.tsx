import type { JSX } from "preact";
import { CopyButton } from "./copy_button.tsx";

/** A command to run in a terminal, ready to be copied. */
export function Command({ children }: { readonly children: string }): JSX.Element {
  return (
    <p class="command">
      <code>{children}</code>
      <CopyButton text={children} label={`Copy the command ${children}`}>Copy</CopyButton>
    </p>
  );
}
