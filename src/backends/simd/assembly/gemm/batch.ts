/** Many small matrix products of one shape, each computed by one thread. */
import { ARGUMENTS, parallelFor } from "../pool";
import { multiply, ownProduct, padded } from "./blocks";
import { describe } from "./gemm";

/** Multiply-adds worth a task: some 20 µs. */
const TASK_WORK: f64 = 500_000;

@unmanaged
class Batch {
  m: i32;
  n: i32;
  k: i32;
  a: usize;
  b: usize;
  c: usize;
  // Bytes from one matrix to the next.
  stepA: usize;
  stepB: usize;
  flags: i32;
  count: i32;
  tasks: i32;
}

/**
 * `count` products C = A·B, all on contiguous matrices; those of A and B lie `stepA` and `stepB` bytes
 * apart, 0 to take the same one each time. `flags` as in `gemm`.
 */
export function gemmBatch(
  count: i32, m: i32, n: i32, k: i32, a: usize, stepA: usize, b: usize, stepB: usize, c: usize, flags: i32,
): void {
  const batch = changetype<Batch>(ARGUMENTS);
  batch.m = m;
  batch.n = n;
  batch.k = k;
  batch.a = a;
  batch.b = b;
  batch.c = c;
  batch.stepA = stepA;
  batch.stepB = stepB;
  batch.flags = flags;
  batch.count = count;
  const work = <f64> m * <f64> padded(n) * <f64> k * <f64> count;
  batch.tasks = max(1, min(count, <i32> min<f64>(64, work / TASK_WORK)));
  parallelFor(batchTask.index, ARGUMENTS, batch.tasks);
}

function batchTask(args: usize, index: i32): void {
  const batch = changetype<Batch>(args), product = ownProduct();
  const m = batch.m, n = batch.n, k = batch.k;
  const transposeA = (batch.flags & 1) !== 0, transposeB = (batch.flags & 2) !== 0;
  const strideA = <usize> (transposeA ? m : k) << 2, strideB = <usize> (transposeB ? k : n) << 2;
  const strideC = <usize> n << 2, accumulate = (batch.flags & 4) !== 0;
  const last = <i32> (<i64> batch.count * (index + 1) / batch.tasks);
  for (let i = <i32> (<i64> batch.count * index / batch.tasks); i < last; i++) {
    const a = batch.a + <usize> i * batch.stepA, b = batch.b + <usize> i * batch.stepB;
    const c = batch.c + <usize> i * <usize> m * strideC;
    describe(product, m, n, k, a, strideA, transposeA, b, strideB, transposeB, c, strideC);
    multiply(product, 0, m, 0, n, 0, k, accumulate, false);
  }
}
