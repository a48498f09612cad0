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
