/** Turns columns of text into attributes. */
import type { Attribute } from "../dataset.ts";
import { type Table, tableError } from "./table.ts";

/** A text column with more values than this is no category: a name, a date, a caption. */
const MOST_CATEGORIES = 32;
const MISSING = new Set(["", "na", "n/a", "nan", "null"]);
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const TRUTH: ReadonlyMap<string, number> = new Map([["true", 1], ["false", 0], ["yes", 1], [
  "no",
  0,
]]);

/** Whether text is a number that a Float32Array can hold: `1e400` would be Infinity there. */
function isNumber(text: string): boolean {
  return NUMBER.test(text) && Number.isFinite(Math.fround(Number(text)));
}

/** One cell of a column that is not missing. */
interface Cell {
  readonly row: number;
  readonly text: string;
}

/** An attribute whose values are still by row of the table, not by image. */
export type Column = Attribute;

function column(
  name: string,
  kind: Attribute["kind"],
  rows: number,
  cells: readonly Cell[],
  valueOf: (text: string) => number,
): Column {
  const values = new Float32Array(rows).fill(NaN);
  for (const { row, text } of cells) values[row] = valueOf(text);
  return { name, kind, values };
}

function numericColumn(name: string, rows: number, cells: readonly Cell[]): Column {
  const values = new Set(cells.map(({ text }) => Number(text)));
  const within = (...allowed: number[]) => [...values].every((value) => allowed.includes(value));
  if (within(0, 1)) return column(name, "binary", rows, cells, Number);
  // CelebA and its kin write -1 for "no".
  if (within(-1, 1)) {
    return column(name, "binary", rows, cells, (text) => Number(text) === 1 ? 1 : 0);
  }
  return column(name, "continuous", rows, cells, Number);
}

/** One attribute `name=value` a category, sorted by value. */
function categories(name: string, rows: number, cells: readonly Cell[]): Column[] {
  return [...new Set(cells.map(({ text }) => text))].toSorted().map((value) =>
    column(`${name}=${value}`, "binary", rows, cells, (text) => text === value ? 1 : 0)
  );
}

/** The attributes of one column; none where its cells are all missing or all different texts. */
function readColumn(table: Table, index: number, onNotice?: (message: string) => void): Column[] {
  const name = table.columns[index]!;
  const count = table.rows.length;
  const leaveOut = (reason: string) => {
    onNotice?.(`Column "${name}" of "${table.path}" is left out: ${reason}`);
    return [];
  };
  const cells = table.rows.map(({ cells }, row) => ({ row, text: cells[index + 1]! }))
    .filter(({ text }) => !MISSING.has(text.toLowerCase()));
  if (cells.length === 0) return leaveOut("it has no values");
  const odd = cells.filter(({ text }) => !isNumber(text));
  if (odd.length === 0) return [numericColumn(name, count, cells)];
  if (cells.every(({ text }) => TRUTH.has(text.toLowerCase()))) {
    return [column(name, "binary", count, cells, (text) => TRUTH.get(text.toLowerCase())!)];
  }
  if (odd.length <= cells.length / 2) {
    throw tableError(
      table.path,
      table.rows[odd[0]!.row]!.line,
      `expected a number in column "${name}", as in most rows, got "${odd[0]!.text}". Leave the ` +
        `field empty where the value is not known`,
    );
  }
  const different = new Set(cells.map(({ text }) => text)).size;
  if (different > MOST_CATEGORIES) {
    return leaveOut(`${different} different texts; a category has at most ${MOST_CATEGORIES}`);
  }
  return categories(name, count, cells);
}

/**
 * Every column's attributes, by row of the table. Numbers are binary where all are 0 and 1 (or -1
 * and 1), else continuous; true and false, yes and no are binary; other text becomes one binary
 * attribute a value. Throws a RangeError for a number column with a stray text in it, and where two
 * attributes would have one name.
 */
export function readColumns(table: Table, onNotice?: (message: string) => void): Column[] {
  const columns = table.columns.flatMap((_, index) => readColumn(table, index, onNotice));
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) {
      throw tableError(
        table.path,
        null,
        `two columns give an attribute named "${name}". Rename one`,
      );
    }
    seen.add(name);
  }
  return columns;
}
