/**
 * The tile product's counterpart for outputs of four columns or fewer, such as an image's colours. There
 * a tile has nothing to share: each thread keeps whole rows to itself, and all threads read the same
 * few values of the right operand.
 */
import { fourLines, lane, type ProductFunctions } from "./tile_product.ts";

const THREADS = 64;
/** Whether an output of so many columns is better computed here than in tiles. */
export const isNarrow = (columns: number): boolean => columns <= 4;

/** Rows of a workgroup: four a thread, so that each read of the right operand serves four rows. */
export const NARROW_ROWS = THREADS * 4;

/** The WGSL of a whole program. Both operands are read along the inner direction. */
export function narrowProductSource({ functions }: ProductFunctions): string {
  const transpose = (i: number) =>
    ["column0", "column1", "column2", "column3"].map((column) => `${column}.${lane(i)}`).join(", ");
  return `
    ${functions}

    fn main() {
      let firstRow = i32(workgroupId.y) * ${NARROW_ROWS} + i32(localIndex);
      let inner = innerRange();
      ${
    fourLines((i) => `
      let row${i} = firstRow + ${i * THREADS};
      let at${i} = locateRow(row${i});
      var sum${i} = vec4<f32>(0.0);`)
  }
      for (var k = inner.x; k < inner.y; k += 4) {
        let place = locateInner(k);
        ${fourLines((j) => `let column${j} = readRight(place, ${j});`)}
        ${fourLines((i) => `let right${i} = vec4<f32>(${transpose(i)});`)}
        ${
    fourLines((row) =>
      `{
          let left = readLeft(at${row}, place);
          ${fourLines((i) => `sum${row} = fma(vec4<f32>(left.${lane(i)}), right${i}, sum${row});`)}
        }`
    )
  }
      }
      ${fourLines((i) => `write(row${i}, 0, sum${i});`)}
    }`;
}
