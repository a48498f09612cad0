/** `deno task doctor`: examines the device that training would use, and says how to mend it. */
import { z } from "zod";
import { type AdapterReport, type Examination, examine } from "../backends/doctor.ts";
import type { OpReport } from "../backends/op_checks.ts";
import { EXIT, runCommand } from "./command.ts";
import { backendFlag, shared, verboseFlag } from "./common_flags.ts";
import type { Command, OptionsOf } from "./flags.ts";
import { paragraph } from "./layout.ts";
import { stderr, stdout, textWidth } from "./terminal.ts";

const options = z.strictObject({ backend: shared.backend, verbose: shared.verbose });

/** What the command line knows of `doctor`. */
export const DOCTOR: Command<typeof options.shape> = {
  name: "doctor",
  summary:
    "Examine the device that training would use: the WebGPU adapter with its limits and features, " +
    "a 256 MiB buffer, and every op of the models, forward and gradient, against the cpu backend.",
  operands: [],
  flags: [backendFlag, verboseFlag],
  options,
  notes: ["Ends with status 1 where something is broken, and says what to do about it."],
  examples: [["doctor --backend webgpu", "a software adapter too, which auto passes over"]],
};

/** Columns of a line's heading: `adapter  `. */
const HEADING = 10;
/** Columns of an op's name. */
const OP_NAME = 42;

/** A limit's value: sizes in KiB or MiB where that is whole, everything else as it is. */
function limitText(name: string, value: number): string {
  if (!/Size$/.test(name) || /Workgroup(Size|Invocations)|InvocationsPer/.test(name)) {
    return String(value);
  }
  if (value > 0 && value % 2 ** 20 === 0) return `${value / 2 ** 20} MiB`;
  return value > 0 && value % 2 ** 10 === 0 ? `${value / 2 ** 10} KiB` : `${value} B`;
}

function adapterLines(adapter: AdapterReport | null, width: number): string[] {
  if (adapter === null) {
    return paragraph("adapter", "none: WebGPU is not to be had here", HEADING, width);
  }
  const { name, software, features, limits } = adapter;
  const names = Object.keys(limits);
  const longest = Math.max(...names.map((limit) => limit.length));
  return [
    ...paragraph("adapter", name + (software ? ", software" : ""), HEADING, width),
    ...paragraph("features", features.join(", ") || "none", HEADING, width),
    ...names.map((limit, i) =>
      (i === 0 ? "limits" : "").padEnd(HEADING) +
      `${limit.padEnd(longest)}  ${limitText(limit, limits[limit]!)}`
    ),
  ];
}

/** An error as a share of the largest value: `1.2e-6`. */
function errorText(error: number): string {
  if (error === 0) return "0";
  return Number.isFinite(error) ? error.toExponential(1) : "failed";
}

function opLine({ name, forward, gradient, passed }: OpReport, heading: string): string {
  const errors = [errorText(forward), gradient === null ? "none" : errorText(gradient)];
  return heading.padEnd(HEADING) + [
    name.padEnd(OP_NAME),
    ...errors.map((error) => error.padStart(9)),
    passed ? "" : "  BROKEN",
  ].join(" ").trimEnd();
}

/** What an examination yields, as lines of at most `width` columns where words allow it. */
export function examinationLines(part: Examination, width: number): readonly string[] {
  switch (part.type) {
    case "device":
      return [
        ...paragraph("device", `${part.device.name} (${part.device.backend})`, HEADING, width),
        ...paragraph("", part.device.reason, HEADING, width),
      ];
    case "adapter":
      return adapterLines(part.adapter, width);
    case "buffer":
      return paragraph(
        "buffer",
        `${part.report.bytes / 2 ** 20} MiB: ${part.report.message}`,
        HEADING,
        width,
      );
    case "op": {
      const { report, index } = part;
      if (index > 0) return [opLine(report, "")];
      const bound = `max relative error against cpu, at most ${report.bound}`;
      const columns = `${"".padEnd(OP_NAME)} ${"forward".padStart(9)} ${"gradient".padStart(9)}`;
      return [
        ...paragraph("ops", bound, HEADING, width),
        "".padEnd(HEADING) + columns,
        opLine(report, ""),
      ];
    }
    case "verdict":
      return part.passed ? ["All is well"] : [];
    default:
      return part satisfies never;
  }
}

/** Examines the device; fails where something is broken. */
export async function doctor({ backend }: OptionsOf<typeof options.shape>): Promise<number> {
  const width = textWidth(stdout);
  let passed = false;
  for await (const part of examine(backend)) {
    for (const line of examinationLines(part, width)) stdout.write(line + "\n");
    if (part.type !== "verdict") continue;
    passed = part.passed;
    for (const mend of part.mends) stderr.write(`error: ${mend}\n`);
  }
  return passed ? EXIT.ok : EXIT.failure;
}

if (import.meta.main) Deno.exit(await runCommand(DOCTOR, Deno.args, doctor));
