/**
 * Random numbers as functions of a key and an index: Philox4x32-10, four counters at a time. Salmon et al.
 * (2011), https://doi.org/10.1145/2063384.2063405, §3.3. Normal ones by Box and Muller.
 */
import { copyBytes } from "./bytes";
import { ARGUMENTS, parallelFor, threadScratch } from "./pool";
import { cosPolynomial, sinPolynomial } from "./trigonometry";
import { logOfNormal, one } from "./vector_math";

/** Multipliers of the two halves, and what the key grows by each round. */
const WORDS = memory.data<u32>([0xd2511f53, 0xcd9e8d57, 0x9e3779b9, 0xbb67ae85], 16);
/** 2⁻²⁴, −2, 4, 1.5·2²³ (which rounds what is added to it), π/2. */
const NUMBERS = memory.data<f32>([5.9604644775390625e-8, -2.0, 4.0, 12582912.0, 1.57079632679489662], 16);

const ROUNDS: i32 = 10;
/** Numbers of a task: some twenty microseconds' worth. Of a group: four counters' words. */
const TASK: i32 = 8192, GROUP: i32 = 16;

@unmanaged
class Draw {
  target: usize;
  count: i32;
  key0: i32;
  key1: i32;
  normal: bool;
}

/** Numbers 0 … count − 1 of a key's stream: uniform in [0, 1), or from N(0, 1). */
export function random(target: usize, count: i32, key0: i32, key1: i32, normal: bool): void {
  const draw = changetype<Draw>(ARGUMENTS);
  draw.target = target;
  draw.count = count;
  draw.key0 = key0;
  draw.key1 = key1;
  draw.normal = normal;
  parallelFor(drawTask.index, ARGUMENTS, (count + TASK - 1) / TASK);
}

function drawTask(args: usize, index: i32): void {
  const draw = changetype<Draw>(args);
  const first = index * TASK;
  const count = min(TASK, draw.count - first);
  const whole = count & -GROUP;
  const target = draw.target + (<usize>first << 2);
  fill(draw, target, first, whole);
  if (whole < count) {
    fill(draw, threadScratch(), first + whole, GROUP);
    copyBytes(target + (<usize>whole << 2), threadScratch(), (count - whole) << 2);
  }
}

/** Numbers from `first` on, whole groups of them. */
function fill(draw: Draw, target: usize, first: i32, count: i32): void {
  const normal = draw.normal;
  const zero = i32x4.splat(0);
  for (let i = 0; i < count; i += GROUP) {
    const counter = i32x4.add(i32x4.splat((first + i) >> 2), i32x4(0, 1, 2, 3));
    const at = target + (<usize>i << 2);
    philox(counter, zero, zero, zero, draw.key0, draw.key1, at);
    if (normal) makeNormal(at);
    else makeUniform(at);
    interleave(at);
  }
}

/** Writes word 0 of four counters, then word 1 of them, and so on. */
function philox(c0: v128, c1: v128, c2: v128, c3: v128, word0: i32, word1: i32, target: usize): void {
  let key0 = i32x4.splat(word0), key1 = i32x4.splat(word1);
  const multiplier0 = v128.load32_splat(WORDS, 0), multiplier1 = v128.load32_splat(WORDS, 4);
  const weyl0 = v128.load32_splat(WORDS, 8), weyl1 = v128.load32_splat(WORDS, 12);
  for (let round = 0; round < ROUNDS; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(c0, multiplier0), high0 = i64x2.extmul_high_i32x4_u(c0, multiplier0);
    const low1 = i64x2.extmul_low_i32x4_u(c2, multiplier1), high1 = i64x2.extmul_high_i32x4_u(c2, multiplier1);
    c0 = v128.xor(v128.xor(v128.shuffle<i32>(low1, high1, 1, 3, 5, 7), c1), key0);
    c1 = v128.shuffle<i32>(low1, high1, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(v128.shuffle<i32>(low0, high0, 1, 3, 5, 7), c3), key1);
    c3 = v128.shuffle<i32>(low0, high0, 0, 2, 4, 6);
    key0 = i32x4.add(key0, weyl0);
    key1 = i32x4.add(key1, weyl1);
  }
  v128.store(target, c0);
  v128.store(target, c1, 16);
  v128.store(target, c2, 32);
  v128.store(target, c3, 48);
}

/** The upper 24 bits of words as fractions. */
// @ts-ignore: decorator
@inline
function fraction(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(words, 8)), v128.load32_splat(NUMBERS, 0));
}

function makeUniform(at: usize): void {
  for (let i: usize = 0; i < 64; i += 16) v128.store(at + i, fraction(v128.load(at + i)));
}

/** √(−2·ln(1 − u₀)) times cos 2πu₁ and sin 2πu₁, of each pair of words. */
function makeNormal(at: usize): void {
  for (let i: usize = 0; i < 64; i += 32) {
    const first = fraction(v128.load(at + i)), second = fraction(v128.load(at + i, 16));
    const log = logOfNormal(f32x4.sub(one(), first));
    const radius = f32x4.sqrt(f32x4.mul(log, v128.load32_splat(NUMBERS, 4)));
    // Quarter turns, and what remains of them, exactly: |r| ≤ π/4.
    const quarters = f32x4.mul(second, v128.load32_splat(NUMBERS, 8));
    const rounded = f32x4.add(quarters, v128.load32_splat(NUMBERS, 12));
    const rest = f32x4.sub(quarters, f32x4.sub(rounded, v128.load32_splat(NUMBERS, 12)));
    const r = f32x4.mul(rest, v128.load32_splat(NUMBERS, 16));
    const cosine = cosPolynomial(r), sine = sinPolynomial(r);
    // Of 0, 1, 2, 3 quarter turns the cosine is cos, −sin, −cos, sin of the rest; the sine is sin, cos, …
    const odd = i32x4.shr_s(i32x4.shl(rounded, 31), 31);
    const x = v128.bitselect(sine, cosine, odd), y = v128.bitselect(cosine, sine, odd);
    const below = i32x4.shl(i32x4.shr_u(rounded, 1), 31); // the sine's sign: half turns
    const left = i32x4.shl(v128.xor(rounded, i32x4.shr_u(rounded, 1)), 31); // the cosine's: quarters 1, 2
    v128.store(at + i, f32x4.mul(radius, v128.xor(x, left)));
    v128.store(at + i, f32x4.mul(radius, v128.xor(y, below)), 16);
  }
}

/** From words of one number to words of one counter after the other: a 4×4 transpose in place. */
function interleave(at: usize): void {
  const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<i32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(at, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(at, v128.shuffle<i64>(ab, cd, 1, 3), 16);
  v128.store(at, v128.shuffle<i64>(ef, gh, 0, 2), 32);
  v128.store(at, v128.shuffle<i64>(ef, gh, 1, 3), 48);
}

/** The four words of any counter, for comparing with those that are published: over the counter itself. */
export function philoxBlock(counter: usize, key0: i32, key1: i32): void {
  const scratch = threadScratch();
  philox(
    v128.load32_splat(counter, 0),
    v128.load32_splat(counter, 4),
    v128.load32_splat(counter, 8),
    v128.load32_splat(counter, 12),
    key0,
    key1,
    scratch,
  );
  interleave(scratch);
  copyBytes(counter, scratch, 16);
}
