import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Command } from "../components/command.tsx";
import { FiguresTable } from "../components/compare/figures_table.tsx";
import { NoPicture } from "../components/enlarge/empty.tsx";
import { listenForPictures } from "../components/enlarge/incoming.ts";
import { obeyKeys } from "../components/enlarge/keys.ts";
import { ChooseFile, ExampleButton, incomingOf } from "../components/enlarge/picture_field.tsx";
import { PictureNotes } from "../components/enlarge/picture_notes.tsx";
import { EnlargeSettings } from "../components/enlarge/settings.tsx";
import { EnlargeStage } from "../components/enlarge/stage.tsx";
import { EnlargeTools } from "../components/enlarge/view_tools.tsx";
import { usePageTitle } from "../components/page_title.ts";
import { formatCount } from "../format.ts";
import { upscaleCommand } from "../state/enlarge/commands.ts";
import type { EnlargeState } from "../state/enlarge/enlarge.ts";
import { formatFigure } from "../state/enlarge/figures.ts";

/** One picture, enlarged by one to four models. Everything it shows is in the address. */
export function EnlargePage({ enlarge }: { readonly enlarge: EnlargeState }): JSX.Element {
  const over = useSignal(false);
  const picture = enlarge.picture.value;
  usePageTitle(picture === null ? "Enlarge" : `Enlarge ×${picture.scale}`);
  useEffect(() => obeyKeys(enlarge), [enlarge]);
  useEffect(
    () => listenForPictures(incomingOf(enlarge), (hangs) => over.value = hangs),
    [enlarge],
  );
  return (
    <div class="enlarge" data-over={over.value ? "" : undefined}>
      <div class="page-head">
        <h1>Enlarge</h1>
        {picture !== null && <PictureLine enlarge={enlarge} />}
      </div>
      <PictureNotes enlarge={enlarge} />
      {picture === null ? <NoPicture enlarge={enlarge} /> : <Enlarged enlarge={enlarge} />}
    </div>
  );
}

/** The picture in a line. */
function PictureLine({ enlarge: { picture } }: { readonly enlarge: EnlargeState }): JSX.Element {
  const { name, width, height, scale } = picture.value!;
  const size = (by: number) => `${formatCount(by * width)} × ${formatCount(by * height)}`;
  return (
    <p class="picture-line numbers">
      {name !== undefined && <span class="picture-name" title={name}>{name}</span>}
      <span class="muted">{size(1)} to {size(scale)}</span>
    </p>
  );
}

function Enlarged({ enlarge }: { readonly enlarge: EnlargeState }): JSX.Element {
  const command = upscaleCommand(enlarge);
  return (
    <>
      <div class="enlarge-bar">
        <ChooseFile enlarge={enlarge}>Another picture</ChooseFile>
        <ExampleButton enlarge={enlarge} />
        <EnlargeSettings enlarge={enlarge} />
      </div>
      <div class="compare-rows">
        <EnlargeTools enlarge={enlarge} />
      </div>
      <EnlargeStage enlarge={enlarge} />
      <p class="muted keys" id="enlarge-keys">
        Ctrl and wheel, pinch, or + and − enlarge; drag, or Shift and arrow keys, moves; 1 shows
        pixel for pixel, 0 the whole. W wipes, S lays side by side. In the wipe ← and → move the
        edge, a letter brings its picture to the right of it, and Shift with a letter to the left.
      </p>
      <Figures enlarge={enlarge} />
      {command !== null && (
        <div class="compare-command">
          <p class="muted">The same from a terminal, for pictures of any size:</p>
          <Command>{command}</Command>
        </div>
      )}
    </>
  );
}

/** All figures of all results, where the truth is known. */
function Figures({ enlarge }: { readonly enlarge: EnlargeState }): JSX.Element | null {
  const { figures, panels } = enlarge;
  if (figures.value.length === 0) return null;
  const models = panels.value.filter(({ kind }) => kind === "model");
  const rows = figures.value.map(({ name, better, values, best }) => ({
    name,
    note: better === null ? "" : `${better} is better`,
    values: models.map(({ index }) => values[index]!),
    best: models.flatMap(({ index }, i) => best.includes(index) ? [i] : []),
  }));
  return (
    <section class="enlarge-figures" aria-labelledby="enlarge-figures-title">
      <h2 id="enlarge-figures-title">Figures</h2>
      <FiguresTable
        heading="Compared with the truth"
        columns={models.map(({ letter, title }) => ({ name: letter, note: title }))}
        rows={rows}
        lacking="–"
        format={formatFigure}
      />
      <p class="muted">
        PSNR and SSIM on luma (y, BT.601 from 16 to 235) and on RGB, a border of the scale’s width
        left out. Perceptual: how far what a network sees in both is apart, place by place. Texture:
        the same over windows, so that it counts which textures there are, and not where each hair
        lies. As <code>deno task evaluate-sr</code> prints them.
      </p>
    </section>
  );
}
