/** `deno task bench`: times training steps of the standard workloads. */
import { z } from "zod";
import { figureOf } from "../bench/figure.ts";
import { measureStep, profileSteps } from "../bench/measure.ts";
import { profileLines } from "../bench/profile_table.ts";
import type { Workload } from "../bench/workload.ts";
import { findWorkload, STANDARD_WORKLOADS, WORKLOAD_FORMS } from "../bench/workloads.ts";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import type { DeviceInfo } from "../core/protocol.ts";
import { ATELIER_VERSION } from "../runs/version.ts";
import { benchAgainst } from "./bench_against.ts";
import { EXIT, runCommand } from "./command.ts";
import { backendFlag, exactConvFlag, shared, threadsFlag, verboseFlag } from "./common_flags.ts";
import { type Command, type OptionsOf, UsageError } from "./flags.ts";
import { stdout } from "./terminal.ts";

const options = z.strictObject({
  workloads: z.array(z.string()).default([...STANDARD_WORKLOADS]),
  backend: shared.backend,
  threads: shared.threads,
  exactConv: shared.exactConv,
  repeats: z.int().min(1).max(100_000).default(7).describe("timed steps of each workload"),
  profile: z.boolean().default(false)
    .describe("print where the time goes instead: by kernel, and by the shapes of its inputs"),
  against: z.string().min(1).nullable().default(null)
    .describe("a command that prints such lines too, workloads' names appended to it: compare"),
  rounds: z.int().min(1).max(1000).default(3)
    .describe("with --against, processes of each on every workload"),
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
    exactConvFlag,
    { name: "repeats", key: "repeats", placeholder: "STEPS" },
    { name: "profile", key: "profile" },
    { name: "against", key: "against", placeholder: "COMMAND", default: "nobody" },
    { name: "rounds", key: "rounds", placeholder: "N" },
    verboseFlag,
  ],
  options,
  notes: [
    'With --profile each call of a kernel is timed, which slows the many small ones a little. "ours" is ' +
    'the backend\'s own code or one of ours in its place, "stock" the cpu backend\'s, and "left to ' +
    'stock" what ours do not cover. On webgpu kernels are only queued where they are called, so ' +
    "that there is nothing to time.",
    "With --against, ours and the peer run by turns, never at once, each time in a process of its own. " +
    "The peer is taken at the best of its processes, ours at the median. The peer's command is run " +
    "without a shell.",
  ],
  examples: [
    ["bench mnist-cnn-b128 --backend cpu", "one workload on one device"],
    ["bench dcgan-32-f32-b16 --backend simd --profile", "where a DCGAN's step spends its time"],
    ['bench --threads 2 --against "python3 torch_reference.py --threads 2"', "ratios"],
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

/** Prints what a workload is to show. */
type Report = (name: string, workload: Workload) => Promise<void>;

function figureReport(repeats: number, threads: number, device: DeviceInfo): Report {
  const by = { backend: device.backend, version: ATELIER_VERSION };
  return async (name, workload) => {
    const stepMs = await measureStep(workload, repeats);
    stdout.write(JSON.stringify(figureOf(name, stepMs, workload.items, threads, by)) + "\n");
  };
}

function profileReport(repeats: number, threads: number, device: DeviceInfo): Report {
  if (device.backend === "webgpu") {
    throw new UsageError(
      "--profile cannot time kernels on webgpu, where they are queued and computed later. " +
        'Use "--backend simd" or "--backend cpu", or time whole steps without --profile',
    );
  }
  return async (name, workload) => {
    const lines = profileLines(await profileSteps(workload, repeats), repeats);
    stdout.write(`${name} on ${device.backend}, threads: ${threads}\n${lines.join("\n")}\n\n`);
  };
}

async function bench(
  given: OptionsOf<typeof options.shape>,
  told: ReadonlySet<string>,
): Promise<number> {
  const found = findAll(given.workloads);
  const { against } = given;
  if (against === null && told.has("rounds")) {
    throw new UsageError('--rounds is of --against "COMMAND"; for more steps, give --repeats');
  }
  if (against !== null) {
    if (given.profile) throw new UsageError("--profile is of ours alone: give no --against");
    await benchAgainst({ ...given, against });
    return EXIT.ok;
  }
  const device = await probeDevice(given.backend);
  const threads = threadsOf(device, given.threads);
  const report = (given.profile ? profileReport : figureReport)(given.repeats, threads, device);
  await openDevice(device, given);
  for (const { name, build } of found) {
    const workload = build();
    await report(name, workload);
    workload.dispose();
  }
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(await runCommand(BENCH, Deno.args, bench));
