/**
 * Transposes of matrices of words: 4×4 blocks in registers. Sixteen rows of the source are read side by side
 * from left to right, as the processor fetches ahead, and whole cache lines of the target are written.
 */

/**
 * `rows` × `columns` words become `columns` × `rows`. Rows of the source are `sourceStep` bytes apart,
 * those of the target `targetStep`.
 */
export function transposeTile(
  source: usize,
  target: usize,
  rows: i32,
  columns: i32,
  sourceStep: i32,
  targetStep: i32,
): void {
  let r = 0;
  for (; r <= rows - 16; r += 16) {
    sixteenRows(source + r * sourceStep, target + (r << 2), columns, sourceStep, targetStep);
  }
  for (; r <= rows - 4; r += 4) {
    fourRows(source + r * sourceStep, target + (r << 2), columns, sourceStep, targetStep);
  }
  for (; r < rows; r++) oneRow(source + r * sourceStep, target + (r << 2), columns, targetStep);
}

function sixteenRows(source: usize, target: usize, columns: i32, sourceStep: i32, targetStep: i32): void {
  const fourDown = sourceStep << 2;
  let c = 0;
  for (; c <= columns - 4; c += 4) {
    block(source, target, sourceStep, targetStep);
    block(source + fourDown, target + 16, sourceStep, targetStep);
    block(source + 2 * fourDown, target + 32, sourceStep, targetStep);
    block(source + 3 * fourDown, target + 48, sourceStep, targetStep);
    source += 16;
    target += targetStep << 2;
  }
  for (; c < columns; c++) {
    for (let r = 0; r < 16; r++) store<u32>(target + (r << 2), load<u32>(source + r * sourceStep));
    source += 4;
    target += targetStep;
  }
}

function fourRows(source: usize, target: usize, columns: i32, sourceStep: i32, targetStep: i32): void {
  let c = 0;
  for (; c <= columns - 4; c += 4) {
    block(source, target, sourceStep, targetStep);
    source += 16;
    target += targetStep << 2;
  }
  for (; c < columns; c++) {
    for (let r = 0; r < 4; r++) store<u32>(target + (r << 2), load<u32>(source + r * sourceStep));
    source += 4;
    target += targetStep;
  }
}

function oneRow(source: usize, target: usize, columns: i32, targetStep: i32): void {
  for (let c = 0; c < columns; c++) {
    store<u32>(target, load<u32>(source));
    source += 4;
    target += targetStep;
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function block(source: usize, target: usize, sourceStep: i32, targetStep: i32): void {
  const a = v128.load(source), b = v128.load(source + sourceStep);
  const c = v128.load(source + 2 * sourceStep), d = v128.load(source + 3 * sourceStep);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<i32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(target + targetStep, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(target + 2 * targetStep, v128.shuffle<i64>(ef, gh, 0, 2));
  v128.store(target + 3 * targetStep, v128.shuffle<i64>(ef, gh, 1, 3));
}
