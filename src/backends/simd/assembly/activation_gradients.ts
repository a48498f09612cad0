/** What the gradients of activations do to four elements: b is the gradient of the activation's output. */
import { madd } from "./fma";
import { one, sigmoid } from "./vector_math";

/** a is the output. */
@unmanaged export class EluGradient {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return v128.bitselect(b, madd(a, b, b), f32x4.ge(a, f32x4.splat(0.0)));
  }
}

/** p is the slope below 0. */
@unmanaged export class LeakyReluGradient {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return v128.bitselect(b, f32x4.mul(b, p), f32x4.gt(a, f32x4.splat(0.0)));
  }
}

@unmanaged export class ReluGradient {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return v128.and(b, f32x4.gt(a, f32x4.splat(0.0)));
  }
}

@unmanaged export class Relu6Gradient {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return v128.and(b, v128.and(f32x4.gt(a, f32x4.splat(0.0)), f32x4.le(a, f32x4.splat(6.0))));
  }
}

/** a is the output. */
@unmanaged export class SigmoidGradient {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return f32x4.mul(b, f32x4.mul(a, f32x4.sub(one(), a)));
  }
}

@unmanaged export class SoftplusGradient {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return f32x4.mul(b, sigmoid(a));
  }
}

/** a is the output. */
@unmanaged export class TanhGradient {
  @inline of(a: v128, b: v128, p: v128): v128 {
    return f32x4.mul(b, f32x4.sub(one(), f32x4.mul(a, a)));
  }
}
