/**
 * What reductions do with two numbers. Each kind is a class whose methods need no object: loops are
 * generic over it, and `changetype<Kind>(0)` calls its methods. (A number passed down to inlined
 * functions would not do: the compiler merges such loops and chooses within them.)
 *
 * Single numbers are float64, which every float32 and int32 is. `shift` and `outShift` are logarithms of
 * the bytes of what is reduced and of what comes out; `vectors` tells whether a kind joins vectors too.
 */

// As kernels/reduce.ts numbers them. Kinds below `SCALAR_KINDS` have vectors.
export const SUM_FLOATS: i32 = 0;
export const MAX_FLOATS: i32 = 1;
export const MIN_FLOATS: i32 = 2;
export const SUM_INTEGERS: i32 = 3;
export const MAX_INTEGERS: i32 = 4;
export const MIN_INTEGERS: i32 = 5;
export const SCALAR_KINDS: i32 = 6;
export const PRODUCT: i32 = 6;
export const COUNT: i32 = 7;
export const ANY: i32 = 8;

@unmanaged
class Floats {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get shift(): usize {
    return 2;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  get outShift(): usize {
    return 2;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  read(address: usize): f64 {
    return <f64>load<f32>(address);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  write(address: usize, value: f64): void {
    store<f32>(address, <f32>value);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  lane(v: v128): f64 {
    return <f64>f32x4.extract_lane(v, 0);
  }
}

@unmanaged
class FloatVectors extends Floats {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get vectors(): bool {
    return true;
  }
}

@unmanaged
export class SumFloats extends FloatVectors {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  join(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  one(a: f64, b: f64): f64 {
    return a + b;
  }
}

/** NaN wins over every number, as in the stock kernels. */
@unmanaged
export class MaxFloats extends FloatVectors {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  join(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  one(a: f64, b: f64): f64 {
    return max<f64>(a, b);
  }
}

@unmanaged
export class MinFloats extends FloatVectors {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  join(a: v128, b: v128): v128 {
    return f32x4.min(a, b);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  one(a: f64, b: f64): f64 {
    return min<f64>(a, b);
  }
}

@unmanaged
export class Product extends Floats {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get vectors(): bool {
    return false;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  one(a: f64, b: f64): f64 {
    return a * b;
  }
}

/** Sums wrap around at 32 bits. */
@unmanaged
class Integers {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get shift(): usize {
    return 2;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  get outShift(): usize {
    return 2;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  get vectors(): bool {
    return true;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  read(address: usize): f64 {
    return <f64>load<i32>(address);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  write(address: usize, value: f64): void {
    store<i32>(address, <i32>(<i64>value));
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  lane(v: v128): f64 {
    return <f64>i32x4.extract_lane(v, 0);
  }
}

@unmanaged
export class SumIntegers extends Integers {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  join(a: v128, b: v128): v128 {
    return i32x4.add(a, b);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  one(a: f64, b: f64): f64 {
    return a + b;
  }
}

@unmanaged
export class MaxIntegers extends Integers {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  join(a: v128, b: v128): v128 {
    return i32x4.max_s(a, b);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  one(a: f64, b: f64): f64 {
    return max<f64>(a, b);
  }
}

@unmanaged
export class MinIntegers extends Integers {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  join(a: v128, b: v128): v128 {
    return i32x4.min_s(a, b);
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  one(a: f64, b: f64): f64 {
    return min<f64>(a, b);
  }
}

/** One byte each. */
@unmanaged
class Bools {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get shift(): usize {
    return 0;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  get vectors(): bool {
    return false;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  read(address: usize): f64 {
    return load<u8>(address) !== 0 ? 1 : 0;
  }
}

/** How many are true, as int32. */
@unmanaged
export class Count extends Bools {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get outShift(): usize {
    return 2;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  one(a: f64, b: f64): f64 {
    return a + b;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  write(address: usize, value: f64): void {
    store<i32>(address, <i32>value);
  }
}

@unmanaged
class Truth extends Bools {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  get outShift(): usize {
    return 0;
  }

  // @ts-ignore: decorator of AssemblyScript
  @inline
  write(address: usize, value: f64): void {
    store<u8>(address, <u8>value);
  }
}

@unmanaged
export class Any extends Truth {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  one(a: f64, b: f64): f64 {
    return a + b > 0 ? 1 : 0;
  }
}

@unmanaged
export class All extends Truth {
  // @ts-ignore: decorator of AssemblyScript
  @inline
  one(a: f64, b: f64): f64 {
    return a * b;
  }
}

/** A vector's four numbers as one. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function joinLanes<Kind>(v: v128): f64 {
  const kind = changetype<Kind>(0);
  const pairs = kind.join(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return kind.lane(kind.join(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2)));
}
