import type { JSX } from "preact";

/** A triangle. */
export function PlayIcon(): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4.5 2.6v10.8L13 8z" fill="currentColor" />
    </svg>
  );
}

/** Two bars. */
export function PauseIcon(): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 3h3v10H4zM9 3h3v10H9z" fill="currentColor" />
    </svg>
  );
}
