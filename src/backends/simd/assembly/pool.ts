/**
 * Parallel-for over the threads that share this memory. The thread that calls `parallelFor` owns the
 * job and takes part in it; the others wait in `workerLoop`. One job runs at a time.
 *
 * A job is `count` tasks, claimed one by one by counting `REMAINING` down. Its description is written
 * before that counter and stands until every task is done, so whoever claims a task may read it.
 */

// Addresses, one cache line each. Below 1,024 nothing lives, so that a null pointer does no harm.
const REMAINING: usize = 1024;
const DONE: usize = 1088;
const EPOCH: usize = 1152; // counts jobs; idle threads watch it, and sleep on it
const SLEEPERS: usize = 1216;
const OWNER_SLEEPS: usize = 1280;
const TASK: usize = 1344; // function, arguments: two words
const STOPPED: usize = 1408;
const WORKERS: usize = 1472; // threads in `workerLoop`
const FAILED: usize = 1536; // a task trapped, and will never be done

/** Where kernels lay out the arguments of their tasks: 12 KiB. */
export const ARGUMENTS: usize = 4096;

/** Bytes of a thread's own scratch memory, for packed panels: half of a common L2 cache. */
export const SCRATCH_BYTES: i32 = 1 << 19;

/** Rounds of looking before an idle thread sleeps: some 50 µs, longer than the pause between kernels. */
const IDLE_SPINS: i32 = 100_000;
/** Rounds of looking before the owner sleeps until the others have finished. */
const OWNER_SPINS: i32 = 200_000;

/** This thread's scratch memory. */
let scratch: usize = 0;

export function threadScratch(): usize {
  return scratch;
}

/** Gives this thread its scratch memory. */
export function setScratch(address: usize): void {
  scratch = address;
}

/** Threads that would take part in a job, the owner included. */
export function threadCount(): i32 {
  return 1 + atomic.load<i32>(WORKERS);
}

/** Takes tasks of the current job until none is left. */
function takeTasks(): void {
  while (atomic.load<i32>(REMAINING) > 0) {
    const index = atomic.sub<i32>(REMAINING, 1) - 1;
    if (index < 0) return;
    call_indirect<void>(load<u32>(TASK), load<usize>(TASK, 4), index);
    atomic.add<i32>(DONE, 1);
  }
}

/** Runs `task(args, i)` for every i below `count`, each once, in any order, and returns when all are done. */
export function parallelFor(task: u32, args: usize, count: i32): void {
  if (count <= 0) return;
  if (atomic.load<i32>(FAILED) !== 0) unreachable(); // tasks of an earlier job may still be running
  if (count === 1 || atomic.load<i32>(WORKERS) === 0) {
    for (let i = 0; i < count; i++) call_indirect<void>(task, args, i);
    return;
  }
  store<u32>(TASK, task);
  store<usize>(TASK, args, 4);
  atomic.store<i32>(DONE, 0);
  atomic.store<i32>(REMAINING, count);
  atomic.add<i32>(EPOCH, 1);
  if (atomic.load<i32>(SLEEPERS) > 0) atomic.notify(EPOCH, -1);
  takeTasks();
  for (let spins = 0; atomic.load<i32>(DONE) !== count; spins++) {
    if (spins > OWNER_SPINS) sleepUntilDone(count);
  }
}

function sleepUntilDone(count: i32): void {
  atomic.store<i32>(OWNER_SLEEPS, 1);
  while (true) {
    const done = atomic.load<i32>(DONE);
    if (done === count) break;
    if (atomic.load<i32>(FAILED) !== 0) unreachable(); // an error where the op was called, not a hang
    atomic.wait<i32>(DONE, done, 1_000_000); // ns: a notice between load and wait may be missed
  }
  atomic.store<i32>(OWNER_SLEEPS, 0);
}

/** What a worker thread runs, until `stopWorkers`. */
export function workerLoop(address: usize): void {
  scratch = address;
  let seen = atomic.load<i32>(EPOCH);
  atomic.add<i32>(WORKERS, 1);
  while (atomic.load<i32>(STOPPED) === 0) {
    takeTasks();
    if (atomic.load<i32>(OWNER_SLEEPS) !== 0) atomic.notify(DONE, 1);
    seen = awaitJob(seen);
  }
  atomic.sub<i32>(WORKERS, 1);
}

/** Waits for a job after the one that was seen last: looks for a while, then sleeps. */
function awaitJob(seen: i32): i32 {
  for (let spins = 0; spins < IDLE_SPINS; spins++) {
    const epoch = atomic.load<i32>(EPOCH);
    if (epoch !== seen) return epoch;
  }
  atomic.add<i32>(SLEEPERS, 1);
  atomic.wait<i32>(EPOCH, seen, -1);
  atomic.sub<i32>(SLEEPERS, 1);
  return atomic.load<i32>(EPOCH);
}

/** Told where a task trapped: from now on every job does. */
export function taskFailed(): void {
  atomic.store<i32>(FAILED, 1);
}

/** Lets every worker thread return from `workerLoop`. */
export function stopWorkers(): void {
  atomic.store<i32>(STOPPED, 1);
  atomic.add<i32>(EPOCH, 1);
  atomic.notify(EPOCH, -1);
}
