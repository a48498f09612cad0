/** Float64 matrix products, in panels that stay in the cache. */

/** Rows of a panel: four by four sums stay in registers. */
const PANEL = 4;
/** Columns multiplied at a time: panels of both factors fit a core's cache. */
const DEPTH = 256;

/** A factor's columns `from` … `from + depth − 1`, four rows interleaved, padded with rows of zeros. */
function packPanels(
  factor: Float64Array,
  rows: number,
  columns: number,
  from: number,
  depth: number,
  packed: Float64Array,
): void {
  for (let row = 0; row < rows; row += PANEL) {
    for (let lane = 0; lane < PANEL; lane++) {
      const source = (row + lane) * columns + from;
      const target = row * depth + lane;
      const there = row + lane < rows;
      for (let k = 0; k < depth; k++) packed[target + PANEL * k] = there ? factor[source + k]! : 0;
    }
  }
}

/** Writes the 4×4 products of two packed panels, summed over `depth`, into `tile`. */
function multiplyPanels(
  left: Float64Array,
  a: number,
  right: Float64Array,
  b: number,
  depth: number,
  tile: Float64Array,
): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const end = a + PANEL * depth; a < end; a += PANEL, b += PANEL) {
    const x0 = left[a]!;
    const x1 = left[a + 1]!;
    const x2 = left[a + 2]!;
    const x3 = left[a + 3]!;
    let y = right[b]!;
    s00 += x0 * y, s10 += x1 * y, s20 += x2 * y, s30 += x3 * y;
    y = right[b + 1]!;
    s01 += x0 * y, s11 += x1 * y, s21 += x2 * y, s31 += x3 * y;
    y = right[b + 2]!;
    s02 += x0 * y, s12 += x1 * y, s22 += x2 * y, s32 += x3 * y;
    y = right[b + 3]!;
    s03 += x0 * y, s13 += x1 * y, s23 += x2 * y, s33 += x3 * y;
  }
  tile[0] = s00, tile[1] = s01, tile[2] = s02, tile[3] = s03;
  tile[4] = s10, tile[5] = s11, tile[6] = s12, tile[7] = s13;
  tile[8] = s20, tile[9] = s21, tile[10] = s22, tile[11] = s23;
  tile[12] = s30, tile[13] = s31, tile[14] = s32, tile[15] = s33;
}

/** Adds a tile to `out`, [rows, columns], at (i, j), leaving out what lies outside. */
function addTile(
  tile: Float64Array,
  out: Float64Array,
  [rows, columns]: readonly [number, number],
  i: number,
  j: number,
): void {
  const [height, width] = [Math.min(PANEL, rows - i), Math.min(PANEL, columns - j)];
  for (let y = 0; y < height; y++) {
    const at = (i + y) * columns + j;
    for (let x = 0; x < width; x++) out[at + x]! += tile[y * PANEL + x]!;
  }
}

/** Room for the panels of a factor of `rows` rows. */
export function panelsFor(rows: number, depth = DEPTH): Float64Array<ArrayBuffer> {
  return new Float64Array(Math.ceil(rows / PANEL) * PANEL * depth);
}

/** A·Bᵀ, [m, n], of A, [m, K], and B, [n, K], row-major: every sum runs along rows of both. */
export function timesTransposed(
  a: Float64Array,
  m: number,
  b: Float64Array,
  n: number,
): Float64Array<ArrayBuffer> {
  const inner = m === 0 ? 0 : a.length / m;
  if (a.length !== m * inner || b.length !== n * inner) {
    throw new RangeError(
      `Cannot multiply: expected rows of equal length, got ${a.length} values in ${m} rows and ` +
        `${b.length} in ${n}`,
    );
  }
  const out = new Float64Array(m * n);
  const [left, right, tile] = [panelsFor(m), panelsFor(n), new Float64Array(PANEL * PANEL)];
  for (let from = 0; from < inner; from += DEPTH) {
    const depth = Math.min(DEPTH, inner - from);
    packPanels(a, m, inner, from, depth, left);
    packPanels(b, n, inner, from, depth, right);
    for (let i = 0; i < m; i += PANEL) {
      for (let j = 0; j < n; j += PANEL) {
        multiplyPanels(left, i * depth, right, j * depth, depth, tile);
        addTile(tile, out, [m, n], i, j);
      }
    }
  }
  return out;
}

/**
 * Adds A·Aᵀ of A, [n, K] row-major, to the upper triangle of `out`, [n, n]: half the work. Below the
 * diagonal only the tiles on it are written. `mirrorUpper` completes the matrix.
 */
export function addGramUpper(a: Float64Array, n: number, inner: number, out: Float64Array): void {
  const [panels, tile] = [panelsFor(n, Math.min(DEPTH, inner)), new Float64Array(PANEL * PANEL)];
  for (let from = 0; from < inner; from += DEPTH) {
    const depth = Math.min(DEPTH, inner - from);
    packPanels(a, n, inner, from, depth, panels);
    for (let i = 0; i < n; i += PANEL) {
      for (let j = i; j < n; j += PANEL) {
        multiplyPanels(panels, i * depth, panels, j * depth, depth, tile);
        addTile(tile, out, [n, n], i, j);
      }
    }
  }
}

/** Copies the upper triangle of [n, n] to the lower. */
export function mirrorUpper(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) matrix[j * n + i] = matrix[i * n + j]!;
  }
}

/** The transpose of [rows, columns], in blocks, so that neither side leaves the cache at each value. */
export function transposed(
  matrix: Float64Array,
  rows: number,
  columns: number,
): Float64Array<ArrayBuffer> {
  const BLOCK = 16;
  const out = new Float64Array(rows * columns);
  for (let top = 0; top < rows; top += BLOCK) {
    const bottom = Math.min(top + BLOCK, rows);
    for (let left = 0; left < columns; left += BLOCK) {
      const right = Math.min(left + BLOCK, columns);
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < right; j++) out[j * rows + i] = matrix[i * columns + j]!;
      }
    }
  }
  return out;
}
