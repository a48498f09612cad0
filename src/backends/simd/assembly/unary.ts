/** Passes over one array: y = f(x), in one task or, where the array is large, in tasks of fixed size. */
import { UnaryOp } from "./op_codes";
import { loadPart, storePart } from "./parts";
import { ARGUMENTS, parallelFor } from "./pool";
import * as f from "./unary_ops";
import * as g from "./unary_math_ops";

/** Elements to a task: some 10 µs of the cheapest pass. */
export const CHUNK: i32 = 16_384;
/** Elements from which a pass is split. */
export const SPLIT: i32 = 65_536;

/** Ops that take some nanosecond an element, ten times as long as the cheapest; a bit for each. */
const SLOW: u32 = (1 << UnaryOp.Cos) | (1 << UnaryOp.Elu) | (1 << UnaryOp.Exp) | (1 << UnaryOp.Expm1) |
  (1 << UnaryOp.Log) | (1 << UnaryOp.Log1p) | (1 << UnaryOp.Selu) | (1 << UnaryOp.Sigmoid) |
  (1 << UnaryOp.Sin) | (1 << UnaryOp.Softplus) | (1 << UnaryOp.Tanh);
/** How many times smaller their tasks are. */
const SLOW_SHIFT: i32 = 2;

@unmanaged
class UnaryArgs {
  op: i32;
  x: usize;
  y: usize;
  n: i32;
  p: f32;
  q: f32;
  chunk: i32;
}

/** Writes y. `p` and `q` are the op's settings, such as a slope. */
export function unary(op: i32, x: usize, y: usize, n: i32, p: f32, q: f32): void {
  const shift = op < 32 && ((SLOW >> op) & 1) !== 0 ? SLOW_SHIFT : 0;
  if (n < SPLIT >> shift) {
    pass(op, x, y, n, p, q);
    return;
  }
  const args = changetype<UnaryArgs>(ARGUMENTS);
  args.op = op;
  args.x = x;
  args.y = y;
  args.n = n;
  args.p = p;
  args.q = q;
  args.chunk = CHUNK >> shift;
  parallelFor(unaryTask.index, ARGUMENTS, (n + args.chunk - 1) / args.chunk);
}

function unaryTask(address: usize, index: i32): void {
  const args = changetype<UnaryArgs>(address);
  const start = index * args.chunk;
  const op = args.op;
  const x = args.x + ((<usize>start) << (op >= UnaryOp.BoolToFloat ? 0 : 2));
  const toBytes = (op >= UnaryOp.FloatToBool && op <= UnaryOp.IsNan) || op === UnaryOp.LogicalNot;
  const y = args.y + ((<usize>start) << (toBytes ? 0 : 2));
  pass(op, x, y, min(args.chunk, args.n - start), args.p, args.q);
}

function pass(op: i32, x: usize, y: usize, n: i32, p: f32, q: f32): void {
  if (op >= UnaryOp.FloatToBool) return passBytes(op, x, y, n);
  if (op >= UnaryOp.IntAbs) return passInts(op, x, y, n, p, q);
  passFloats(op, x, y, n, f32x4.splat(p), f32x4.splat(q));
}

function passFloats(op: i32, x: usize, y: usize, n: i32, p: v128, q: v128): void {
  switch (op) {
    case UnaryOp.Abs: return map<f.Abs>(x, y, n, p, q);
    case UnaryOp.Ceil: return map<f.Ceil>(x, y, n, p, q);
    case UnaryOp.ClipByValue: return map<f.ClipByValue>(x, y, n, p, q);
    case UnaryOp.Cos: return map<g.Cos>(x, y, n, p, q);
    case UnaryOp.Elu: return map<g.Elu>(x, y, n, p, q);
    case UnaryOp.Exp: return map<g.Exp>(x, y, n, p, q);
    case UnaryOp.Expm1: return map<g.Expm1>(x, y, n, p, q);
    case UnaryOp.Floor: return map<f.Floor>(x, y, n, p, q);
    case UnaryOp.LeakyRelu: return map<f.LeakyRelu>(x, y, n, p, q);
    case UnaryOp.Log: return map<g.Log>(x, y, n, p, q);
    case UnaryOp.Log1p: return map<g.Log1p>(x, y, n, p, q);
    case UnaryOp.Neg: return map<f.Neg>(x, y, n, p, q);
    case UnaryOp.Reciprocal: return map<f.Reciprocal>(x, y, n, p, q);
    case UnaryOp.Relu: return map<f.Relu>(x, y, n, p, q);
    case UnaryOp.Relu6: return map<f.Relu6>(x, y, n, p, q);
    case UnaryOp.Round: return map<f.Round>(x, y, n, p, q);
    case UnaryOp.Rsqrt: return map<f.Rsqrt>(x, y, n, p, q);
    case UnaryOp.Selu: return map<g.Selu>(x, y, n, p, q);
    case UnaryOp.Sigmoid: return map<g.Sigmoid>(x, y, n, p, q);
    case UnaryOp.Sign: return map<f.Sign>(x, y, n, p, q);
    case UnaryOp.Sin: return map<g.Sin>(x, y, n, p, q);
    case UnaryOp.Softplus: return map<g.Softplus>(x, y, n, p, q);
    case UnaryOp.Sqrt: return map<f.Sqrt>(x, y, n, p, q);
    case UnaryOp.Square: return map<f.Square>(x, y, n, p, q);
    case UnaryOp.Step: return map<f.Step>(x, y, n, p, q);
    case UnaryOp.Tanh: return map<g.Tanh>(x, y, n, p, q);
  }
}

/** Settings of ops on int32 are whole numbers. */
function passInts(op: i32, x: usize, y: usize, n: i32, p: f32, q: f32): void {
  const a = i32x4.splat(<i32>p), b = i32x4.splat(<i32>q);
  switch (op) {
    case UnaryOp.IntAbs: return map<f.IntAbs>(x, y, n, a, b);
    case UnaryOp.IntClipByValue: return map<f.IntClipByValue>(x, y, n, a, b);
    case UnaryOp.IntNeg: return map<f.IntNeg>(x, y, n, a, b);
    case UnaryOp.IntRelu: return map<f.IntRelu>(x, y, n, a, b);
    case UnaryOp.IntRelu6: return map<f.IntRelu6>(x, y, n, a, b);
    case UnaryOp.IntSign: return map<f.IntSign>(x, y, n, a, b);
    case UnaryOp.IntSquare: return map<f.IntSquare>(x, y, n, a, b);
    case UnaryOp.IntStep: return map<f.IntStep>(x, y, n, a, b);
    case UnaryOp.FloatToInt: return map<f.FloatToInt>(x, y, n, a, b);
    case UnaryOp.IntToFloat: return map<f.IntToFloat>(x, y, n, a, b);
  }
}

function passBytes(op: i32, x: usize, y: usize, n: i32): void {
  switch (op) {
    case UnaryOp.FloatToBool: return test<f.FloatToBool>(x, y, n);
    case UnaryOp.IntToBool: return test<f.IntToBool>(x, y, n);
    case UnaryOp.IsFinite: return test<f.IsFinite>(x, y, n);
    case UnaryOp.IsInf: return test<f.IsInf>(x, y, n);
    case UnaryOp.IsNan: return test<f.IsNan>(x, y, n);
    case UnaryOp.BoolToFloat: return widen<f.BoolToFloat>(x, y, n);
    case UnaryOp.BoolToInt: return widen<f.BoolToInt>(x, y, n);
    case UnaryOp.LogicalNot: return logicalNot(x, y, n);
  }
}

/** Four bytes to four bytes. */
function map<Op>(x: usize, y: usize, n: i32, p: v128, q: v128): void {
  const op = changetype<Op>(0);
  for (const end = x + ((<usize>n >> 4) << 6); x < end; x += 64, y += 64) {
    v128.store(y, op.of(v128.load(x), p, q));
    v128.store(y, op.of(v128.load(x, 16), p, q), 16);
    v128.store(y, op.of(v128.load(x, 32), p, q), 32);
    v128.store(y, op.of(v128.load(x, 48), p, q), 48);
  }
  for (const end = x + ((<usize>(n & 12)) << 2); x < end; x += 16, y += 16) {
    v128.store(y, op.of(v128.load(x), p, q));
  }
  const rest = n & 3;
  if (rest !== 0) storePart(y, op.of(loadPart(x, rest), p, q), rest);
}

/** Four bytes to a truth value. */
function test<Op>(x: usize, y: usize, n: i32): void {
  const op = changetype<Op>(0);
  for (const end = x + ((<usize>n >> 4) << 6); x < end; x += 64, y += 16) {
    const low = i16x8.narrow_i32x4_s(op.of(v128.load(x)), op.of(v128.load(x, 16)));
    const high = i16x8.narrow_i32x4_s(op.of(v128.load(x, 32)), op.of(v128.load(x, 48)));
    v128.store(y, v128.and(i8x16.narrow_i16x8_s(low, high), i8x16.splat(1)));
  }
  for (const end = y + (n & 15); y < end; x += 4, y++) {
    store<u8>(y, <u8>(i32x4.extract_lane(op.of(v128.load32_zero(x)), 0) & 1));
  }
}

/** A truth value to four bytes. */
function widen<Op>(x: usize, y: usize, n: i32): void {
  const op = changetype<Op>(0);
  for (const end = x + (<usize>n & ~7); x < end; x += 8, y += 32) {
    const eight = v128.load8x8_u(x);
    v128.store(y, op.of(i32x4.extend_low_i16x8_u(eight)));
    v128.store(y, op.of(i32x4.extend_high_i16x8_u(eight)), 16);
  }
  for (const end = x + (n & 7); x < end; x++, y += 4) {
    v128.store32_lane(y, op.of(i32x4.splat(load<u8>(x))), 0);
  }
}

function logicalNot(x: usize, y: usize, n: i32): void {
  for (const end = x + (<usize>n & ~15); x < end; x += 16, y += 16) {
    v128.store(y, v128.and(i8x16.eq(v128.load(x), i8x16.splat(0)), i8x16.splat(1)));
  }
  for (const end = x + (n & 15); x < end; x++, y++) store<u8>(y, <u8>(load<u8>(x) === 0));
}
