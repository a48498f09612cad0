/** A profile of kernels as text. */
import type { KernelProfile, KernelTime } from "../backends/profile.ts";

/** Shapes that take less than this share of the time have no row of their own. */
const LEAST_SHARE = 0.001;

const HEADINGS = ["MS/STEP", "SHARE", "CALLS/STEP", "MS/CALL", "CODE", "KERNEL, INPUTS"] as const;
/** Columns from here on hold text and are aligned to the left. */
const FIRST_TEXT = 4;

type Row = readonly string[];

const total = (times: readonly KernelTime[], key: "ms" | "calls") =>
  times.reduce((sum, time) => sum + time[key], 0);

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** A count that need not be whole: `2`, `0.14`. */
const count = (value: number) => String(Number(value.toFixed(2)));

/** One row of figures of some calls. */
function row(times: readonly KernelTime[], steps: number, wallMs: number, name: string): Row {
  const [ms, calls] = [total(times, "ms"), total(times, "calls")];
  const origins = [...new Set(times.map(({ origin }) => origin))];
  return [
    (ms / steps).toFixed(2),
    percent(ms / wallMs),
    count(calls / steps),
    (ms / calls).toFixed(3),
    origins.join(", "),
    name,
  ];
}

/** A kernel's row, and below it one for each of several sets of shapes. */
function kernelRows(times: readonly KernelTime[], steps: number, wallMs: number): Row[] {
  const { kernel, shapes } = times[0]!;
  if (times.length === 1) return [row(times, steps, wallMs, `${kernel} ${shapes}`)];
  const large = times.filter(({ ms }) => ms >= LEAST_SHARE * wallMs);
  const small = times.slice(large.length);
  if (large.length === 0) return [row(times, steps, wallMs, kernel)];
  return [
    row(times, steps, wallMs, kernel),
    ...large.map((time) => row([time], steps, wallMs, `  ${time.shapes}`)),
    ...(small.length === 0 ? [] : [row(small, steps, wallMs, `  ${small.length} more`)]),
  ];
}

/**
 * Lines that tell where the time of so many steps went: outside kernels, in each kernel, and in each for
 * inputs of certain shapes. `kernels` come with the longest first, as `profileKernels` returns them.
 */
export function profileLines({ wallMs, kernels }: KernelProfile, steps: number): string[] {
  const inKernels = total(kernels, "ms");
  const perStep = (ms: number) => `${(ms / steps).toFixed(2)} ms`;
  const stock = total(kernels.filter(({ origin }) => origin !== "ours"), "ms");
  const byKernel = [...Map.groupBy(kernels, ({ kernel }) => kernel).values()]
    .sort((a, b) => total(b, "ms") - total(a, "ms"));
  const rows = [HEADINGS, ...byKernel.flatMap((times) => kernelRows(times, steps, wallMs))];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return [
    `${steps} ${steps === 1 ? "step" : "steps"} of ${perStep(wallMs)}: kernels take ${
      perStep(inKernels)
    }, what is outside them ` +
    `${perStep(wallMs - inKernels)} (${percent(1 - inKernels / wallMs)}); stock code takes ` +
    `${perStep(stock)} (${percent(stock / wallMs)})`,
    ...rows.map((row) =>
      row.map((cell, column) => {
        const width = widths[column]!;
        return column < FIRST_TEXT ? cell.padStart(width) : cell.padEnd(width);
      }).join("  ").trimEnd()
    ),
  ];
}
