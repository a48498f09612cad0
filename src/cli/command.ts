/** Runs a command: its help, its mistakes, its failures, and the exit status of each. */
import type { z } from "zod";
import { DownloadError } from "../../data/download.ts";
import { PackedFileError } from "../../data/packed.ts";
import { DeviceError } from "../backends/probe.ts";
import { HeapError } from "../backends/simd/heap.ts";
import { ContestantError } from "../bench/contestant.ts";
import { SafetensorsError } from "../core/safetensors.ts";
import { WriteError } from "../core/write_error.ts";
import { StorageError } from "../runs/storage_error.ts";
import { DivergenceError } from "../training/loop.ts";
import { type Command, type OptionsOf, parseCommand, UsageError } from "./flags.ts";
import { helpText } from "./help.ts";
import { Interruption } from "./interruption.ts";
import { stderr, stdout, textWidth } from "./terminal.ts";

/** What a command line ends with: all went well, it failed, it was mistyped, Ctrl-C ended it. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/**
 * Failures that say what happened and how to mend it: files, network, devices, memory, values out of
 * range.
 * Whatever else is thrown is a mistake in the lab, and its stack is shown.
 */
function isExpected(error: unknown): boolean {
  const ours = [
    ...[UsageError, DeviceError, DownloadError, StorageError, DivergenceError],
    ...[PackedFileError, RangeError, WriteError, ContestantError, HeapError],
    SafetensorsError,
  ];
  if (ours.some((kind) => error instanceof kind)) return true;
  if (!(error instanceof Error)) return false;
  return Object.values(Deno.errors).some((kind) => error instanceof kind);
}

/** The text for standard error. `verbose` adds the stack, which unexpected errors show anyway. */
export function failureText(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return `error: ${String(error)}\n`;
  if (!isExpected(error)) {
    return `error: ${
      error.stack ?? error.message
    }\n\nThis is a mistake in Atelier: please report it with the lines above.\n`;
  }
  return `error: ${verbose ? error.stack ?? error.message : error.message}\n`;
}

/** Parses `args`, runs `body` with the options and returns the exit status. Throws nothing. */
export async function runCommand<Shape extends z.ZodRawShape>(
  command: Command<Shape>,
  args: readonly string[],
  body: (options: OptionsOf<Shape>, given: ReadonlySet<string>) => Promise<number>,
): Promise<number> {
  try {
    const parsed = parseCommand(command, args);
    if (parsed === null) {
      stdout.write(helpText(command, textWidth(stdout)));
      return EXIT.ok;
    }
    return await body(parsed.options, parsed.given);
  } catch (error) {
    if (error instanceof Interruption) {
      stderr.write(`${error.message}\n`);
      return EXIT.interrupted;
    }
    stderr.write(failureText(error, args.includes("--verbose")));
    if (!(error instanceof UsageError)) return EXIT.failure;
    stderr.write(`\nAll flags: deno task ${command.name} --help\n`);
    return EXIT.usage;
  }
}
