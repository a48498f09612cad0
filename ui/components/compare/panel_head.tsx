import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { formatCount } from "../../format.ts";
import { exploreHref, runHref } from "../../router.ts";
import type { CompareState, Panel } from "../../state/compare/compare.ts";
import { meanAbsoluteDifference } from "../../state/compare/difference.ts";
import { useApp } from "../context.ts";
import { Link } from "../link.tsx";

interface PanelHeadProps {
  readonly compare: CompareState;
  readonly panel: Panel;
  /** The panel that differences are shown to; null where none are. */
  readonly reference: Panel | null;
}

/** Which checkpoint a panel shows, and what can be done with the panel. */
export function PanelHead({ compare, panel, reference }: PanelHeadProps): JSX.Element {
  return (
    <header class="panel-head">
      <div class="panel-run">
        <h2 class="panel-letter">{panel.letter}</h2>
        <RunField compare={compare} panel={panel} />
      </div>
      <StepField compare={compare} panel={panel} />
      <Actions compare={compare} panel={panel} />
      {reference !== null && (
        <p class="numbers">
          {panel === reference
            ? "The reference"
            : <MeanDifference compare={compare} panel={panel} reference={reference} />}
        </p>
      )}
    </header>
  );
}

function RunField({ compare, panel }: Omit<PanelHeadProps, "reference">): JSX.Element {
  const { runs: { drawable } } = useApp();
  const ids = drawable.value;
  const { run, letter, index } = panel;
  return (
    <select
      aria-label={`Run of ${letter}`}
      value={run}
      onChange={(event) =>
        compare.edit.change(index, { run: event.currentTarget.value, step: null })}
    >
      {(ids.includes(run) ? ids : [run, ...ids]).map((id) => (
        <option key={id} value={id}>{id}</option>
      ))}
    </select>
  );
}

const FOLLOWS = "follows";

/** A step of its own, or whatever the slider says. */
function StepField({ compare, panel }: Omit<PanelHeadProps, "reference">): JSX.Element {
  const { address, step, source, letter, index, locked } = panel;
  const steps = (source?.steps.value ?? []).toReversed();
  const best = source?.detail.value.value?.best ?? null;
  const choose = (value: string) =>
    compare.edit.change(index, {
      step: value === FOLLOWS ? null : value === "best" ? "best" : Number(value),
    });
  return (
    <div class="panel-step numbers">
      <select
        aria-label={`Step of ${letter}`}
        value={address.step === "best" ? "best" : locked ? String(step) : FOLLOWS}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value={FOLLOWS}>
          {locked || step === null ? "Follow the slider" : `Step ${formatCount(step)}`}
        </option>
        {(best !== null || address.step === "best") && (
          <option value="best">Best: step {formatCount(best?.step ?? 0)}</option>
        )}
        {steps.map((each) => (
          <option key={each} value={String(each)}>Step {formatCount(each)}, locked</option>
        ))}
      </select>
      <button
        type="button"
        class="quiet"
        aria-pressed={locked}
        aria-label={`Lock ${letter} at its step`}
        disabled={step === null}
        onClick={() => compare.edit.toggleLock(index)}
      >
        {locked ? "Locked" : "Lock"}
      </button>
    </div>
  );
}

/** The mean over all pictures that are shown. */
function MeanDifference(
  { compare, panel, reference }: PanelHeadProps & { readonly reference: Panel },
): JSX.Element {
  const [from, to] = [reference.generation, panel.generation];
  const mean = useMemo(() =>
    computed(() => {
      if (from === null || to === null) return null;
      let [sum, count] = [0, 0];
      for (const seed of compare.seeds.value) {
        const [a, b] = [from, to].map((each) => compare.pictures.of(each, seed).value);
        if (!a || !b) continue;
        sum += meanAbsoluteDifference(a, b);
        count++;
      }
      return count === 0 ? null : sum / count;
    }), [from, to]);
  return (
    <>
      Differs from {reference.letter} by <b>{mean.value === null ? "…" : mean.value.toFixed(1)}</b>
      {" "}
      <span class="muted">of 255 levels on average</span>
    </>
  );
}

function Actions({ compare, panel }: Omit<PanelHeadProps, "reference">): JSX.Element {
  const { run, step, letter, index, source } = panel;
  const shape = source?.shape.value ?? null;
  const count = compare.panels.value.length;
  const first = compare.seeds.value[0]!;
  const at = compare.view.at.value.value;
  const query = at === null ? `seed=${first}` : `seed=${at}&at=${at}`;
  return (
    <div class="panel-actions">
      {shape && (
        <span
          class="muted numbers"
          title={`Pictures of ${shape.size} pixels; z of ${shape.latentDim}`}
        >
          {shape.size} px
        </span>
      )}
      {source?.detail.value.value && <Link href={runHref(run)}>Run</Link>}
      {step !== null && (
        <Link href={exploreHref(run, step, query)} title={`Explore ${letter} at these seeds`}>
          Explore
        </Link>
      )}
      <button
        type="button"
        class="quiet"
        aria-label={`Move ${letter} to the left`}
        disabled={index === 0}
        onClick={() => compare.edit.move(index, -1)}
      >
        ←
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={`Move ${letter} to the right`}
        disabled={index === count - 1}
        onClick={() => compare.edit.move(index, 1)}
      >
        →
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={`Remove ${letter}`}
        disabled={count === 1}
        onClick={() => compare.edit.remove(index)}
      >
        Remove
      </button>
    </div>
  );
}
