import type { ComponentChildren, JSX } from "preact";
import { usePageTitle } from "./page_title.ts";

interface MessageProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** A page that has only something to say. */
export function Message({ title, children }: MessageProps): JSX.Element {
  usePageTitle(title);
  return (
    <div class="message">
      <h1>{title}</h1>
      {children}
    </div>
  );
}
