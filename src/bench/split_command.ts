/** A command as people type it, taken apart without a shell. */

/**
 * The words of a command: split at spaces but for what stands in '…' or "…"; a backslash before a space, a
 * quote or a backslash takes it as it is, outside of '…'. Throws a RangeError for a quote that is never
 * closed and for a command of no words.
 */
export function splitCommand(command: string): [program: string, ...args: string[]] {
  const words: string[] = [];
  const parts = /\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\([\s\\'"])|([^\s'"\\]+|\\)|(['"])/gy;
  let word: string | null = null;
  for (const [part, single, double, escaped, plain, open] of command.matchAll(parts)) {
    if (open !== undefined) {
      throw new RangeError(`Cannot read the command ${command}: its ${open} is never closed`);
    }
    const text = single ?? double?.replace(/\\(["\\])/g, "$1") ?? escaped ?? plain;
    if (text !== undefined) word = (word ?? "") + text;
    else if (part.trim() === "" && word !== null) {
      words.push(word);
      word = null;
    }
  }
  if (word !== null) words.push(word);
  const [program, ...args] = words;
  if (program === undefined) throw new RangeError("Cannot run an empty command: name a program");
  return [program, ...args];
}
