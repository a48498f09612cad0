/** Attributes of pictures from a table beside them: `--attributes FILE`. */
import { readColumns } from "./csv/columns.ts";
import { parseTable, type Table, tableError } from "./csv/table.ts";
import type { Attribute } from "./dataset.ts";

/** The pictures of a folder, by their paths below it. */
export interface PictureNames {
  readonly names: readonly string[];
  /** Files that could not be read: rows for them are no surprise. */
  readonly skipped: readonly string[];
}

/** File systems differ in how they write an accented letter; tables in how they write a path. */
function normal(name: string): string {
  return name.normalize("NFC").replaceAll("\\", "/").replace(/^(\.?\/)+/, "");
}

/** Finds pictures by path, by the end of the path a table gives, or by a file name alone. */
class NameIndex {
  readonly #byPath = new Map<string, number>();
  readonly #byFile = new Map<string, number[]>();
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names;
    names.forEach((name, index) => {
      const path = normal(name);
      this.#byPath.set(path, index);
      const file = path.slice(path.lastIndexOf("/") + 1);
      const alike = this.#byFile.get(file);
      if (alike === undefined) this.#byFile.set(file, [index]);
      else alike.push(index);
    });
  }

  /** The picture's index; null where there is none, several names where it could be any of them. */
  find(name: string): number | null | readonly string[] {
    const path = normal(name);
    for (let rest = path;; rest = rest.slice(rest.indexOf("/") + 1)) {
      const exact = this.#byPath.get(rest);
      if (exact !== undefined) return exact;
      if (!rest.includes("/")) break;
    }
    const alike = path.includes("/") ? [] : this.#byFile.get(path) ?? [];
    if (alike.length > 1) return alike.map((index) => this.#names[index]!);
    return alike[0] ?? null;
  }
}

/** For each row the index of its picture, or null where there is none. */
function matchRows(table: Table, index: NameIndex): (number | null)[] {
  const lineOf = new Map<number, number>();
  return table.rows.map(({ line, cells }) => {
    const found = index.find(cells[0]!);
    if (found !== null && typeof found !== "number") {
      throw tableError(
        table.path,
        line,
        `"${cells[0]}" could be ${found.length} pictures (${found.slice(0, 3).join(", ")}` +
          `${found.length > 3 ? ", …" : ""}). Write its path below the folder`,
      );
    }
    if (found === null) return null;
    const earlier = lineOf.get(found);
    if (earlier !== undefined) {
      throw tableError(table.path, line, `"${cells[0]}" has a row already, at line ${earlier}`);
    }
    lineOf.set(found, line);
    return found;
  });
}

/** Tells how rows and pictures miss each other. Throws a RangeError where none match. */
function reportMatches(
  table: Table,
  matches: readonly (number | null)[],
  { names, skipped }: PictureNames,
  onNotice?: (message: string) => void,
): void {
  const matched = matches.filter((index) => index !== null).length;
  if (matched === 0) {
    const example = table.rows[0] === undefined ? "no rows" : `"${table.rows[0].cells[0]}"`;
    throw tableError(
      table.path,
      table.rows[0]?.line ?? null,
      `none of its ${table.rows.length} rows names a picture of the folder: the table has ` +
        `${example}, the folder "${names[0]}". The first column must hold file names or paths ` +
        `below the folder`,
    );
  }
  const unread = new NameIndex(skipped);
  const unknown = table.rows.filter(({ cells }, row) =>
    matches[row] === null && unread.find(cells[0]!) === null
  );
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
  if (unknown.length > 0) {
    onNotice?.(
      `"${table.path}": ${plural(unknown.length, "row")} for files that are not in the folder, ` +
        `the first at line ${unknown[0]!.line} ("${unknown[0]!.cells[0]}")`,
    );
  }
  if (matched < names.length) {
    onNotice?.(
      `"${table.path}": ${plural(names.length - matched, "picture")} without a row; ` +
        `their attributes are unknown`,
    );
  }
}

/**
 * Reads attributes for `pictures`, in their order; NaN where the table has no value. Throws a
 * RangeError that names the line for what is no table, for a picture with two rows, and where no row
 * names a picture. Rows and pictures without a counterpart are counted in a notice.
 */
export function attributesOf(
  path: string,
  pictures: PictureNames,
  onNotice?: (message: string) => void,
): Attribute[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw tableError(path, null, "there is no such file");
    }
    if (error instanceof TypeError) throw tableError(path, null, "expected text in UTF-8");
    throw error;
  }
  const table = parseTable(path, text);
  const matches = matchRows(table, new NameIndex(pictures.names));
  reportMatches(table, matches, pictures, onNotice);
  return readColumns(table, onNotice).map((column) => {
    const values = new Float32Array(pictures.names.length).fill(NaN);
    matches.forEach((index, row) => {
      if (index !== null) values[index] = column.values[row]!;
    });
    return { ...column, values };
  });
}
