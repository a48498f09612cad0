/** `deno task bench`: times training steps of the standard workloads. */
import { z } from "zod";
import { figureOf } from "../bench/figure.ts";
import { measureStep } from "../bench/measure.ts";
import { findWorkload, STANDARD_WORKLOADS, WORKLOAD_FORMS } from "../bench/workloads.ts";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import type { DeviceInfo } from "../core/protocol.ts";
import { ATELIER_VERSION } from "../runs/version.ts";
import { EXIT, runCommand } from "./command.ts";
import { backendFlag, shared, threadsFlag, verboseFlag } from "./common_flags.ts";
import { type Command, type OptionsOf, UsageError } from "./flags.ts";
import { stdout } from "./terminal.ts";

const options = z.strictObject({
  workloads: z.array(z.string()).default([...STANDARD_WORKLOADS]),
  backend: shared.backend,
  threads: shared.threads,
  repeats: z.int().min(1).max(100_000).default(7).describe("timed steps of each workload"),
  verbose: shared.verbose,
});

/** What the command line knows of `bench`. */
export const BENCH: Command<typeof options.shape> = {
  name: "bench",
  summary:
    "Time training steps: forward, backward and optimizer, on random data in memory. Prints a " +
    "line of JSON a workload: the median time of a step in milliseconds, items a second, threads.",
  operands: [{
    placeholder: "WORKLOAD",
    key: "workloads",
    text: `what to time: ${STANDARD_WORKLOADS.join(", ")}, all of them unless told; or others of ` +
      `the forms ${WORKLOAD_FORMS.join(", ")}`,
    required: false,
    many: true,
  }],
  flags: [
    backendFlag,
    threadsFlag,
    { name: "repeats", key: "repeats", placeholder: "STEPS" },
    verboseFlag,
  ],
  options,
  notes: [],
  examples: [
    ["bench mnist-cnn-b128 --backend cpu", "one workload on one device"],
  ],
};

/** What finds each workload's builder, so that no mistyped name comes up after minutes of timing. */
function findAll(names: readonly string[]) {
  try {
    return names.map((name) => ({ name, build: findWorkload(name) }));
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** How many threads a device computes with. */
function threadsOf({ backend }: DeviceInfo, asked: number): number {
  return backend === "simd" ? asked || navigator.hardwareConcurrency : 1;
}

async function bench(given: OptionsOf<typeof options.shape>): Promise<number> {
  const found = findAll(given.workloads);
  const device = await probeDevice(given.backend);
  await openDevice(device, { threads: given.threads });
  const threads = threadsOf(device, given.threads);
  for (const { name, build } of found) {
    const workload = build();
    const stepMs = await measureStep(workload, given.repeats);
    const by = { backend: device.backend, version: ATELIER_VERSION };
    stdout.write(JSON.stringify(figureOf(name, stepMs, workload.items, threads, by)) + "\n");
    workload.dispose();
  }
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(BENCH, Deno.args, bench));
