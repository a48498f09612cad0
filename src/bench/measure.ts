/** Times a workload's steps. */
import { type KernelProfile, profileKernels } from "../backends/profile.ts";
import type { Workload } from "./workload.ts";

/** Steps before the first timed one, at least: memory is allocated and pipelines are compiled. */
const WARM_UP_STEPS = 2;
/** Steps go on untimed for so long: JavaScript and WebAssembly become fast code while they run. */
const WARM_UP_MS = 1000;

/** Where the middle of sorted values is; of an even count the upper, as the PyTorch reference takes it. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Runs untimed steps until code, caches and memory are as they stay. */
export async function warmUp(workload: Workload): Promise<void> {
  const start = performance.now();
  for (let step = 0; step < WARM_UP_STEPS || performance.now() - start < WARM_UP_MS; step++) {
    await workload.step();
  }
}

/** Median of the times of `repeats` steps after the warm-up, in milliseconds. */
export async function measureStep(workload: Workload, repeats: number): Promise<number> {
  await warmUp(workload);
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await workload.step();
    times.push(performance.now() - start);
  }
  return median(times);
}

/** Where the time of `repeats` steps after the warm-up goes. */
export async function profileSteps(workload: Workload, repeats: number): Promise<KernelProfile> {
  await warmUp(workload);
  return await profileKernels(async () => {
    for (let i = 0; i < repeats; i++) await workload.step();
  });
}
