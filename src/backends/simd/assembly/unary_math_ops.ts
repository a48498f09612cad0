/** What unary ops with transcendental functions do to four elements. */
import { canReduce, sinOfAny, sinShifted } from "./trigonometry";
import { exp, expm1, log, log1p, sigmoid, softplus, tanh } from "./vector_math";

@unmanaged export class Cos {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return canReduce(x) ? sinShifted(x, 1) : sinOfAny(x, 1);
  }
}

@unmanaged export class Elu {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return v128.bitselect(x, expm1(x), f32x4.ge(x, f32x4.splat(0.0)));
  }
}

@unmanaged export class Exp {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return exp(x);
  }
}

@unmanaged export class Expm1 {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return expm1(x);
  }
}

@unmanaged export class Log {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return log(x);
  }
}

@unmanaged export class Log1p {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return log1p(x);
  }
}

/** p·x above 0, q·(exp(x) − 1) below. */
@unmanaged export class Selu {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return v128.bitselect(f32x4.mul(x, p), f32x4.mul(expm1(x), q), f32x4.ge(x, f32x4.splat(0.0)));
  }
}

@unmanaged export class Sigmoid {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return sigmoid(x);
  }
}

@unmanaged export class Sin {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return canReduce(x) ? sinShifted(x, 0) : sinOfAny(x, 0);
  }
}

@unmanaged export class Softplus {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return softplus(x);
  }
}

@unmanaged export class Tanh {
  @inline of(x: v128, p: v128, q: v128): v128 {
    return tanh(x);
  }
}
