import type { JSX } from "preact";
import { differenceColour, type DifferenceMap } from "../../state/compare/difference.ts";

const STOPS = 17;

interface LegendProps {
  readonly map: DifferenceMap;
  readonly gain: number;
}

/** What the colours of differences stand for, in levels of 0 to 255. */
export function Legend({ map, gain }: LegendProps): JSX.Element {
  const most = Math.round(255 / gain);
  const least = map === "absolute" ? 0 : -most;
  const colours = Array.from({ length: STOPS }, (_, i) => {
    const levels = least + (most - least) * i / (STOPS - 1);
    return `rgb(${differenceColour(map, levels, gain).map(Math.round).join(" ")})`;
  });
  return (
    <p class="legend numbers">
      <span>{map === "absolute" ? "0" : `darker by ${most}`}</span>
      <span
        class="legend-ramp"
        aria-hidden="true"
        style={{ backgroundImage: `linear-gradient(to right, ${colours.join(", ")})` }}
      />
      <span>
        {map === "absolute" ? "" : "brighter by "}
        {most}
        {gain > 1 ? " or more" : ""}
      </span>
    </p>
  );
}
