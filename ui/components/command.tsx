import type { ComponentChildren, JSX } from "preact";
import { CopyButton } from "./copy_button.tsx";

/** A command to run in a terminal, ready to be copied. */
export function Command({ children }: { readonly children: string }): JSX.Element {
  return (
    <p class="command">
      <code>{wordsOf(children)}</code>
      <CopyButton text={children} label={`Copy the command ${children}`}>Copy</CopyButton>
    </p>
  );
}

/** Words that break only where they are longer than a line: a flag's name stays whole. */
function wordsOf(command: string): ComponentChildren {
  return command.split(" ").flatMap((word, i) => [
    i === 0 ? "" : " ",
    <span key={i} class="word">{word}</span>,
  ]);
}
