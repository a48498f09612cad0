/**
 * Enlargements of one picture beside the truth, as SVG, each with its figures in brackets below. The form
 * is that of figure 2 of Ledig et al. (2017), https://arxiv.org/abs/1609.04802
 */
import type { Raster } from "../../core/images.ts";
import { encodePng } from "../../core/png.ts";
import { html, type Markup } from "../report/markup.ts";

/** One enlargement. */
export interface FigurePanel {
  readonly title: string;
  /** Lines under the title. */
  readonly notes: readonly string[];
  /** [H, W, 3], all panels' of one size. Borrowed. */
  readonly picture: Raster;
}

/** Between panels, in pixels. */
const GAP = 12;
const LINE = 18;

/** Of the lab's pages (ui/style/tokens.css); the paper is whatever the figure lies on. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #5b5d65; text-anchor: middle; font-variant-numeric: tabular-nums }
  .title { font-size: 15px; fill: #1b1d23 }
  @media (prefers-color-scheme: dark) { text { fill: #9c9ea5 } .title { fill: #e5e4e2 } }
`;

async function panelMarkup(
  { title, notes, picture }: FigurePanel,
  left: number,
  zoom: number,
): Promise<Markup> {
  const [width, height] = [zoom * picture.width, zoom * picture.height];
  const address = `data:image/png;base64,${(await encodePng(picture)).toBase64()}`;
  const [middle, below] = [width / 2, height + LINE + 2];
  return html`
    <g transform="translate(${left} 0)">
    <image href="${address}" width="${width}" height="${height}"/>
    <text class="title" x="${middle}" y="${below}">${title}</text>
    ${notes.map((note, i) =>
      html`
        <text x="${middle}" y="${below + (i + 1) * LINE}">${note}</text>
      `
    )}</g>
  `;
}

/**
 * The panels in a row, every pixel drawn `zoom` pixels wide. Throws a RangeError for pictures of
 * different sizes, which would not lie beside each other.
 */
export async function enlargementFigure(
  panels: readonly FigurePanel[],
  zoom: number,
): Promise<string> {
  const sizes = new Set(panels.map(({ picture: { width, height } }) => `${width}×${height}`));
  if (sizes.size !== 1) {
    throw new RangeError(
      `Cannot draw a figure: expected pictures of one size, got ${[...sizes].join(", ") || "none"}`,
    );
  }
  const { width, height } = panels[0]!.picture;
  const step = zoom * width + GAP;
  const lines = 1 + Math.max(...panels.map(({ notes }) => notes.length));
  const [wide, high] = [panels.length * step - GAP, zoom * height + lines * LINE + 8];
  const drawn = await Promise.all(panels.map((panel, i) => panelMarkup(panel, i * step, zoom)));
  return html`
    <svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}"
      viewBox="0 0 ${wide} ${high}"><style>${STYLE}</style>${drawn}</svg>
  `.html.trim() + "\n";
}
