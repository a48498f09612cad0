/** What src/backends/simd/assembly/pool_check.ts exports. */
export interface PoolCheck {
  /** Adds 1 to each of `count` counters by a task of its own. */
  countRuns(counters: number, count: number): void;
  /** Returns when so many threads have met, each in a task. */
  meet(threads: number): void;
  /** With two threads, traps in a task: of the caller's thread with `self`, else of the other. */
  trapInTask(self: boolean): void;
}
