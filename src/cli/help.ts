/** Help texts, laid out from the same table that parses. */
import type { z } from "zod";
import { choicesOf, defaultOf, descriptionOf, orList } from "./expectation.ts";
import type { CommandTable, Flag } from "./flags.ts";
import { wrap } from "./layout.ts";

const INDENT = "  ";

/** Two columns; where the right one would get too narrow it goes below the left one. */
function columns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.max(...rows.map(([name]) => name.length)) + INDENT.length + 2;
  const below = width - left < 30;
  const indent = below ? INDENT.repeat(3) : " ".repeat(left);
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, width - indent.length).map((line) => indent + line);
    const head = INDENT + name;
    if (below) return [head, ...lines];
    return [head.padEnd(left) + lines[0]!.slice(left), ...lines.slice(1)];
  });
}

/** A switch that names its default is a setting, which a file may turn on and a flag off again. */
function usageOf(flag: Flag): string {
  if (flag.alone !== undefined) return `--${flag.name}[=${flag.placeholder}]`;
  if (flag.placeholder !== undefined) return `--${flag.name} ${flag.placeholder}`;
  return flag.default === undefined ? `--${flag.name}` : `--[no-]${flag.name}`;
}

/** What a flag does, what it takes where that is a list, and what holds without it. */
export function flagText(command: CommandTable, flag: Flag): string {
  const schema = command.options.shape[flag.key] as z.ZodType;
  const text = flag.text ?? descriptionOf(schema) ?? "";
  const isSwitch = flag.placeholder === undefined;
  const choices = isSwitch ? null : choicesOf(schema);
  const named = choices?.every((choice) => text.split(/[^\w.-]+/).includes(String(choice))) ?? true;
  const without = flag.default ?? (isSwitch ? undefined : defaultOf(schema));
  return text + (named ? "" : `: ${orList(choices ?? [])}`) +
    (without === undefined ? "" : ` [${without}]`);
}

/** The whole help text of a command, `width` columns wide at most, ending in a line break. */
export function helpText(command: CommandTable, width: number): string {
  const operands = command.operands.map(({ placeholder, required, many }) => {
    const name = many ? `${placeholder} …` : placeholder;
    return required ? name : `[${name}]`;
  });
  const lines = [
    ...wrap(command.summary, width),
    "",
    ["Usage: deno task", command.name, ...operands, "[FLAGS]"].join(" "),
  ];
  if (command.operands.length > 0) {
    lines.push("", ...columns(command.operands.map((o) => [o.placeholder, o.text]), width));
  }
  const groups = Map.groupBy(command.flags, (flag) => flag.group ?? "Flags");
  for (const [group, flags] of groups) {
    lines.push("", `${group}:`);
    lines.push(...columns(flags.map((flag) => [usageOf(flag), flagText(command, flag)]), width));
  }
  for (const note of command.notes) lines.push("", ...wrap(note, width));
  if (command.examples.length > 0) lines.push("", "Examples:");
  for (const [line, what] of command.examples) {
    lines.push(`${INDENT}deno task ${line}`, ...wrap(what, width - 6).map((l) => `      ${l}`));
  }
  return lines.join("\n") + "\n";
}
