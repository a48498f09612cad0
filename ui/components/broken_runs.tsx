import type { JSX } from "preact";
import { formatCount } from "../format.ts";
import { useApp } from "./context.ts";

/** What lies among the runs and cannot be read as one, folded away: it is seldom news. */
export function BrokenRuns(): JSX.Element | null {
  const { runs: { broken } } = useApp();
  const count = broken.value.length;
  if (count === 0) return null;
  return (
    <details class="broken-runs">
      <summary>
        {count === 1
          ? "One more folder cannot be read as a run"
          : `${formatCount(count)} more folders cannot be read as runs`}
      </summary>
      <ul>
        {broken.value.map(({ id, message }) => (
          <li key={id}>
            <code>{id}</code>
            <p>{message}</p>
          </li>
        ))}
      </ul>
    </details>
  );
}
