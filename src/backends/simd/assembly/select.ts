/** y = condition ? a : b, of elements of four bytes or, for bool, of one. */
import { ARGUMENTS, parallelFor } from "./pool";
import { CHUNK, SPLIT } from "./unary";

@unmanaged
class SelectArgs {
  condition: usize;
  a: usize;
  b: usize;
  y: usize;
  n: i32;
}

export function select4(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  if (n < SPLIT) {
    selectPart(condition, a, b, y, n);
    return;
  }
  const args = changetype<SelectArgs>(ARGUMENTS);
  args.condition = condition;
  args.a = a;
  args.b = b;
  args.y = y;
  args.n = n;
  parallelFor(selectTask.index, ARGUMENTS, (n + CHUNK - 1) / CHUNK);
}

function selectTask(address: usize, index: i32): void {
  const args = changetype<SelectArgs>(address);
  const start = index * CHUNK, skip = (<usize>start) << 2;
  selectPart(args.condition + start, args.a + skip, args.b + skip, args.y + skip, min(CHUNK, args.n - start));
}

function selectPart(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  for (const end = condition + (n & ~7); condition < end; condition += 8, a += 32, b += 32, y += 32) {
    const chosen = i16x8.eq(v128.load8x8_u(condition), i16x8.splat(1));
    const low = v128.bitselect(v128.load(a), v128.load(b), i32x4.extend_low_i16x8_s(chosen));
    const high = v128.bitselect(v128.load(a, 16), v128.load(b, 16), i32x4.extend_high_i16x8_s(chosen));
    v128.store(y, low);
    v128.store(y, high, 16);
  }
  for (const end = condition + (n & 7); condition < end; condition++, a += 4, b += 4, y += 4) {
    store<u32>(y, load<u8>(condition) === 1 ? load<u32>(a) : load<u32>(b));
  }
}

/** For bool. */
export function select1(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  for (const end = condition + (n & ~15); condition < end; condition += 16, a += 16, b += 16, y += 16) {
    const chosen = i8x16.eq(v128.load(condition), i8x16.splat(1));
    v128.store(y, v128.bitselect(v128.load(a), v128.load(b), chosen));
  }
  for (const end = condition + (n & 15); condition < end; condition++, a++, b++, y++) {
    store<u8>(y, load<u8>(condition) === 1 ? load<u8>(a) : load<u8>(b));
  }
}
