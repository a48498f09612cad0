/** Compares kernels of our own with their plain reference versions, and any kernel with itself on other threads. */
import { assert, assertEquals } from "@std/assert";
import type { SimdBackend } from "../../../src/backends/simd/backend.ts";
import { startUnreferencedWorker } from "../../../src/backends/simd/deno_threads.ts";
import { registerSimd, SIMD } from "../../../src/backends/simd/register.ts";
import { Rng } from "../../../src/core/rng.ts";
import type { KernelName } from "../../../src/nn/kernel_names.ts";
import { references, type Values } from "../../nn/reference_kernels.ts";
import { CASES, type KernelCall, type Output, relativeError, runKernel } from "./against_stock.ts";

/** As `compareWithStock`, against the kernel's reference version. */
export async function compareWithReference(
  backend: SimdBackend,
  kernelName: KernelName,
  draw: (rng: Rng, i: number) => KernelCall,
  bound = 1e-4,
  cases = CASES,
): Promise<void> {
  const rng = new Rng(1, kernelName);
  for (let i = 0; i < cases; i++) {
    const call = draw(rng, i);
    const got = await runKernel(SIMD, kernelName, call);
    backend.threads.heap.checkGuards();
    const truths = expected(kernelName, call);
    assertEquals(got.length, truths.length, `${kernelName}: outputs`);
    for (const [k, truth] of truths.entries()) {
      const error = relativeError(got[k], truth);
      const shapes = Object.entries(call.inputs).map(([name, { shape }]) => `${name} [${shape}]`);
      assert(error <= bound, `${kernelName}, case ${i}, output ${k}: error ${error}; ${shapes}`);
    }
  }
}

/** What the reference version returns, as float32 tensors would hold it. */
function expected(kernelName: KernelName, { inputs, attributes }: KernelCall): Output[] {
  const named = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, values }]) => [
      name,
      { shape, data: Float64Array.from(values) },
    ]),
  );
  const run = references[kernelName] as unknown as (
    inputs: Record<string, Values>,
    attributes: KernelCall["attributes"],
  ) => Values | Values[];
  return [run(named, attributes)].flat().map(({ shape, data }) => ({
    shape,
    dtype: "float32",
    values: Float32Array.from(data),
  }));
}

/**
 * Asserts that calls return the same bits on one, two and three threads. Backends opened before are gone
 * afterwards: the last test of a file.
 */
export async function assertSameBits(
  calls: readonly (readonly [kernelName: string, call: KernelCall])[],
): Promise<void> {
  const runs: Output[][][] = [];
  for (const threads of [1, 2, 3]) {
    await registerSimd({ threads, startWorker: startUnreferencedWorker });
    const results: Output[][] = [];
    for (const [kernelName, call] of calls) results.push(await runKernel(SIMD, kernelName, call));
    runs.push(results);
  }
  for (const [i, [kernelName]] of calls.entries()) {
    assertEquals(runs[1]![i], runs[0]![i], `${kernelName}: two threads against one`);
    assertEquals(runs[2]![i], runs[0]![i], `${kernelName}: three threads against one`);
  }
}
