import type { JSX } from "preact";
import { datasetTitle, formatCount } from "../../format.ts";
import { exploreHref, runHref } from "../../router.ts";
import type { ExploreState } from "../../state/explore/explore.ts";
import { PSI, type TruncationChoice, TRUNCATIONS } from "../../state/explore/view.ts";
import { useApp } from "../context.ts";
import { Choice } from "../latent/choice.tsx";
import { Slider } from "../latent/slider.tsx";
import { Link } from "../link.tsx";

const TRUNCATION_NAMES: Readonly<Record<TruncationChoice, string>> = {
  none: "None",
  scale: "Scale z by ψ",
  resample: "Redraw beyond ±ψ",
};

interface HeadProps {
  readonly explore: ExploreState;
}

/** Whose pictures these are: run, checkpoint, weights and truncation; folded away where there is no room. */
export function ExploreHead({ explore }: HeadProps): JSX.Element {
  const { id, experiment, dataset } = explore.detail.value!;
  const { weights, truncation, psi } = explore.view;
  const truncated = truncation.value.value === "none" ? "" : `, ψ ${psi.value.value}`;
  return (
    <header class="explore-head">
      <h1>
        <Link href={runHref(id)} title="The run’s own page">
          {experiment} <span class="muted">on</span> {datasetTitle(dataset)}
        </Link>
      </h1>
      {explore.narrow.value
        ? (
          <details>
            <summary>
              Step {formatCount(explore.step.value!)},{" "}
              {weights.value.value === "ema" ? "averaged" : "raw"}
              {truncated}
            </summary>
            <Settings explore={explore} />
          </details>
        )
        : <Settings explore={explore} />}
    </header>
  );
}

function Settings({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { weights } = explore.view;
  return (
    <div class="explore-settings">
      <RunField explore={explore} />
      <StepField explore={explore} />
      <Choice
        name="Weights"
        options={[["ema", "Averaged"], ["raw", "Raw"]]}
        value={weights.value.value}
        onChoose={(word) => weights.set(word, "push")}
      />
      <TruncationField explore={explore} />
    </div>
  );
}

function RunField({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { router, runs: { drawable } } = useApp();
  const ids = drawable.value;
  const id = explore.run!;
  return (
    <label class="field">
      <span>Run</span>
      <select
        value={id}
        onChange={(event) => router.navigate(exploreHref(event.currentTarget.value))}
      >
        {(ids.includes(id) ? ids : [id, ...ids]).map((each) => (
          <option key={each} value={each}>{each}</option>
        ))}
      </select>
    </label>
  );
}

function StepField({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { askedStep, best } = explore;
  const steps = explore.steps.value.toReversed();
  return (
    <label class="field">
      <span>Step</span>
      <select
        value={askedStep.value ?? ""}
        onFocus={() => explore.prepareSteps()}
        onChange={({ currentTarget: { value } }) =>
          explore.goToStep(value === "" ? null : Number(value))}
      >
        <option value="">newest: {formatCount(steps[0] ?? 0)}</option>
        {steps.map((step) => (
          <option key={step} value={step}>
            {formatCount(step)}
            {step === best.value?.step ? `, best by ${best.value.metric}` : ""}
          </option>
        ))}
      </select>
    </label>
  );
}

function TruncationField({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { truncation, psi } = explore.view;
  const kind = truncation.value.value;
  return (
    <>
      <label class="field">
        <span>Truncation</span>
        <select
          value={kind}
          onChange={(event) =>
            truncation.set(event.currentTarget.value as TruncationChoice, "push")}
        >
          {TRUNCATIONS.map((each) => (
            <option key={each} value={each}>{TRUNCATION_NAMES[each]}</option>
          ))}
        </select>
      </label>
      {kind !== "none" && (
        <Slider
          name="ψ"
          value={psi.value.value}
          least={PSI.least}
          most={PSI.most}
          step={PSI.step}
          text={psi.value.value.toFixed(2)}
          onInput={(value) => psi.set(value)}
        />
      )}
    </>
  );
}
