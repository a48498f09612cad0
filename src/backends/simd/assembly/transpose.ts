/** Transposes of matrices of words: 4×4 blocks in registers, a cache line of the source at a time. */

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
  let c = 0;
  for (; c <= columns - 16; c += 16) {
    fourColumns4(source + (c << 2), target + c * targetStep, rows, sourceStep, targetStep);
  }
  for (; c <= columns - 4; c += 4) {
    fourColumns(source + (c << 2), target + c * targetStep, rows, sourceStep, targetStep);
  }
  for (; c < columns; c++) oneColumn(source + (c << 2), target + c * targetStep, rows, sourceStep);
}

/** Sixteen columns, so that lines of the source are read once; four rows at a time. */
function fourColumns4(source: usize, target: usize, rows: i32, sourceStep: i32, targetStep: i32): void {
  const fourDown = targetStep << 2;
  const last = rows - 4;
  let r = 0;
  for (; r <= last; r += 4) {
    const at = source + r * sourceStep;
    let to = target + (r << 2);
    for (let c: usize = 0; c < 64; c += 16) {
      block(at + c, to, sourceStep, targetStep);
      to += fourDown;
    }
  }
  for (; r < rows; r++) {
    const at = source + r * sourceStep;
    let to = target + (r << 2);
    for (let c: usize = 0; c < 64; c += 4) {
      store<u32>(to, load<u32>(at + c));
      to += targetStep;
    }
  }
}

function fourColumns(source: usize, target: usize, rows: i32, sourceStep: i32, targetStep: i32): void {
  const last = rows - 4;
  let r = 0;
  for (; r <= last; r += 4) block(source + r * sourceStep, target + (r << 2), sourceStep, targetStep);
  for (; r < rows; r++) {
    const at = source + r * sourceStep;
    const to = target + (r << 2);
    store<u32>(to, load<u32>(at));
    store<u32>(to + targetStep, load<u32>(at, 4));
    store<u32>(to + 2 * targetStep, load<u32>(at, 8));
    store<u32>(to + 3 * targetStep, load<u32>(at, 12));
  }
}

function oneColumn(source: usize, target: usize, rows: i32, sourceStep: i32): void {
  for (let r = 0; r < rows; r++) {
    store<u32>(target + (r << 2), load<u32>(source));
    source += sourceStep;
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
