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

/** A triangle with an exclamation mark. */
export function AlarmIcon(): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M8 1.5 15.2 14.5H.8z" fill="currentColor" />
      <path d="M8 6v4.2m0 1.6v1.2" stroke="var(--paper)" stroke-width="1.5" />
    </svg>
  );
}

/** A tick. */
export function SoundIcon(): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M2.5 8.5 6.3 12.3 13.5 4" fill="none" stroke="currentColor" stroke-width="2" />
    </svg>
  );
}
