import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Command } from "../components/command.tsx";
import { AddPanel } from "../components/compare/add_panel.tsx";
import { MetricsSection } from "../components/compare/metrics_section.tsx";
import { SettingsSection } from "../components/compare/settings_section.tsx";
import { Stage } from "../components/compare/stage.tsx";
import { StepMap } from "../components/compare/step_map.tsx";
import { SeedTools, ViewTools } from "../components/compare/tools.tsx";
import { useApp } from "../components/context.ts";
import { DeviceNote } from "../components/latent/device_note.tsx";
import { Message } from "../components/message.tsx";
import { usePageTitle } from "../components/page_title.ts";
import { formatCount } from "../format.ts";
import { mediaSignal } from "../media.ts";
import { compareCommand, notesOn } from "../state/compare/notes.ts";
import type { CompareState } from "../state/compare/compare.ts";

/** Below this width the choice of seeds folds away: the pictures come first. */
const NARROW = "(max-width: 40rem)";

/** The same seeds of two to four checkpoints. Everything it shows is in the address. */
export function ComparePage({ compare }: { readonly compare: CompareState }): JSX.Element {
  const { runs: { runs, readAt, loading } } = useApp();
  if (compare.panels.value.length > 0) return <Ready compare={compare} />;
  if (compare.nothing.value) return <Nothing trained={runs.value.length > 0} />;
  const state = loading.value;
  const gone = readAt.value === null && state.state === "failed";
  return (
    <p class="muted waiting" role="status">
      {gone ? `${state.message}. Trying again…` : "Looking for checkpoints…"}
    </p>
  );
}

function Nothing({ trained }: { readonly trained: boolean }): JSX.Element {
  return (
    <Message title="Nothing to compare yet">
      <p>
        {trained
          ? "None of the newest runs has a checkpoint yet. A run can be compared from its first one on."
          : "Checkpoints can be compared from the first one on. This trains a DCGAN on drawn faces:"}
      </p>
      {!trained && <Command>deno task train-gan</Command>}
    </Message>
  );
}

function Ready({ compare }: { readonly compare: CompareState }): JSX.Element {
  const panels = compare.panels.value;
  usePageTitle(`Compare ${panels.map(({ letter }) => letter).join(", ")}`);
  const { pictures } = compare;
  const narrow = useMemo(() => mediaSignal(NARROW), []).value;
  const command = compareCommand(compare);
  return (
    <div class="compare">
      <div class="page-head">
        <h1>Compare</h1>
        <DeviceNote imagesPerSecond={pictures.imagesPerSecond.value} />
      </div>
      <div role="status">
        {pictures.outage.value !== null && (
          <p class="notice">{pictures.outage.value}. Trying again…</p>
        )}
      </div>
      <div class="compare-bar">
        <StepMap compare={compare} />
      </div>
      <div class="compare-rows">
        <ViewTools compare={compare} />
        {narrow
          ? (
            <details>
              <summary>{seedSummary(compare)}</summary>
              <SeedTools compare={compare} />
            </details>
          )
          : <SeedTools compare={compare} />}
      </div>
      <Stage compare={compare} />
      <p class="muted keys" id="compare-keys">
        A click shows a seed large. Ctrl and wheel, pinch, or + and − enlarge; drag, or Shift and
        arrow keys, moves; 0 shows the whole.
      </p>
      <Notes compare={compare} />
      {panels.length > 1 && <AddPanel compare={compare} />}
      {command !== null && (
        <div class="compare-command">
          <p class="muted">The same as a report, with metrics and their noise:</p>
          <Command>{command}</Command>
        </div>
      )}
      <MetricsSection compare={compare} />
      <SettingsSection compare={compare} />
    </div>
  );
}

/** Which pictures are shown, in a line. */
function seedSummary({ seeds, view }: CompareState): string {
  const [first, last] = [seeds.value[0]!, seeds.value.at(-1)!];
  const which = first === last
    ? `Seed ${formatCount(first)}`
    : `Seeds ${formatCount(first)} to ${formatCount(last)}`;
  const truncated = view.truncation.value.value === "none" ? "" : `, ψ ${view.psi.value.value}`;
  return `${which}, ${view.weights.value.value === "ema" ? "averaged" : "raw"}${truncated}`;
}

/** What to bear in mind when these panels are compared. */
function Notes({ compare }: { readonly compare: CompareState }): JSX.Element {
  return (
    <ul class="compare-notes">
      {notesOn(compare.panels.value).map((note) => <li key={note}>{note}</li>)}
    </ul>
  );
}
