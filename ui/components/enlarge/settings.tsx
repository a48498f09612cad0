import type { JSX } from "preact";
import type { EnlargeScale } from "../../../src/core/enlarge_protocol.ts";
import { ENLARGE_SCALES } from "../../lab.ts";
import type { EnlargeState } from "../../state/enlarge/enlarge.ts";
import { Choice } from "../latent/choice.tsx";

const SCALES = ENLARGE_SCALES.map((scale) => [String(scale), `×${scale}`] as const);

/** By how much the picture grows, and whether it is the truth. */
export function EnlargeSettings({ enlarge }: { readonly enlarge: EnlargeState }): JSX.Element {
  const { scale, truth, held } = enlarge;
  return (
    <>
      <span class="scale-choice">
        <span class="muted" aria-hidden="true">Scale</span>
        <Choice
          name="Scale"
          options={SCALES}
          value={String(scale.value)}
          onChoose={(word) => enlarge.setScale(Number(word) as EnlargeScale)}
        />
      </span>
      <label
        class="check"
        title="It is made small by bicubic first, so that results can be compared with it"
      >
        <input
          type="checkbox"
          checked={truth.value}
          onChange={(event) => held.change({ truth: event.currentTarget.checked })}
        />
        This is the truth
      </label>
    </>
  );
}
