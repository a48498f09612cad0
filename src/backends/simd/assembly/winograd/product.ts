/** Products of small matrices at one point. */
import { columns4, columns6 } from "./columns_tile";
import { rows4, rows6 } from "./rows_tile";

/**
 * C (+)= A·B at one point. `m` is even and at least 4, so that it falls into sixes and fours; `n` a multiple
 * of 8. A's rows are `strideA` bytes apart; with `transposed`, its columns are. Panels of B are `panelB`
 * bytes apart.
 */
export function pointProduct(
  m: i32, n: i32, k: i32, a: usize, strideA: usize, transposed: bool, b: usize, panelB: usize,
  c: usize, strideC: usize, accumulate: bool,
): void {
  // By way of the table, as the compiler would merge functions of one caller into it, and then spill.
  const six = transposed ? columns6.index : rows6.index, four = transposed ? columns4.index : rows4.index;
  const fours = m % 6 === 0 ? 0 : m % 6 === 4 ? 1 : 2;
  const stepA = transposed ? 4 : strideA;
  for (let j = 0; j < n; j += 8) {
    let row = a, to = c;
    for (let i = m - 4 * fours; i > 0; i -= 6) {
      call_indirect<void>(six, row, strideA, b, k, to, strideC, accumulate);
      row += 6 * stepA;
      to += 6 * strideC;
    }
    for (let i = 0; i < fours; i++) {
      call_indirect<void>(four, row, strideA, b, k, to, strideC, accumulate);
      row += 4 * stepA;
      to += 4 * strideC;
    }
    b += panelB;
    c += 32;
  }
}
