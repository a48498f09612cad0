/** What the wasm module exports to TypeScript: addresses are numbers of bytes, counts are of elements. */
export interface KernelExports {
  /** Gives the calling thread its scratch memory. */
  setScratch(address: number): void;
  /** Threads that take part in a job, the caller included. */
  threadCount(): number;
  workerLoop(scratch: number): void;
  taskFailed(): void;
  stopWorkers(): void;
  /** Runs 10·`rounds` independent multiply-adds of four lanes on registers. */
  fmaPeak(rounds: number, factor: number, term: number): number;
}
