/** A program that prints figures of the benchmark, run in a process of its own. */
import { Figure } from "./figure.ts";

/** A program that was to print figures did not. The message says what it did, and how to mend it. */
export class ContestantError extends Error {
  override readonly name = "ContestantError";
}

/** What to run; workloads' names are appended to `words`. */
export interface Contestant {
  /** As the user knows it. */
  readonly name: string;
  readonly words: readonly [program: string, ...args: string[]];
  /** Where it runs; here unless told. */
  readonly folder?: string;
}

/** Lines of output that errors show. */
const SHOWN_LINES = 8;

const lastLines = (text: string) => text.trim().split("\n").slice(-SHOWN_LINES).join("\n  ");

/** Runs a program to its end. */
async function output({ name, words, folder }: Contestant, workload: string) {
  const [program, ...args] = words;
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args, workload],
      ...(folder === undefined ? {} : { cwd: folder }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new ContestantError(
        `Cannot run ${name}: there is no program "${program}". A path is taken from the project's ` +
          'folder; what a shell is to read takes one: sh -c "…"',
        { cause: error },
      );
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new ContestantError(
        `Cannot run ${name}: "${program}" may not be executed. If it is a script, run it by its ` +
          `interpreter, or "chmod +x" it`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** The figure that a line states, or null where it states none. */
function figureIn(line: string): Figure | null {
  try {
    return Figure.safeParse(JSON.parse(line)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Runs a contestant for one workload and returns the figures that it prints of it, one or more. Lines
 * that are no figures are passed over. Throws ContestantError where it cannot be run, fails, or prints no
 * figure of the workload.
 */
export async function figuresOf(
  contestant: Contestant,
  workload: string,
): Promise<[Figure, ...Figure[]]> {
  const { name } = contestant;
  const { code, stdout, stderr } = await output(contestant, workload);
  if (code !== 0) {
    throw new ContestantError(
      `${name} ended with status ${code} on ${workload}. Its last words:\n  ` +
        (lastLines(stderr) || lastLines(stdout) || "none"),
    );
  }
  const figures = stdout.split("\n").map(figureIn).filter((figure) => figure !== null);
  const [first, ...rest] = figures.filter((figure) => figure.workload === workload);
  if (first !== undefined) return [first, ...rest];
  const others = figures.map((figure) => figure.workload);
  const came = others.length > 0
    ? `figures of ${others.join(", ")} alone`
    : stdout.trim() === ""
    ? "nothing"
    : `\n  ${lastLines(stdout)}\n`;
  throw new ContestantError(
    `${name} printed no figure of ${workload}: expected a line of JSON such as ` +
      `{"workload": "${workload}", "step_ms": 41.5, "items_per_s": 385.5, "threads": 2}, got ${came}`,
  );
}
