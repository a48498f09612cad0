/** What cheap unary ops do to four elements. `p` and `q` are settings of the op, in all lanes. */
import { infinity, magnitudeMask, one } from "./vector_math";

@unmanaged export class Abs {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.abs(x);
  }
}

@unmanaged export class Ceil {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.ceil(x);
  }
}

/** Between p and q; a NaN stays. */
@unmanaged export class ClipByValue {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return v128.bitselect(q, f32x4.pmax(x, p), f32x4.gt(x, q));
  }
}

@unmanaged export class Floor {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.floor(x);
  }
}

@unmanaged export class LeakyRelu {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return v128.bitselect(f32x4.mul(x, p), x, f32x4.lt(x, f32x4.splat(0.0)));
  }
}

@unmanaged export class Neg {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.neg(x);
  }
}

@unmanaged export class Reciprocal {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.div(one(), x);
  }
}

/** A NaN stays: the comparison within is false. Adding 0 makes 0 of −0. */
@unmanaged export class Relu {
  @inline of(x: v128, p: v128, q: v128): v128 {
    const zero = f32x4.splat(0.0);
    return f32x4.add(f32x4.pmax(x, zero), zero);
  }
}

/** p is 6. */
@unmanaged export class Relu6 {
  @inline of(x: v128, p: v128, q: v128): v128 {
    const zero = f32x4.splat(0.0);
    return f32x4.add(f32x4.pmin(f32x4.pmax(x, zero), p), zero);
  }
}

/** Halves to even. */
@unmanaged export class Round {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.nearest(x);
  }
}

@unmanaged export class Rsqrt {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.div(one(), f32x4.sqrt(x));
  }
}

/** 0 of NaN, as the stock kernel has it. */
@unmanaged export class Sign {
  @inline of(x: v128, p: v128, q: v128): v128 {
    const zero = f32x4.splat(0.0);
    return f32x4.sub(v128.and(f32x4.gt(x, zero), one()), v128.and(f32x4.lt(x, zero), one()));
  }
}

@unmanaged export class Sqrt {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.sqrt(x);
  }
}

@unmanaged export class Square {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.mul(x, x);
  }
}

/** p where x ≤ 0. */
@unmanaged export class Step {
  @inline of(x: v128, p: v128, q: v128): v128 {
    const step = v128.bitselect(one(), p, f32x4.gt(x, f32x4.splat(0.0)));
    return v128.bitselect(step, x, f32x4.eq(x, x));
  }
}

@unmanaged export class IntAbs {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return i32x4.abs(x);
  }
}

@unmanaged export class IntClipByValue {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return i32x4.min_s(i32x4.max_s(x, p), q);
  }
}

@unmanaged export class IntNeg {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return i32x4.neg(x);
  }
}

@unmanaged export class IntRelu {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return i32x4.max_s(x, i32x4.splat(0));
  }
}

@unmanaged export class IntRelu6 {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return i32x4.min_s(i32x4.max_s(x, i32x4.splat(0)), p);
  }
}

@unmanaged export class IntSign {
  @inline of(x: v128, p: v128, q: v128): v128 {
    const zero = i32x4.splat(0);
    return i32x4.sub(i32x4.lt_s(x, zero), i32x4.gt_s(x, zero)); // true is −1
  }
}

@unmanaged export class IntSquare {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return i32x4.mul(x, x);
  }
}

@unmanaged export class IntStep {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return v128.bitselect(i32x4.splat(1), p, i32x4.gt_s(x, i32x4.splat(0)));
  }
}

/** Towards 0; what int32 does not hold as JavaScript converts it, 0 of NaN and ±∞. */
@unmanaged export class FloatToInt {
  @inline of(x: v128, p: v128, q: v128): v128 {
    const y = i32x4.trunc_sat_f32x4_s(x);
    if (i32x4.all_true(f32x4.lt(f32x4.abs(x), f32x4.splat(2147483648.0)))) return y;
    return truncateLarge(x);
  }
}

function truncateLarge(x: v128): v128 {
  let y = i32x4.splat(toInt32(f32x4.extract_lane(x, 0)));
  y = i32x4.replace_lane(y, 1, toInt32(f32x4.extract_lane(x, 1)));
  y = i32x4.replace_lane(y, 2, toInt32(f32x4.extract_lane(x, 2)));
  return i32x4.replace_lane(y, 3, toInt32(f32x4.extract_lane(x, 3)));
}

/** As JavaScript's ToInt32: modulo 2³². A float of 2⁶⁰ or more is a multiple of that. */
export function toInt32(x: f64): i32 {
  return abs(x) < 1152921504606846976.0 ? <i32>(<i64>x) : 0;
}

@unmanaged export class IntToFloat {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return f32x4.convert_i32x4_s(x);
  }
}

/** A NaN is true. */
@unmanaged export class FloatToBool {
  @inline of(x: v128): v128 {
    return f32x4.ne(x, f32x4.splat(0.0));
  }
}

@unmanaged export class IntToBool {
  @inline of(x: v128): v128 {
    return i32x4.ne(x, i32x4.splat(0));
  }
}

@unmanaged export class IsFinite {
  @inline of(x: v128): v128 {
    return i32x4.lt_s(v128.and(x, magnitudeMask()), infinity());
  }
}

@unmanaged export class IsInf {
  @inline of(x: v128): v128 {
    return i32x4.eq(v128.and(x, magnitudeMask()), infinity());
  }
}

@unmanaged export class IsNan {
  @inline of(x: v128): v128 {
    return f32x4.ne(x, x);
  }
}

@unmanaged export class BoolToFloat {
  @inline of(x: v128): v128 {
    return f32x4.convert_i32x4_s(x);
  }
}

@unmanaged export class BoolToInt {
  @inline of(x: v128): v128 {
    return x;
  }
}
