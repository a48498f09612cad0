/** Metrics on the terminal: of one set, or over checkpoints. */
import type { Evaluation, MeasuredMetric } from "../evaluation/evaluate.ts";
import { figureText } from "../core/figure_text.ts";

const GAP = "  ";
/** Marks the best of a column. */
const BEST = "*";

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column]!)).join(GAP).trimEnd()
  );
}

/**
 * A line a metric: name, figure, which way it gets better; for metrics that look at one set alone also
 * the figure of B.
 */
export function metricLines({ metrics }: Evaluation): readonly string[] {
  const withB = metrics.some(({ reference }) => reference !== undefined);
  const row = (cells: readonly [string, string, string, string, string]) =>
    withB ? cells : [...cells.slice(0, 3), cells[4]];
  const rows = metrics.map(({ name, value, error, reference, better }) => {
    const [figure, scatter = ""] = figureText(value, error).split(" ± ");
    const ofB = reference === undefined ? "" : figureText(reference, null);
    return row([name, figure!, scatter && `± ${scatter}`, ofB, better]);
  });
  return aligned([row(["METRIC", "VALUE", "ERROR", "OF B", "BETTER"]), ...rows]);
}

/** The place of the best of one metric over checkpoints: the first of equals. */
function placeOfBest(figures: readonly MeasuredMetric[]): number {
  return figures.reduce((best, { value, better }, i) => {
    const than = figures[best]!.value;
    return (better === "lower" ? value < than : value > than) ? i : best;
  }, 0);
}

/**
 * A line a checkpoint and a column a metric, the best of each marked; columns that do not fit beside the
 * others in `width` follow in tables below. Every evaluation has the same metrics.
 */
export function stepLines(
  steps: readonly number[],
  evaluations: readonly Evaluation[],
  width: number,
): readonly string[] {
  const columns = evaluations[0]!.metrics.map(({ name }, metric) => {
    const figures = evaluations.map((each) => each.metrics[metric]!);
    const best = placeOfBest(figures);
    const cells = figures.map(({ value, error }, i) =>
      figureText(value, error) + (i === best ? BEST : "")
    );
    return [name, ...cells];
  });
  const first = ["STEP", ...steps.map(String)];
  const blocks: string[][] = [];
  let block: (readonly string[])[] = [];
  const lines = (some: readonly (readonly string[])[]) =>
    aligned(first.map((step, row) => [step, ...some.map((column) => column[row]!)]));
  for (const column of columns) {
    const wider = Math.max(...lines([...block, column]).map((line) => line.length)) > width;
    if (wider && block.length > 0) {
      blocks.push(lines(block));
      block = [];
    }
    block = [...block, column];
  }
  blocks.push(lines(block));
  return [...blocks.flatMap((each) => [...each, ""]), `${BEST} the best of its column`];
}
