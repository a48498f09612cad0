/** Draws a study as SVG: a panel a ladder, a line a dataset and seed. */
import type { Climb } from "./study.ts";

/** A dataset and its study. */
export interface NamedClimbs {
  readonly name: string;
  readonly climbs: readonly Climb[];
}

/** Colours for paper that is light or dark: those of the lab's pages (ui/style/tokens.css). */
export const THEMES = {
  light: {
    ...{ paper: "#fbfaf8", ink: "#1b1d23", muted: "#5b5d65", rule: "#e1dfdc" },
    lines: ["#2a51cf", "#1b1d23"],
  },
  dark: {
    ...{ paper: "#0f1013", ink: "#e5e4e2", muted: "#9c9ea5", rule: "#27292e" },
    lines: ["#96acfe", "#e5e4e2"],
  },
} as const;
/** One of `THEMES`. */
export type Theme = keyof typeof THEMES;

/** Of a panel, in pixels. */
const PANEL = { width: 190, height: 170, gap: 48 } as const;
const MARGIN = { left: 56, top: 58, right: 16, bottom: 58 } as const;

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** Powers of ten and their doubles and fives within a range. */
function ticks(low: number, high: number): number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const digit of [1, 2, 5]) all.push(digit * 10 ** power);
  }
  const inside = all.filter((tick) => tick >= low && tick <= high);
  return inside.length <= 5 ? inside : inside.filter((tick) => /^1|^0\.0*1$/.test(String(tick)));
}

/** Where numbers of a panel stand. Distances are on a logarithmic scale, their ladder's steps even. */
function scales(studies: readonly NamedClimbs[], panel: number) {
  const all = studies.flatMap(({ climbs }) =>
    climbs[panel]!.rises.flatMap(({ distances }) => distances)
  );
  const [low, high] = [Math.min(...all) / 1.15, Math.max(...all) * 1.15];
  const steps = studies[0]!.climbs[panel]!.amounts.length;
  return {
    low,
    high,
    x: (step: number) => (step / steps) * PANEL.width,
    y: (distance: number) => PANEL.height * (1 - Math.log(distance / low) / Math.log(high / low)),
  };
}

/** One ladder of every dataset. */
function panelOf(studies: readonly NamedClimbs[], panel: number, theme: Theme): string {
  const { ink, muted, rule, lines } = THEMES[theme];
  const { low, high, x, y } = scales(studies, panel);
  const { name, unit, amounts } = studies[0]!.climbs[panel]!;
  const grid = ticks(low, high).map((tick) => {
    const at = y(tick).toFixed(1);
    return `<path d="M0 ${at}H${PANEL.width}" stroke="${rule}"/>` +
      `<text x="-8" y="${at}" dy=".35em" text-anchor="end" fill="${muted}">${tick}</text>`;
  });
  const below = ["0", ...amounts.map(String)].map((amount, step) =>
    `<text x="${x(step).toFixed(1)}" y="${
      PANEL.height + 18
    }" text-anchor="middle" fill="${muted}">${name === "jpeg" && step === 0 ? "–" : amount}</text>`
  );
  const drawn = studies.flatMap(({ climbs }, set) =>
    climbs[panel]!.rises.map(({ distances }) => {
      const points = distances.map((d, step) => `${x(step).toFixed(1)},${y(d).toFixed(1)}`);
      const dots = distances.map((d, step) =>
        `<circle cx="${x(step).toFixed(1)}" cy="${y(d).toFixed(1)}" r="2.2"/>`
      );
      const colour = lines[set % lines.length]!;
      return `<g stroke="${colour}" fill="${colour}"><polyline points="${points.join(" ")}" ` +
        `fill="none" stroke-width="1.4"/>${dots.join("")}</g>`;
    })
  );
  return [
    `<text y="-14" font-weight="600" fill="${ink}">${escaped(name)}</text>`,
    ...grid,
    ...below,
    `<text x="${PANEL.width / 2}" y="${PANEL.height + 38}" text-anchor="middle" fill="${muted}">${
      escaped(unit)
    }</text>`,
    ...drawn,
  ].join("\n");
}

/**
 * The chart of studies of the same ladders, one a dataset. Distances that are not finite cannot be drawn:
 * throws a RangeError.
 */
export function degradationChart(
  studies: readonly NamedClimbs[],
  extractor: string,
  theme: Theme,
): string {
  const { paper, ink, lines } = THEMES[theme];
  const ladders = studies[0]!.climbs.length;
  for (const { name, climbs } of studies) {
    const ruined = climbs.flatMap(({ rises }) => rises).flatMap(({ distances }) => distances)
      .find((distance) => !(distance > 0 && distance < Infinity));
    if (ruined !== undefined) {
      throw new RangeError(`Cannot draw "${name}": expected distances above 0, got ${ruined}`);
    }
  }
  const width = MARGIN.left + ladders * PANEL.width + (ladders - 1) * PANEL.gap + MARGIN.right;
  const height = MARGIN.top + PANEL.height + MARGIN.bottom;
  const panels = Array.from({ length: ladders }, (_, panel) => {
    const left = MARGIN.left + panel * (PANEL.width + PANEL.gap);
    return `<g transform="translate(${left} ${MARGIN.top})">\n${
      panelOf(studies, panel, theme)
    }\n</g>`;
  });
  const names = studies.map(({ name }, set) =>
    `<tspan fill="${lines[set % lines.length]}">${set === 0 ? "" : "  "}● ${escaped(name)}</tspan>`
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="${paper}"/>`,
    `<text x="16" y="22" font-size="13" fill="${ink}">Fréchet distance in the features of ` +
    `${escaped(extractor)}, to untouched pictures  <tspan xml:space="preserve">${
      names.join("")
    }</tspan></text>`,
    ...panels,
    "</svg>\n",
  ].join("\n");
}
