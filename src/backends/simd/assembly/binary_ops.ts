/** What ops of two operands do to four elements. */
import { toInt32 } from "./unary_ops";

@unmanaged export class Add {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return f32x4.add(a, b);
  }
}

/** NaN where either is, −0 below 0. */
@unmanaged export class Maximum {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return f32x4.max(a, b);
  }
}

@unmanaged export class Minimum {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return f32x4.min(a, b);
  }
}

@unmanaged export class Multiply {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return f32x4.mul(a, b);
  }
}

/** b is the slope below 0. */
@unmanaged export class Prelu {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return v128.bitselect(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0.0)));
  }
}

@unmanaged export class RealDiv {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return f32x4.div(a, b);
  }
}

@unmanaged export class SquaredDifference {
  @inline of(a: v128, b: v128, p: v128): v128 {
    const difference = f32x4.sub(a, b);
    return f32x4.mul(difference, difference);
  }
}

@unmanaged export class Sub {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return f32x4.sub(a, b);
  }
}

/** To int32, as the stock kernel has it. The quotient in double precision: rounded, it could reach the next number. */
@unmanaged export class FloorDiv {
  @inline of(a: v128, b: v128, p: v128): v128 {
    let y = i32x4.splat(floorDiv(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
    y = i32x4.replace_lane(y, 1, floorDiv(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
    y = i32x4.replace_lane(y, 2, floorDiv(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
    return i32x4.replace_lane(y, 3, floorDiv(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  }
}

function floorDiv(a: f64, b: f64): i32 {
  return toInt32(Math.floor(a / b));
}

/** Of b's sign. */
@unmanaged export class Mod {
  @inline of(a: v128, b: v128, p: v128): v128 {
    let y = f32x4.splat(mod(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
    y = f32x4.replace_lane(y, 1, mod(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
    y = f32x4.replace_lane(y, 2, mod(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
    return f32x4.replace_lane(y, 3, mod(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  }
}

function mod(a: f64, b: f64): f32 {
  const rest = a % b;
  if ((a < 0 && b < 0) || (a >= 0 && b >= 0)) return <f32>rest;
  return <f32>((rest + b) % b);
}

@unmanaged export class Pow {
  @inline of(a: v128, b: v128, p: v128): v128 {
    let y = f32x4.splat(Mathf.pow(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
    y = f32x4.replace_lane(y, 1, Mathf.pow(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
    y = f32x4.replace_lane(y, 2, Mathf.pow(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
    return f32x4.replace_lane(y, 3, Mathf.pow(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  }
}

@unmanaged export class IntAdd {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return i32x4.add(a, b);
  }
}

@unmanaged export class IntFloorDiv {
  @inline of(a: v128, b: v128, p: v128): v128 {
    let y = i32x4.splat(floorDiv(i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)));
    y = i32x4.replace_lane(y, 1, floorDiv(i32x4.extract_lane(a, 1), i32x4.extract_lane(b, 1)));
    y = i32x4.replace_lane(y, 2, floorDiv(i32x4.extract_lane(a, 2), i32x4.extract_lane(b, 2)));
    return i32x4.replace_lane(y, 3, floorDiv(i32x4.extract_lane(a, 3), i32x4.extract_lane(b, 3)));
  }
}

@unmanaged export class IntMaximum {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return i32x4.max_s(a, b);
  }
}

@unmanaged export class IntMinimum {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return i32x4.min_s(a, b);
  }
}

@unmanaged export class IntMod {
  @inline of(a: v128, b: v128, p: v128): v128 {
    let y = i32x4.splat(intMod(i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)));
    y = i32x4.replace_lane(y, 1, intMod(i32x4.extract_lane(a, 1), i32x4.extract_lane(b, 1)));
    y = i32x4.replace_lane(y, 2, intMod(i32x4.extract_lane(a, 2), i32x4.extract_lane(b, 2)));
    return i32x4.replace_lane(y, 3, intMod(i32x4.extract_lane(a, 3), i32x4.extract_lane(b, 3)));
  }
}

/** By 0 it is NaN, which int32 takes as 0. */
function intMod(a: i64, b: i64): i32 {
  if (b === 0) return 0;
  const rest = a % b;
  return <i32>((a < 0) === (b < 0) ? rest : (rest + b) % b);
}

/** Modulo 2³². Beyond 2⁵³ the stock kernel rounds the product first. */
@unmanaged export class IntMultiply {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return i32x4.mul(a, b);
  }
}

@unmanaged export class IntSquaredDifference {
  @inline of(a: v128, b: v128, p: v128): v128 {
    const difference = i32x4.sub(a, b);
    return i32x4.mul(difference, difference);
  }
}

@unmanaged export class IntSub {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return i32x4.sub(a, b);
  }
}

@unmanaged export class Equal {
  @inline of(a: v128, b: v128): v128 {
    return f32x4.eq(a, b);
  }
}

@unmanaged export class Greater {
  @inline of(a: v128, b: v128): v128 {
    return f32x4.gt(a, b);
  }
}

@unmanaged export class GreaterEqual {
  @inline of(a: v128, b: v128): v128 {
    return f32x4.ge(a, b);
  }
}

@unmanaged export class NotEqual {
  @inline of(a: v128, b: v128): v128 {
    return f32x4.ne(a, b);
  }
}

@unmanaged export class IntEqual {
  @inline of(a: v128, b: v128): v128 {
    return i32x4.eq(a, b);
  }
}

@unmanaged export class IntGreater {
  @inline of(a: v128, b: v128): v128 {
    return i32x4.gt_s(a, b);
  }
}

@unmanaged export class IntGreaterEqual {
  @inline of(a: v128, b: v128): v128 {
    return i32x4.ge_s(a, b);
  }
}

@unmanaged export class IntNotEqual {
  @inline of(a: v128, b: v128): v128 {
    return i32x4.ne(a, b);
  }
}

@unmanaged export class BoolEqual {
  @inline of(a: v128, b: v128): v128 {
    return v128.and(i8x16.eq(a, b), i8x16.splat(1));
  }
}

@unmanaged export class BoolNotEqual {
  @inline of(a: v128, b: v128): v128 {
    return v128.and(i8x16.ne(a, b), i8x16.splat(1));
  }
}

/** b where a is true. */
@unmanaged export class LogicalAnd {
  @inline of(a: v128, b: v128): v128 {
    return v128.and(b, i8x16.ne(a, i8x16.splat(0)));
  }
}

/** a where it is true, else b. */
@unmanaged export class LogicalOr {
  @inline of(a: v128, b: v128): v128 {
    return v128.bitselect(b, a, i8x16.eq(a, i8x16.splat(0)));
  }
}
