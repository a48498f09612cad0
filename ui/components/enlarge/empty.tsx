import type { JSX } from "preact";
import { networkTitle } from "../../state/enlarge/models.ts";
import type { EnlargeState } from "../../state/enlarge/enlarge.ts";
import { Command } from "../command.tsx";
import { ChooseFile, ExampleButton } from "./picture_field.tsx";
import { EnlargeSettings } from "./settings.tsx";

/** What the page shows before it has a picture. */
export function NoPicture({ enlarge }: { readonly enlarge: EnlargeState }): JSX.Element {
  const coming = enlarge.held.state.value.state === "coming";
  return (
    <div class="no-picture">
      <section class="drop-zone" aria-label="Picture" aria-busy={coming}>
        {coming ? <p class="lead">Reading the picture…</p> : (
          <>
            <p class="lead">Drop a picture here, or paste one.</p>
            <p class="drop-ways">
              <ChooseFile enlarge={enlarge} strong>Choose a file</ChooseFile>
              <ExampleButton enlarge={enlarge} />
            </p>
            <p class="muted">
              PNG, JPEG, WebP, AVIF, TIFF or GIF, of any kind and orientation. It goes to this
              machine’s own server, and is forgotten when that ends.
            </p>
          </>
        )}
      </section>
      <div class="next-picture">
        <div class="enlarge-bar">
          <EnlargeSettings enlarge={enlarge} />
        </div>
        <p class="muted">
          A picture that is the truth is made small by bicubic first; what each model makes of the
          small one is then compared with it, by PSNR and SSIM.
        </p>
        <Networks enlarge={enlarge} />
      </div>
    </div>
  );
}

/** What there is to enlarge with, or how to come by it. */
function Networks({ enlarge: { enlargers, scale } }: { readonly enlarge: EnlargeState }) {
  const known = enlargers.value;
  if (known === null) return null;
  const runs = known.filter(({ run }) => run !== null);
  const fitting = runs.filter((each) => each.scale === scale.value);
  if (fitting.length > 0) {
    const networks = [...new Set(fitting.map(({ network }) => networkTitle(network)))];
    const adversarial = fitting.some(({ experiment }) => experiment === "srgan");
    const count = fitting.length;
    return (
      <p class="muted">
        {count === 1 ? "One run enlarges" : `${count} runs enlarge`} ×{scale.value}:{" "}
        {[...networks, ...(adversarial ? ["SRGAN"] : [])].join(", ")}, beside bicubic.
      </p>
    );
  }
  const other = [...new Set(runs.map((each) => `×${each.scale}`))].toSorted().join(", ");
  return (
    <div class="no-networks">
      <p>
        {other === ""
          ? "No network has learned to enlarge yet; bicubic works without. This trains one:"
          : `No network has learned to enlarge ×${scale.value}, only ${other}; bicubic works ` +
            "without. This trains one:"}
      </p>
      <Command>{`deno task train-sr --scale ${scale.value} --data folder:PICTURES`}</Command>
      <p>And this goes on from it against a discriminator, for more texture (SRGAN):</p>
      <Command>deno task train-sr --adversarial latest --data folder:PICTURES</Command>
    </div>
  );
}
