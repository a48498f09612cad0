import type { JSX } from "preact";
import { formatCount } from "../../format.ts";
import { runHref } from "../../router.ts";
import type { EnlargePanel, EnlargeState } from "../../state/enlarge/enlarge.ts";
import { BICUBIC, type ChosenModel, modelChoice } from "../../state/enlarge/models.ts";
import { Link } from "../link.tsx";

interface HeadProps {
  readonly enlarge: EnlargeState;
  readonly panel: EnlargePanel;
}

/** What a panel shows, and what can be done with it. */
export function EnlargeHead({ enlarge, panel }: HeadProps): JSX.Element {
  const { letter, title, chosen } = panel;
  return (
    <header class="panel-head">
      <div class="panel-run">
        <span class="panel-letter" aria-hidden="true">{letter}</span>
        {chosen === null
          ? <h2 class="panel-title">{title}</h2>
          : <ModelField enlarge={enlarge} panel={panel} chosen={chosen} />}
      </div>
      {chosen === null
        ? <SizeLine enlarge={enlarge} panel={panel} />
        : <ModelLine enlarge={enlarge} panel={panel} chosen={chosen} />}
    </header>
  );
}

function SizeLine({ enlarge: { picture }, panel: { kind } }: HeadProps): JSX.Element {
  const { width, height, truth } = picture.value!;
  const [size, how] = kind === "truth"
    ? [truth!, "what results are compared with"]
    : [{ width, height }, "each pixel as a square"];
  return (
    <p class="panel-line muted numbers">
      {formatCount(size.width)} × {formatCount(size.height)}, {how}
    </p>
  );
}

interface ModelProps extends HeadProps {
  readonly chosen: ChosenModel;
}

function ModelField({ enlarge, panel, chosen }: ModelProps): JSX.Element {
  const { enlargers, scale, edit } = enlarge;
  const fitting = (enlargers.value ?? []).filter((each) => each.scale === scale.value);
  const value = chosen.enlarger === null ? chosen.address.run : chosen.enlarger.run ?? BICUBIC;
  const listed = fitting.some((each) => (each.run ?? BICUBIC) === value);
  const stranger = chosen.enlarger === null ? chosen.address.run : modelChoice(chosen.enlarger);
  return (
    <select
      aria-label={`Model of ${panel.letter}`}
      title={chosen.model}
      value={value}
      onChange={(event) => {
        const run = event.currentTarget.value;
        const step = fitting.find((each) => each.run === run)?.step ?? null;
        edit.change(panel.place, { run, step });
      }}
    >
      {!listed && <option value={value}>{stranger}</option>}
      {fitting.map((each) => (
        <option key={each.run} value={each.run ?? BICUBIC}>{modelChoice(each)}</option>
      ))}
    </select>
  );
}

const NEWEST = "newest";

function ModelLine({ enlarge, panel, chosen }: ModelProps): JSX.Element {
  const { edit, models } = enlarge;
  const { letter, place } = panel;
  const { enlarger, address } = chosen;
  const last = models.value.length - 1;
  return (
    <div class="panel-line numbers">
      {enlarger?.run
        ? (
          <>
            <select
              aria-label={`Step of ${letter}`}
              value={address.step === null ? NEWEST : String(address.step)}
              onChange={({ currentTarget: { value } }) =>
                edit.change(place, { step: value === NEWEST ? null : Number(value) })}
            >
              <option value={NEWEST}>Newest: step {formatCount(enlarger.step ?? 0)}</option>
              {enlarger.steps.toReversed().map((step) => (
                <option key={step} value={String(step)}>Step {formatCount(step)}</option>
              ))}
            </select>
            <Link href={runHref(enlarger.run)} title={describe(chosen)}>Run</Link>
          </>
        )
        : <span class="muted">{enlarger === null ? "" : "as MATLAB has it"}</span>}
      <span class="panel-moves">
        <MoveButton {...{ enlarge, letter, place, by: -1 }} disabled={place === 0} />
        <MoveButton {...{ enlarge, letter, place, by: 1 }} disabled={place === last} />
        <button
          type="button"
          class="quiet"
          aria-label={`Remove ${letter}`}
          disabled={last === 0}
          onClick={() => edit.remove(place)}
        >
          Remove
        </button>
      </span>
    </div>
  );
}

interface MoveProps {
  readonly enlarge: EnlargeState;
  readonly letter: string;
  readonly place: number;
  readonly by: -1 | 1;
  readonly disabled: boolean;
}

function MoveButton({ enlarge, letter, place, by, disabled }: MoveProps): JSX.Element {
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`Move ${letter} to the ${by < 0 ? "left" : "right"}`}
      disabled={disabled}
      onClick={() => enlarge.edit.move(place, by)}
    >
      {by < 0 ? "←" : "→"}
    </button>
  );
}

/** A run in a line: what it is, how large, of what. */
function describe({ enlarger, model }: ChosenModel): string {
  if (enlarger === null) return model;
  const { network, parameters, data } = enlarger;
  return [
    model,
    network,
    ...(parameters === null ? [] : [`${formatCount(parameters)} parameters`]),
    ...(data === null ? [] : [`learned from ${data}`]),
  ].join(", ");
}
