import type { JSX } from "preact";
import { formatCount } from "../../format.ts";
import type { CompareState } from "../../state/compare/compare.ts";
import { settingRows } from "../../state/compare/settings.ts";

/** Settings beside each other: those that differ, or all. */
export function SettingsSection({ compare }: { readonly compare: CompareState }): JSX.Element {
  const { view, panels } = compare;
  const runs = panels.value.map(({ source }) => source?.detail.value.value ?? null);
  const rows = settingRows(runs);
  const differing = rows.filter(({ differs }) => differs);
  const all = view.allSettings.value.value;
  const shown = all ? rows : differing;
  const oneRun = new Set(panels.value.map(({ run }) => run)).size === 1;
  return (
    <section class="compare-settings" aria-labelledby="compare-settings-title">
      <div class="section-head">
        <h2 id="compare-settings-title">Configuration</h2>
        <p class="muted numbers" role="status">
          {formatCount(differing.length)} of {formatCount(rows.length)} settings differ
        </p>
        <label class="check">
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => view.allSettings.set(event.currentTarget.checked)}
          />
          Show all
        </label>
      </div>
      {shown.length === 0
        ? (
          <p class="muted">
            {oneRun ? "All panels show one run." : "These runs have the same settings."}
          </p>
        )
        : (
          <div class="wide-table">
            <table class="numbers">
              <thead>
                <tr>
                  <th scope="col">Setting</th>
                  {panels.value.map(({ letter }) => <th scope="col" key={letter}>{letter}</th>)}
                </tr>
              </thead>
              <tbody>
                {shown.map(({ name, values, differs }) => (
                  <tr key={name} data-differs={differs && all ? "" : undefined}>
                    <th scope="row">
                      {name}
                      {differs && all && <span class="visually-hidden">, differs</span>}
                    </th>
                    {values.map((value, i) => <td key={i}>{value ?? "…"}</td>)}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
    </section>
  );
}
