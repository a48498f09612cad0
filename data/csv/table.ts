/** Reads attribute tables: CSV with a header, or the text table that CelebA comes with. */
import { parse } from "@std/csv/parse";

/** A line of the table, trimmed cell by cell. */
export interface TableRow {
  /** In the file, from 1; where the row begins. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A file of comma-separated values: its header and its rows. */
export interface Table {
  /** As given, for messages. */
  readonly path: string;
  /** Names of all columns but the first, which names files. */
  readonly columns: readonly string[];
  /** Each with a file name and one cell a column. */
  readonly rows: readonly TableRow[];
}

const quoted = (texts: Iterable<string>) => Array.from(texts, (text) => `"${text}"`).join(", ");

/** A RangeError that begins with the file and, where one is known, the line. */
export function tableError(path: string, line: number | null, problem: string): RangeError {
  const where = line === null ? "" : ` line ${line}:`;
  return new RangeError(`Cannot read attributes from "${path}":${where} ${problem}`);
}

/** Splits CSV (RFC 4180, also with CRLF or a byte-order mark) into rows; empty lines are dropped. */
function csvRows(path: string, text: string): TableRow[] {
  let records: string[][];
  try {
    records = parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw tableError(path, null, `${error.message}. Expected CSV, with "" for a quote in quotes`);
  }
  const blank = text.replace(/^\ufeff/, "").split(/\r?\n/).map((line) => line === "");
  let line = 0;
  return records.map((cells) => {
    while (blank[line]) line++;
    const row = { line: line + 1, cells: cells.map((cell) => cell.trim()) };
    line += 1 + cells.reduce((count, cell) => count + cell.split("\n").length - 1, 0);
    return row;
  });
}

/**
 * Splits CelebA's `list_attr_celeba.txt`: a line with the number of rows, a line of names without
 * one for the file, then a file and its values a line, all set apart by spaces.
 */
function celebaRows(path: string, text: string): TableRow[] {
  const lines = text.split(/\r?\n/).map((line, i) => ({
    line: i + 1,
    cells: line.split(/\s+/).filter((cell) => cell !== ""),
  })).filter(({ cells }) => cells.length > 0);
  const [count, header, ...rows] = lines;
  if (Number(count!.cells[0]) !== rows.length) {
    throw tableError(path, 1, `expected ${count!.cells[0]} rows, got ${rows.length}`);
  }
  return header === undefined
    ? rows
    : [{ line: header.line, cells: ["file", ...header.cells] }, ...rows];
}

function assertHeader(path: string, { line, cells }: TableRow): void {
  if (cells.length < 2) {
    throw tableError(
      path,
      line,
      `expected a header with a column of file names and at least one more, set apart by commas, ` +
        `got ${quoted(cells)}`,
    );
  }
  const seen = new Set<string>();
  cells.slice(1).forEach((name, i) => {
    if (name === "") throw tableError(path, line, `column ${i + 2} has no name in the header`);
    if (seen.has(name)) throw tableError(path, line, `the header names "${name}" twice`);
    seen.add(name);
  });
  if (/\.\w+$/.test(cells[0]!) && cells.slice(1).every((cell) => Number.isFinite(Number(cell)))) {
    throw tableError(
      path,
      line,
      `expected a header, got a row of values (${
        quoted(cells.slice(0, 3))
      }). Name the columns in ` +
        `the first line`,
    );
  }
}

/** Reads a table's text. Throws a RangeError that names the line for what is no table. */
export function parseTable(path: string, text: string): Table {
  const celeba = /^\s*\d+\s*\r?\n/.test(text);
  const [header, ...rows] = celeba ? celebaRows(path, text) : csvRows(path, text);
  if (header === undefined) throw tableError(path, null, "the file is empty");
  assertHeader(path, header);
  for (const { line, cells } of rows) {
    if (cells.length !== header.cells.length) {
      throw tableError(
        path,
        line,
        `expected ${header.cells.length} fields, as in the header, got ${cells.length}`,
      );
    }
    if (cells[0] === "") throw tableError(path, line, "expected a file name in the first field");
  }
  return { path, columns: header.cells.slice(1), rows };
}
