import type { JSX } from "preact";
import { formatCount } from "../../format.ts";
import type { CompareState } from "../../state/compare/compare.ts";
import { MOST_PANELS } from "../../state/compare/panels.ts";
import { useApp } from "../context.ts";

interface AddProps {
  readonly compare: CompareState;
}

/** A run for another panel; nothing where there is no room for one. */
export function AddPanel({ compare }: AddProps): JSX.Element | null {
  const { runs: { drawable } } = useApp();
  if (compare.panels.value.length >= MOST_PANELS) return null;
  return (
    <label class="field add-panel">
      <span>Add a panel</span>
      <select
        value=""
        onChange={(event) => {
          const { value } = event.currentTarget;
          event.currentTarget.value = "";
          if (value !== "") compare.edit.add(value);
        }}
      >
        <option value="">Choose a run…</option>
        {drawable.value.map((id) => <option key={id} value={id}>{id}</option>)}
      </select>
    </label>
  );
}

/** What a lone panel can be compared with: its own run at other steps, or another run. */
export function AddBeside({ compare }: AddProps): JSX.Element {
  const panel = compare.panels.value[0]!;
  const steps = panel.source?.steps.value ?? [];
  const best = panel.source?.detail.value.value?.best?.step;
  const others: readonly (readonly [name: string, step: number | undefined])[] = [
    ["first", steps[0]],
    ["best", best],
    ["newest", steps.at(-1)],
  ];
  return (
    <section class="add-beside" aria-label="Add a panel">
      {others.map(([name, step]) =>
        step !== undefined && step !== panel.step && (
          <button
            key={name}
            type="button"
            onClick={() => compare.edit.add(panel.run, step)}
          >
            The run’s {name} checkpoint, step {formatCount(step)}
          </button>
        )
      )}
      <AddPanel compare={compare} />
    </section>
  );
}
