/** One row of an op of two operands: both arrays, or one a number that stands for all columns. */
import * as g from "./activation_gradients";
import * as f from "./binary_ops";
import { BinaryOp } from "./op_codes";
import { loadPart, storePart } from "./parts";

/** Which operand is one number. */
export enum Mode {
  BothMove,
  BStays,
  AStays,
}

/** Writes `n` elements of y. */
export function row(op: i32, mode: i32, a: usize, b: usize, y: usize, n: i32, p: f32): void {
  if (op >= BinaryOp.BoolEqual) return rowOfBools(op, mode, a, b, y, n);
  if (op >= BinaryOp.Equal) return rowOfTests(op, mode, a, b, y, n);
  if (op >= BinaryOp.IntAdd) return rowOfInts(op, mode, a, b, y, n);
  rowOfFloats(op, mode, a, b, y, n, f32x4.splat(p));
}

function rowOfFloats(op: i32, mode: i32, a: usize, b: usize, y: usize, n: i32, p: v128): void {
  switch (op) {
    case BinaryOp.Add: return map<f.Add>(mode, a, b, y, n, p);
    case BinaryOp.FloorDiv: return map<f.FloorDiv>(mode, a, b, y, n, p);
    case BinaryOp.Maximum: return map<f.Maximum>(mode, a, b, y, n, p);
    case BinaryOp.Minimum: return map<f.Minimum>(mode, a, b, y, n, p);
    case BinaryOp.Mod: return map<f.Mod>(mode, a, b, y, n, p);
    case BinaryOp.Multiply: return map<f.Multiply>(mode, a, b, y, n, p);
    case BinaryOp.Pow: return map<f.Pow>(mode, a, b, y, n, p);
    case BinaryOp.Prelu: return map<f.Prelu>(mode, a, b, y, n, p);
    case BinaryOp.RealDiv: return map<f.RealDiv>(mode, a, b, y, n, p);
    case BinaryOp.SquaredDifference: return map<f.SquaredDifference>(mode, a, b, y, n, p);
    case BinaryOp.Sub: return map<f.Sub>(mode, a, b, y, n, p);
    case BinaryOp.EluGradient: return map<g.EluGradient>(mode, a, b, y, n, p);
    case BinaryOp.LeakyReluGradient: return map<g.LeakyReluGradient>(mode, a, b, y, n, p);
    case BinaryOp.ReluGradient: return map<g.ReluGradient>(mode, a, b, y, n, p);
    case BinaryOp.Relu6Gradient: return map<g.Relu6Gradient>(mode, a, b, y, n, p);
    case BinaryOp.SigmoidGradient: return map<g.SigmoidGradient>(mode, a, b, y, n, p);
    case BinaryOp.SoftplusGradient: return map<g.SoftplusGradient>(mode, a, b, y, n, p);
    case BinaryOp.TanhGradient: return map<g.TanhGradient>(mode, a, b, y, n, p);
  }
}

function rowOfInts(op: i32, mode: i32, a: usize, b: usize, y: usize, n: i32): void {
  const p = i32x4.splat(0);
  switch (op) {
    case BinaryOp.IntAdd: return map<f.IntAdd>(mode, a, b, y, n, p);
    case BinaryOp.IntFloorDiv: return map<f.IntFloorDiv>(mode, a, b, y, n, p);
    case BinaryOp.IntMaximum: return map<f.IntMaximum>(mode, a, b, y, n, p);
    case BinaryOp.IntMinimum: return map<f.IntMinimum>(mode, a, b, y, n, p);
    case BinaryOp.IntMod: return map<f.IntMod>(mode, a, b, y, n, p);
    case BinaryOp.IntMultiply: return map<f.IntMultiply>(mode, a, b, y, n, p);
    case BinaryOp.IntSquaredDifference: return map<f.IntSquaredDifference>(mode, a, b, y, n, p);
    case BinaryOp.IntSub: return map<f.IntSub>(mode, a, b, y, n, p);
  }
}

function rowOfTests(op: i32, mode: i32, a: usize, b: usize, y: usize, n: i32): void {
  switch (op) {
    case BinaryOp.Equal: return test<f.Equal>(mode, a, b, y, n);
    case BinaryOp.Greater: return test<f.Greater>(mode, a, b, y, n);
    case BinaryOp.GreaterEqual: return test<f.GreaterEqual>(mode, a, b, y, n);
    case BinaryOp.NotEqual: return test<f.NotEqual>(mode, a, b, y, n);
    case BinaryOp.IntEqual: return test<f.IntEqual>(mode, a, b, y, n);
    case BinaryOp.IntGreater: return test<f.IntGreater>(mode, a, b, y, n);
    case BinaryOp.IntGreaterEqual: return test<f.IntGreaterEqual>(mode, a, b, y, n);
    case BinaryOp.IntNotEqual: return test<f.IntNotEqual>(mode, a, b, y, n);
  }
}

function rowOfBools(op: i32, mode: i32, a: usize, b: usize, y: usize, n: i32): void {
  switch (op) {
    case BinaryOp.BoolEqual: return mapBytes<f.BoolEqual>(mode, a, b, y, n);
    case BinaryOp.BoolNotEqual: return mapBytes<f.BoolNotEqual>(mode, a, b, y, n);
    case BinaryOp.LogicalAnd: return mapBytes<f.LogicalAnd>(mode, a, b, y, n);
    case BinaryOp.LogicalOr: return mapBytes<f.LogicalOr>(mode, a, b, y, n);
  }
}

/** An operand that is an array. */
@unmanaged
class Moves {
  @inline at(address: usize, number: v128): v128 {
    return v128.load(address);
  }
  @inline at16(address: usize, number: v128): v128 {
    return v128.load(address, 16);
  }
  @inline at32(address: usize, number: v128): v128 {
    return v128.load(address, 32);
  }
  @inline at48(address: usize, number: v128): v128 {
    return v128.load(address, 48);
  }
  @inline part(address: usize, count: i32, number: v128): v128 {
    return loadPart(address, count);
  }
  @inline step(bytes: usize): usize {
    return bytes;
  }
}

/** An operand that is one number. */
@unmanaged
class Stays {
  @inline at(address: usize, number: v128): v128 {
    return number;
  }
  @inline at16(address: usize, number: v128): v128 {
    return number;
  }
  @inline at32(address: usize, number: v128): v128 {
    return number;
  }
  @inline at48(address: usize, number: v128): v128 {
    return number;
  }
  @inline part(address: usize, count: i32, number: v128): v128 {
    return number;
  }
  @inline step(bytes: usize): usize {
    return 0;
  }
}

// @ts-ignore: decorator
@inline
function map<Op>(mode: i32, a: usize, b: usize, y: usize, n: i32, p: v128): void {
  if (mode === Mode.BStays) return mapWords<Op, Moves, Stays>(a, b, y, n, p);
  if (mode === Mode.AStays) return mapWords<Op, Stays, Moves>(a, b, y, n, p);
  mapWords<Op, Moves, Moves>(a, b, y, n, p);
}

// @ts-ignore: decorator
@inline
function test<Op>(mode: i32, a: usize, b: usize, y: usize, n: i32): void {
  if (mode === Mode.BStays) return mapToBytes<Op, Moves, Stays>(a, b, y, n);
  if (mode === Mode.AStays) return mapToBytes<Op, Stays, Moves>(a, b, y, n);
  mapToBytes<Op, Moves, Moves>(a, b, y, n);
}

// @ts-ignore: decorator
@inline
function mapBytes<Op>(mode: i32, a: usize, b: usize, y: usize, n: i32): void {
  const op = changetype<Op>(0);
  const aStays = mode === Mode.AStays, bStays = mode === Mode.BStays;
  const sa = v128.load8_splat(a), sb = v128.load8_splat(b);
  const aStep: usize = aStays ? 0 : 1, bStep: usize = bStays ? 0 : 1;
  for (const end = y + (n & ~15); y < end; a += 16 * aStep, b += 16 * bStep, y += 16) {
    v128.store(y, op.of(aStays ? sa : v128.load(a), bStays ? sb : v128.load(b)));
  }
  for (const end = y + (n & 15); y < end; a += aStep, b += bStep, y++) {
    v128.store8_lane(y, op.of(v128.load8_splat(a), v128.load8_splat(b)), 0);
  }
}

/** Four bytes to four bytes. */
function mapWords<Op, A, B>(a: usize, b: usize, y: usize, n: i32, p: v128): void {
  const op = changetype<Op>(0), first = changetype<A>(0), second = changetype<B>(0);
  const s = v128.load32_splat(a), t = v128.load32_splat(b);
  for (const end = y + ((<usize>n >> 4) << 6); y < end; y += 64) {
    v128.store(y, op.of(first.at(a, s), second.at(b, t), p));
    v128.store(y, op.of(first.at16(a, s), second.at16(b, t), p), 16);
    v128.store(y, op.of(first.at32(a, s), second.at32(b, t), p), 32);
    v128.store(y, op.of(first.at48(a, s), second.at48(b, t), p), 48);
    a += first.step(64);
    b += second.step(64);
  }
  for (const end = y + ((<usize>(n & 12)) << 2); y < end; y += 16) {
    v128.store(y, op.of(first.at(a, s), second.at(b, t), p));
    a += first.step(16);
    b += second.step(16);
  }
  const rest = n & 3;
  if (rest !== 0) storePart(y, op.of(first.part(a, rest, s), second.part(b, rest, t), p), rest);
}

/** Four bytes to a truth value. */
function mapToBytes<Op, A, B>(a: usize, b: usize, y: usize, n: i32): void {
  const op = changetype<Op>(0), first = changetype<A>(0), second = changetype<B>(0);
  const s = v128.load32_splat(a), t = v128.load32_splat(b);
  for (const end = y + (n & ~15); y < end; y += 16) {
    const low = i16x8.narrow_i32x4_s(
      op.of(first.at(a, s), second.at(b, t)),
      op.of(first.at16(a, s), second.at16(b, t)),
    );
    const high = i16x8.narrow_i32x4_s(
      op.of(first.at32(a, s), second.at32(b, t)),
      op.of(first.at48(a, s), second.at48(b, t)),
    );
    v128.store(y, v128.and(i8x16.narrow_i16x8_s(low, high), i8x16.splat(1)));
    a += first.step(64);
    b += second.step(64);
  }
  for (const end = y + (n & 15); y < end; y++) {
    store<u8>(y, <u8>(i32x4.extract_lane(op.of(v128.load32_splat(a), v128.load32_splat(b)), 0) & 1));
    a += first.step(4);
    b += second.step(4);
  }
}
