/** Updates of one parameter in one pass over its tensors. `src/nn/kernel_names.ts` has the formulas. */
import { loadUpTo4, storeUpTo4 } from "./parts";
import { ARGUMENTS, parallelFor } from "./pool";
import { CHUNK, SPLIT } from "./unary";

/** Inputs a to d and outputs x to z, of `n` elements each, and settings p to s. */
@unmanaged
class UpdateArgs {
  a: usize;
  b: usize;
  c: usize;
  d: usize;
  x: usize;
  y: usize;
  z: usize;
  n: i32;
  p: f32;
  q: f32;
  r: f32;
  s: f32;
}

/** x, m, v, gradient; the new x, m, v. */
export function adam(
  a: usize, b: usize, c: usize, d: usize, x: usize, y: usize, z: usize, n: i32,
  rate: f32, epsilon: f32, oneMinusBeta1: f32, oneMinusBeta2: f32,
): void {
  update(adamTask.index, a, b, c, d, x, y, z, n, rate, epsilon, oneMinusBeta1, oneMinusBeta2);
}

/** x, v, gradient; the new x, v. */
export function sgd(
  a: usize, b: usize, c: usize, x: usize, y: usize, n: i32, learningRate: f32, momentum: f32, nesterov: bool,
): void {
  const task = nesterov ? nesterovTask.index : sgdTask.index;
  update(task, a, b, c, c, x, y, y, n, learningRate, momentum, 0, 0);
}

/** x, s, v, gradient; the new x, s, v. */
export function rmsProp(
  a: usize, b: usize, c: usize, d: usize, x: usize, y: usize, z: usize, n: i32,
  learningRate: f32, oneMinusDecay: f32, momentum: f32, epsilon: f32,
): void {
  update(rmsPropTask.index, a, b, c, d, x, y, z, n, learningRate, oneMinusDecay, momentum, epsilon);
}

/** a + (b − a)·weight. */
export function lerp(a: usize, b: usize, x: usize, n: i32, weight: f32): void {
  update(lerpTask.index, a, b, b, b, x, x, x, n, weight, 0, 0, 0);
}

function update(
  task: u32, a: usize, b: usize, c: usize, d: usize, x: usize, y: usize, z: usize, n: i32,
  p: f32, q: f32, r: f32, s: f32,
): void {
  const args = changetype<UpdateArgs>(ARGUMENTS);
  args.a = a;
  args.b = b;
  args.c = c;
  args.d = d;
  args.x = x;
  args.y = y;
  args.z = z;
  args.n = n;
  args.p = p;
  args.q = q;
  args.r = r;
  args.s = s;
  parallelFor(task, ARGUMENTS, n < SPLIT ? 1 : (n + CHUNK - 1) / CHUNK);
}

function adamTask(address: usize, index: i32): void {
  pass<Adam>(address, index);
}

function sgdTask(address: usize, index: i32): void {
  pass<Sgd>(address, index);
}

function nesterovTask(address: usize, index: i32): void {
  pass<Nesterov>(address, index);
}

function rmsPropTask(address: usize, index: i32): void {
  pass<RmsProp>(address, index);
}

function lerpTask(address: usize, index: i32): void {
  pass<Lerp>(address, index);
}

// @ts-ignore: decorator
@inline
function pass<Op>(address: usize, index: i32): void {
  const op = changetype<Op>(0), args = changetype<UpdateArgs>(address);
  const skip = (<usize>(index * CHUNK)) << 2;
  const n = args.n < SPLIT ? args.n : min(CHUNK, args.n - index * CHUNK);
  const a = args.a + skip, b = args.b + skip, c = args.c + skip, d = args.d + skip;
  const x = args.x + skip, y = args.y + skip, z = args.z + skip;
  const p = f32x4.splat(args.p), q = f32x4.splat(args.q), r = f32x4.splat(args.r), s = f32x4.splat(args.s);
  const whole: usize = (n & ~3) << 2;
  let i: usize = 0;
  for (; i < whole; i += 16) op.update(a + i, b + i, c + i, d + i, x + i, y + i, z + i, 4, p, q, r, s);
  const rest = n & 3;
  if (rest !== 0) op.update(a + i, b + i, c + i, d + i, x + i, y + i, z + i, rest, p, q, r, s);
}

@unmanaged
class Adam {
  @inline update(
    a: usize, b: usize, c: usize, d: usize, x: usize, y: usize, z: usize, n: i32,
    rate: v128, epsilon: v128, oneMinusBeta1: v128, oneMinusBeta2: v128,
  ): void {
    const m = loadUpTo4(b, n), v = loadUpTo4(c, n), g = loadUpTo4(d, n);
    const newM = f32x4.add(m, f32x4.mul(f32x4.sub(g, m), oneMinusBeta1));
    const newV = f32x4.add(v, f32x4.mul(f32x4.sub(f32x4.mul(g, g), v), oneMinusBeta2));
    const step = f32x4.div(f32x4.mul(rate, newM), f32x4.add(f32x4.sqrt(newV), epsilon));
    storeUpTo4(x, f32x4.sub(loadUpTo4(a, n), step), n);
    storeUpTo4(y, newM, n);
    storeUpTo4(z, newV, n);
  }
}

@unmanaged
class Sgd {
  @inline update(
    a: usize, b: usize, c: usize, d: usize, x: usize, y: usize, z: usize, n: i32,
    learningRate: v128, momentum: v128, r: v128, s: v128,
  ): void {
    const v = f32x4.add(f32x4.mul(momentum, loadUpTo4(b, n)), loadUpTo4(c, n));
    storeUpTo4(x, f32x4.sub(loadUpTo4(a, n), f32x4.mul(learningRate, v)), n);
    storeUpTo4(y, v, n);
  }
}

@unmanaged
class Nesterov {
  @inline update(
    a: usize, b: usize, c: usize, d: usize, x: usize, y: usize, z: usize, n: i32,
    learningRate: v128, momentum: v128, r: v128, s: v128,
  ): void {
    const g = loadUpTo4(c, n), v = f32x4.add(f32x4.mul(momentum, loadUpTo4(b, n)), g);
    const step = f32x4.mul(learningRate, f32x4.add(g, f32x4.mul(momentum, v)));
    storeUpTo4(x, f32x4.sub(loadUpTo4(a, n), step), n);
    storeUpTo4(y, v, n);
  }
}

@unmanaged
class RmsProp {
  @inline update(
    a: usize, b: usize, c: usize, d: usize, x: usize, y: usize, z: usize, n: i32,
    learningRate: v128, oneMinusDecay: v128, momentum: v128, epsilon: v128,
  ): void {
    const s = loadUpTo4(b, n), g = loadUpTo4(d, n);
    const newS = f32x4.add(s, f32x4.mul(f32x4.sub(f32x4.mul(g, g), s), oneMinusDecay));
    const scaled = f32x4.div(g, f32x4.add(f32x4.sqrt(newS), epsilon));
    const v = f32x4.add(f32x4.mul(momentum, loadUpTo4(c, n)), scaled);
    storeUpTo4(x, f32x4.sub(loadUpTo4(a, n), f32x4.mul(learningRate, v)), n);
    storeUpTo4(y, newS, n);
    storeUpTo4(z, v, n);
  }
}

@unmanaged
class Lerp {
  @inline update(
    a: usize, b: usize, c: usize, d: usize, x: usize, y: usize, z: usize, n: i32,
    weight: v128, q: v128, r: v128, s: v128,
  ): void {
    const from = loadUpTo4(a, n);
    storeUpTo4(x, f32x4.add(from, f32x4.mul(f32x4.sub(loadUpTo4(b, n), from), weight)), n);
  }
}
