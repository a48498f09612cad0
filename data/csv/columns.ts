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
  about: Omit<Column, "values">,
  rows: number,
  cells: readonly Cell[],
  valueOf: (text: string) => number,
): Column {
  const values = new Float32Array(rows).fill(NaN);
  for (const { row, text } of cells) values[row] = valueOf(text);
  return { ...about, values };
}

function numericColumn(name: string, rows: number, cells: readonly Cell[]): Column {
  const values = new Set(cells.map(({ text }) => Number(text)));
  const within = (...allowed: number[]) => [...values].every((value) => allowed.includes(value));
  if (within(0, 1)) return column({ name, kind: "binary" }, rows, cells, Number);
  // CelebA and its kin write -1 for "no".
  if (within(-1, 1)) {
    return column(
      { name, kind: "binary" },
      rows,
      cells,
      (text) => Number(text) === 1 ? 1 : 0,
    );
  }
  return column({ name, kind: "continuous" }, rows, cells, Number);
}

/** One attribute `name=value` a category, in the order of `values`. */
function options(
  name: string,
  rows: number,
  cells: readonly Cell[],
  values: readonly string[],
): Column[] {
  return values.map((value) =>
    column(
      { name: `${name}=${value}`, kind: "binary", choice: name },
      rows,
      cells,
      (text) => text === value ? 1 : 0,
    )
  );
}

/** One attribute `name=value` a category, sorted by value. */
function categories(name: string, rows: number, cells: readonly Cell[]): Column[] {
  return options(name, rows, cells, [...new Set(cells.map(({ text }) => text))].toSorted());
}

/** What a column's name says of the numbers in it: `gender_0m_1f`. */
interface Codes {
  readonly name: string;
  /** What each number means. */
  readonly meanings: ReadonlyMap<number, string>;
}

/** The codes that a column's name spells out, two or more; null where it spells out none. */
function codesOf(name: string): Codes | null {
  const [, bare, list] = /^(.+?)((?:_\d+[A-Za-z][A-Za-z -]*){2,})$/.exec(name) ?? [];
  if (bare === undefined || list === undefined) return null;
  const meanings = new Map<number, string>();
  for (const [, code, meaning] of list.matchAll(/_(\d+)([^_]+)/g)) {
    if (meanings.has(Number(code))) return null;
    meanings.set(Number(code), meaning!);
  }
  return { name: bare, meanings };
}

/**
 * A column of codes: of two, one binary attribute that is 1 for the higher (`gender=f`); of more, one a
 * code. Null where the name spells out no codes or a number is none of them.
 */
function codedColumns(name: string, rows: number, cells: readonly Cell[]): Column[] | null {
  const codes = codesOf(name);
  if (codes === null || cells.some(({ text }) => !codes.meanings.has(Number(text)))) return null;
  const rising = [...codes.meanings.keys()].toSorted((a, b) => a - b);
  const spelt = cells.map(({ row, text }) => ({ row, text: codes.meanings.get(Number(text))! }));
  const meanings = rising.map((code) => codes.meanings.get(code)!);
  if (meanings.length > 2) return options(codes.name, rows, spelt, meanings);
  const about = { name: `${codes.name}=${meanings[1]}`, kind: "binary" } as const;
  return [column(about, rows, spelt, (text) => text === meanings[1] ? 1 : 0)];
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
  if (odd.length === 0) {
    return codedColumns(name, count, cells) ?? [numericColumn(name, count, cells)];
  }
  if (cells.every(({ text }) => TRUTH.has(text.toLowerCase()))) {
    const about = { name, kind: "binary" } as const;
    return [column(about, count, cells, (text) => TRUTH.get(text.toLowerCase())!)];
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
 * and 1), what they stand for where the column's name says that (`race_0white_1black_2asian`), else
 * continuous; true and false, yes and no are binary; other text becomes one binary
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
