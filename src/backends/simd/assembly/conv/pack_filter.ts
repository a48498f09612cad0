/** Packs the filter of an input's gradient: [taps, outputs] by [inputs], from inputs by outputs at each tap. */
import { Product } from "../gemm/blocks";
import { packColumnsB } from "../gemm/pack";
import { Walk } from "./walk";

/** As `Product.packB` wants it. */
export function packTapFilter(product: Product, k: i32, steps: i32, n: i32, columns: i32, to: usize): void {
  const walk = changetype<Walk>(product.source), channels = walk.channels, stride = product.strideB;
  for (let done = 0; done < steps;) {
    const tap = (k + done) / channels, channel = k + done - tap * channels;
    const i = tap / walk.tapsW, j = tap - i * walk.tapsW;
    const count = min(steps - done, channels - channel);
    const from = walk.filter + <usize> i * walk.tapBytesH + <usize> j * walk.tapBytesW + (<usize> channel << 2);
    for (let column = 0; column < columns; column += 8) {
      const panel = to + (<usize> column * <usize> steps << 2) + (<usize> done << 5);
      packColumnsB(from + <usize> (n + column) * stride, stride, min(8, columns - column), count, panel);
    }
    done += count;
  }
}
