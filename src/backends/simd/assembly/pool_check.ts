/** Jobs that the pool is tested with. */
import { ARGUMENTS, parallelFor, threadScratch } from "./pool";

/** Adds 1 to each of `count` counters by a task of its own. */
export function countRuns(counters: usize, count: i32): void {
  parallelFor(countRun.index, counters, count);
}

function countRun(counters: usize, index: i32): void {
  atomic.add<i32>(counters + (<usize>index << 2), 1);
}

/** Returns when `threads` threads have met, each in a task; traps after some seconds. */
export function meet(threads: i32): void {
  atomic.store<i32>(ARGUMENTS, 0);
  atomic.store<i32>(ARGUMENTS + 4, threads);
  parallelFor(arrive.index, ARGUMENTS, threads);
}

function arrive(args: usize, _index: i32): void {
  atomic.add<i32>(args, 1);
  awaitArrivals(args, load<i32>(args, 4));
}

function awaitArrivals(args: usize, expected: i32): void {
  for (let spins: i64 = 0; atomic.load<i32>(args) < expected; spins++) {
    if (spins > 5_000_000_000) unreachable();
  }
}

/** Traps in the task of a thread other than the caller's, or with `self` in the caller's own. */
export function trapInTask(self: bool): void {
  atomic.store<i32>(ARGUMENTS, 0);
  store<usize>(ARGUMENTS + 4, threadScratch());
  store<bool>(ARGUMENTS + 8, self);
  parallelFor(trap.index, ARGUMENTS, 2);
}

function trap(args: usize, _index: i32): void {
  atomic.add<i32>(args, 1);
  const isCaller = threadScratch() === load<usize>(args, 4);
  if (isCaller === load<bool>(args, 8)) unreachable();
  awaitArrivals(args, 2);
}
