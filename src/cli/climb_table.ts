/** A study of degradation on the terminal: a table a ladder. */
import type { NamedClimbs } from "../evaluation/degradation/chart.ts";

const GAP = "  ";

/** Four digits, as distances span several powers of ten. */
const shown = (distance: number) => Number(distance.toPrecision(4)).toString();

/** Lines of every ladder: its amounts, the distances of each seed, and whether they rise. */
export function climbLines({ name, climbs }: NamedClimbs): string[] {
  return climbs.flatMap((climb) => {
    const rows = [
      ["SEED", "untouched", ...climb.amounts.map(String), ""],
      ...climb.rises.map(({ seed, distances, rises }) => [
        String(seed),
        ...distances.map(shown),
        rises ? "rises" : "FALLS",
      ]),
    ];
    const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
    const lines = rows.map((row) =>
      row.map((cell, i) => i === row.length - 1 ? cell : cell.padStart(widths[i]!)).join(GAP)
        .trimEnd()
    );
    return [`${name}: ${climb.name} (${climb.unit})`, ...lines, ""];
  });
}
