/** Jobs that the pool is tested with. */
import { ARGUMENTS, parallelFor, threadScratch } from "./pool";

/** Adds 1 to each of `count` counters by a task of its own. */
export function countRuns(counters: usize, count: i32): void {
  parallelFor(countRun.index, counters, count);
}

function countRun(counters: usize, index: i32): void {
  atomic.add<i32>(counters + (<usize>index << 2), 1);
}

/** Returns when `threads` threads have met, each in a task. */
export function meet(threads: i32): void {
  atomic.store<i32>(ARGUMENTS, 0);
  atomic.store<i32>(ARGUMENTS + 4, threads);
  parallelFor(arrive.index, ARGUMENTS, threads);
}

function arrive(args: usize, _index: i32): void {
  atomic.add<i32>(args, 1);
  awaitArrivals(args, load<i32>(args, 4));
}

/** Sleeps rather than watches, for the sake of machines with fewer cores than threads; traps after a minute. */
function awaitArrivals(args: usize, expected: i32): void {
  atomic.notify(args, -1);
  for (let waits = 0; waits < 60_000; waits++) {
    const arrived = atomic.load<i32>(args);
    if (arrived >= expected) return;
    atomic.wait<i32>(args, arrived, 1_000_000); // ns
  }
  unreachable();
}

/** With two threads, traps in the task of the one that is not the caller's, or with `self` in the caller's own. */
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
