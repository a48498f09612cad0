/**
 * Command lines, declared: parsing, help and errors all come from one table a command. Values are
 * checked by the command's zod schema, which alone holds ranges and defaults.
 */
import type { z } from "zod";
import { nearest } from "../core/suggest.ts";
import { isNumeric, refusal } from "./expectation.ts";

/** A flag, `--name VALUE`. Without a placeholder it is a switch, `--name` and `--no-name`. */
export interface Flag<Key extends string = string> {
  readonly name: string;
  /** The option it sets. */
  readonly key: Key;
  /** What stands for the value in help, by its unit where it has one: `STEPS`, `PIXELS`. */
  readonly placeholder?: string;
  /** What it sets when given alone: its value may then be left out, and follows `=` where it is not. */
  readonly alone?: string;
  /** What it does. Left out, the schema's description. */
  readonly text?: string;
  /** What holds without it, in words. Left out, the schema's default. */
  readonly default?: string;
  /** Heading it stands under in help. */
  readonly group?: string;
}

/** A value told by its place: `runs RUN`. */
export interface Operand<Key extends string = string> {
  readonly placeholder: string;
  readonly key: Key;
  readonly text: string;
  readonly required: boolean;
  /** The last one may take all that is left, as a list. */
  readonly many?: boolean;
}

/** A command as parsing and help read it: what it does and takes, the schema of its options. */
export interface CommandTable {
  /** As users type it after `deno task`. */
  readonly name: string;
  readonly summary: string;
  readonly operands: readonly Operand[];
  readonly flags: readonly Flag[];
  readonly options: { readonly shape: Readonly<Record<string, unknown>> };
  /** Paragraphs under the flags in help. */
  readonly notes: readonly string[];
  /** Command lines that work, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
}

/** A command whose flags and operands name keys of its schema, so that the compiler checks both. */
export interface Command<Shape extends z.ZodRawShape> extends CommandTable {
  readonly operands: readonly Operand<keyof Shape & string>[];
  readonly flags: readonly Flag<keyof Shape & string>[];
  readonly options: z.ZodObject<Shape, z.core.$strict>;
}

/** The options of a command, parsed. */
export type OptionsOf<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

/** A command line: every option, and the keys of those that were given and are no defaults. */
export interface ParsedCommand<Shape extends z.ZodRawShape> {
  readonly options: OptionsOf<Shape>;
  readonly given: ReadonlySet<string>;
}

/** The user's mistake on the command line or in a settings file: shown as it is, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

type RawValues = Map<string, unknown>;

/** Reads text as what the schema takes; what is no number stays text, for the schema to refuse. */
function coerce(text: string, schema: z.ZodType): unknown {
  const plain = text.replaceAll("_", "");
  const numeric = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain);
  return numeric && isNumeric(schema) ? Number(plain) : text;
}

function unknownFlag(command: CommandTable, typed: string): UsageError {
  const names = command.flags.flatMap((flag) =>
    mayBeNegated(flag) ? [flag.name, opposite(flag.name)] : [flag.name]
  );
  const meant = nearest(typed.replace(/^-+/, ""), [...names, "help"]);
  return new UsageError(`${typed} is no flag${meant === null ? "" : `; did you mean --${meant}?`}`);
}

/** `no-serve` of `serve`, and back. */
function opposite(name: string): string {
  return name.startsWith("no-") ? name.slice(3) : `no-${name}`;
}

/** Switches, and flags whose value may be left out: `--no-metrics` takes that one's value away. */
function mayBeNegated({ placeholder, alone }: Flag): boolean {
  return placeholder === undefined || alone !== undefined;
}

function findFlag(command: CommandTable, name: string): { flag: Flag; positive: boolean } {
  for (const flag of command.flags) {
    if (flag.name === name || (mayBeNegated(flag) && opposite(flag.name) === name)) {
      return { flag, positive: !name.startsWith("no-") };
    }
  }
  throw unknownFlag(command, `--${name}`);
}

/** Takes one flag off the front of `rest`, whose first argument is it, and notes its value. */
function takeFlag(command: CommandTable, rest: string[], values: RawValues): void {
  const argument = rest.shift()!;
  const equals = argument.indexOf("=");
  const name = argument.slice(2, equals < 0 ? undefined : equals);
  const { flag, positive } = findFlag(command, name);
  if (values.has(flag.key)) throw new UsageError(`--${flag.name} is given twice; give it once`);
  if (flag.placeholder === undefined) {
    if (equals >= 0) {
      throw new UsageError(
        `--${name} takes no value, got ${JSON.stringify(argument.slice(equals + 1))}; ` +
          `write --${name} or --${opposite(name)}`,
      );
    }
    values.set(flag.key, positive);
    return;
  }
  if (!positive) {
    if (equals >= 0) {
      throw new UsageError(`--${name} takes no value, got "${argument.slice(equals + 1)}"`);
    }
    values.set(flag.key, null);
    return;
  }
  const text = equals >= 0 ? argument.slice(equals + 1) : valueOf(flag, command, rest);
  if (text === undefined || text === "" || (equals < 0 && text.startsWith("--"))) {
    throw new UsageError(`--${name} needs a value: --${name} ${flag.placeholder}`);
  }
  values.set(flag.key, coerce(text, command.options.shape[flag.key] as z.ZodType));
}

/** The value of a flag without `=`: the next argument, or what it means alone. */
function valueOf(flag: Flag, command: CommandTable, rest: string[]): string | undefined {
  if (flag.alone === undefined) return rest.shift();
  const [next] = rest;
  if (next !== undefined && !next.startsWith("-") && command.operands.length === 0) {
    throw new UsageError(
      `--${flag.name} takes its ${flag.placeholder} after "=": --${flag.name}=${next}`,
    );
  }
  return flag.alone;
}

function takeOperands(command: CommandTable, operands: readonly string[], values: RawValues): void {
  const stray = operands[command.operands.length];
  const last = command.operands.at(-1);
  if (stray !== undefined && !last?.many) {
    const flag = nearest(stray, command.flags.map((flag) => flag.name));
    throw new UsageError(
      `"${stray}" is one argument too many${flag === null ? "" : `; did you mean --${flag}?`}`,
    );
  }
  command.operands.forEach((operand, i) => {
    const text = operands[i];
    if (text !== undefined && operand.many) values.set(operand.key, operands.slice(i));
    else if (text !== undefined) {
      values.set(operand.key, coerce(text, command.options.shape[operand.key] as z.ZodType));
    } else if (operand.required) {
      throw new UsageError(`${operand.placeholder} is missing: ${operand.text}`);
    }
  });
}

/** Splits a command line into its values by key, unchecked. Null where help is asked for. */
function split(command: CommandTable, args: readonly string[]): RawValues | null {
  const rest = [...args];
  const values: RawValues = new Map();
  const operands: string[] = [];
  while (rest.length > 0) {
    const next = rest[0]!;
    if (next === "--help" || next === "-h") return null;
    if (next === "--") {
      operands.push(...rest.slice(1)); // what follows are operands, even with dashes before them
      break;
    }
    if (next.startsWith("--help=")) {
      throw new UsageError(`--help takes no value, got ${JSON.stringify(next.slice(7))}`);
    }
    if (next.startsWith("--")) takeFlag(command, rest, values);
    else if (/^-[a-z]/i.test(next)) throw unknownFlag(command, next);
    else operands.push(rest.shift()!);
  }
  takeOperands(command, operands, values);
  return values;
}

/** What users call an option: its flag or its operand's placeholder. */
function nameOf(command: CommandTable, key: string): string {
  const flag = command.flags.find((flag) => flag.key === key);
  if (flag !== undefined) return `--${flag.name}`;
  return command.operands.find((operand) => operand.key === key)?.placeholder ?? key;
}

/**
 * Parses a command line. Returns null where it asks for help. Throws a UsageError that names the
 * argument, what came and what was expected.
 */
export function parseCommand<Shape extends z.ZodRawShape>(
  command: Command<Shape>,
  args: readonly string[],
): ParsedCommand<Shape> | null {
  const raw = split(command, args);
  if (raw === null) return null;
  const values = Object.fromEntries(raw);
  const parsed = command.options.safeParse(values);
  if (parsed.success) return { options: parsed.data, given: new Set(raw.keys()) };
  const problems = describeIssues(parsed.error, {
    shape: command.options.shape,
    values,
    nameOf: (key) => nameOf(command, key),
    meant: (key) => nearest(key, Object.keys(command.options.shape)),
  });
  throw new UsageError(problems.join("\n"));
}

/** What turns zod's issues into sentences: the schema, what came, names as the user knows them. */
export interface IssueContext {
  readonly shape: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, unknown>>;
  nameOf(key: string): string;
  /** The key that an unknown one was meant to be, or null. */
  meant(key: string): string | null;
}

/** One sentence an issue: what it is about, what came, what was expected. */
export function describeIssues(error: z.ZodError, context: IssueContext): readonly string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => {
        const meant = context.meant(key);
        return `"${key}" is no setting${meant === null ? "" : `; did you mean "${meant}"?`}`;
      });
    }
    const key = String(issue.path[0] ?? "");
    const schema = context.shape[key];
    if (issue.code === "custom" || schema === undefined) return [issue.message];
    return [refusal(context.nameOf(key), schema as z.ZodType, context.values[key])];
  });
}
