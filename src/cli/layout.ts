/** Text in lines: wrapped, and beside headings. */

/** Breaks text into lines of at most `width` columns, between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Text wrapped beside a heading of `indent` columns, so that the text is at most `width` wide. */
export function paragraph(heading: string, text: string, indent: number, width: number): string[] {
  return wrap(text, width - indent).map((line, i) =>
    (i === 0 ? heading : "").padEnd(indent) + line
  );
}

/**
 * Rows under headings, each column as wide as its widest cell and aligned right but for those in
 * `left`.
 */
export function tableLines(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  left: ReadonlySet<number> = new Set([0]),
): string[] {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) =>
    row.map((cell, i) => left.has(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))
      .join("  ").trimEnd()
  );
}
