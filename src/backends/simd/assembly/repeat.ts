/** Numbers repeated, and sums of runs of them: what a depthwise convolution's channel multiplier needs. */
import { ARGUMENTS, parallelFor } from "./pool";

// @ts-ignore: decorator of AssemblyScript
@unmanaged
class Args {
  x: usize;
  y: usize;
  size: i32;
  times: i32;
}

/** Numbers of the long side that a task handles, about. */
const TASK: i32 = 65_536;

/** y[i·times + m] = x[i] for every m below `times`. */
export function repeatEach(x: usize, y: usize, size: i32, times: i32): void {
  parallelFor(repeatSome.index, fill(x, y, size, times), tasks(size, times));
}

/** y[i] = Σ x[i·times + m], the way back. */
export function sumEach(x: usize, y: usize, size: i32, times: i32): void {
  parallelFor(sumSome.index, fill(x, y, size, times), tasks(size, times));
}

function fill(x: usize, y: usize, size: i32, times: i32): usize {
  const args = changetype<Args>(ARGUMENTS);
  args.x = x;
  args.y = y;
  args.size = size;
  args.times = times;
  return ARGUMENTS;
}

/** Numbers of the short side in a task. */
// @ts-ignore: decorator of AssemblyScript
@inline
function share(times: i32): i32 {
  return max(1, TASK / times);
}

function tasks(size: i32, times: i32): i32 {
  return (size + share(times) - 1) / share(times);
}

function repeatSome(address: usize, index: i32): void {
  const args = changetype<Args>(address);
  const end = min(args.size, (index + 1) * share(args.times));
  let i = index * share(args.times);
  let y = args.y + (<usize>i * args.times << 2);
  for (; i < end; i++) {
    const value = load<f32>(args.x + (<usize>i << 2));
    for (let m = 0; m < args.times; m++, y += 4) store<f32>(y, value);
  }
}

function sumSome(address: usize, index: i32): void {
  const args = changetype<Args>(address);
  const end = min(args.size, (index + 1) * share(args.times));
  let i = index * share(args.times);
  let x = args.x + (<usize>i * args.times << 2);
  for (; i < end; i++) {
    let sum: f32 = 0;
    for (let m = 0; m < args.times; m++, x += 4) sum += load<f32>(x);
    store<f32>(args.y + (<usize>i << 2), sum);
  }
}
