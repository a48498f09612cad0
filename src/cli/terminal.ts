/** The terminal as commands see it: lines that stay, with perhaps one below them that changes. */

/** Where text goes. Tests pass their own. */
export interface Screen {
  /** Width in columns, or null where nobody is looking: a file, a pipe. */
  columns(): number | null;
  write(text: string): void;
}

const encoder = new TextEncoder();

/** A reader that has gone away: `| head`, a terminal that was closed. */
function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe ||
    (error instanceof Error && "code" in error && error.code === "EIO");
}

/** Writes all of `text`. Without a reader it goes nowhere: training does not end for that. */
function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = encoder.encode(text);
  try {
    for (let done = 0; done < bytes.length;) done += stream.writeSync(bytes.subarray(done));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function screenOf(stream: typeof Deno.stdout | typeof Deno.stderr): Screen {
  return {
    columns: () => {
      if (!stream.isTerminal()) return null;
      try {
        return Deno.consoleSize().columns || 80; // some terminals say 0 until they are laid out
      } catch {
        return 80; // a terminal that cannot tell its size
      }
    },
    write: (text) => writeAll(stream, text),
  };
}

/** Standard output. */
export const stdout: Screen = screenOf(Deno.stdout);
/** Standard error. */
export const stderr: Screen = screenOf(Deno.stderr);

/** The width for flowing text: the terminal's up to 100 columns; 80 where there is none. */
export function textWidth(screen: Screen): number {
  return Math.max(40, Math.min(100, screen.columns() ?? 80));
}

/** Width of `text` in columns. Ours holds no wide or combining characters. */
function columnsOf(text: string): number {
  return [...text].length;
}

/**
 * A line that is drawn over in place, under lines that stay. Where there is no terminal, `draw` does
 * nothing and `print` prints.
 */
export class StatusLine {
  readonly #screen: Screen;
  #drawn = "";

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Draws what `render` returns for the terminal's width; it must fit in that many columns. */
  draw(render: (width: number) => string): void {
    const columns = this.#screen.columns();
    if (columns === null) return;
    // The last column stays free: a character there wraps on some terminals and not on others.
    const line = [...render(columns - 1)].slice(0, columns - 1).join("");
    this.#screen.write(this.#erasing(columns) + line);
    this.#drawn = line;
  }

  /** Puts a line that stays above the status line. */
  print(line: string): void {
    const columns = this.#screen.columns();
    if (columns === null) return this.#screen.write(line + "\n");
    this.#screen.write(this.#erasing(columns) + line + "\n" + this.#drawn);
  }

  /** Takes the status line away. */
  clear(): void {
    const columns = this.#screen.columns();
    if (columns !== null) this.#screen.write(this.#erasing(columns));
    this.#drawn = "";
  }

  /**
   * Goes to where the drawn line starts and erases from there. A window made narrower since has
   * folded the line over several rows, so those are counted by its present width.
   */
  #erasing(columns: number): string {
    if (this.#drawn === "") return "";
    const rows = Math.ceil(columnsOf(this.#drawn) / columns);
    return "\r" + (rows > 1 ? `\x1b[${rows - 1}A` : "") + "\x1b[J";
  }
}
