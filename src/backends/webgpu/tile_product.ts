/**
 * Matrix products on WebGPU whose operands are read through functions: the common part of implicit
 * GEMM convolutions. A workgroup computes one tile of C[row, column] = Σ_k left[k, row] · right[k, column].
 * It brings slices of both operands into workgroup memory, four values at a time along whichever
 * direction is contiguous in the buffer; each thread keeps its part of the tile in registers.
 */

/** The name of a vec4's component. */
export const lane = (index: number): string => "xyzw"[index]!;

/** One line for each of 0 … 3. */
export const fourLines = (line: (index: number) => string): string => lines(four, line);

/** How a workgroup of `threadColumns · threadRows` = 64 threads divides its tile. */
export interface TileShape {
  readonly threadColumns: number;
  readonly threadRows: number;
  /** A thread owns 4 columns and this many times 4 rows. */
  readonly rowQuads: number;
  /** Depth of the slices brought into workgroup memory; a multiple of 4. */
  readonly depth: number;
}

/** Threads of a workgroup. Tile shapes must multiply to it, and the loaders count on it. */
const THREADS = 64;

/**
 * The tile for a product of this extent: as wide and high as is of use, so that small outputs do not
 * compute what they lack. All fit in 16 KiB of workgroup memory.
 */
export function tileFor(columns: number, rows: number): TileShape {
  if (columns > 32) return { threadColumns: 16, threadRows: 4, rowQuads: 4, depth: 16 };
  if (columns > 16) {
    return { threadColumns: 8, threadRows: 8, rowQuads: rows > 64 ? 4 : 2, depth: 16 };
  }
  if (columns > 4) return { threadColumns: 4, threadRows: 16, rowQuads: 2, depth: 16 };
  return { threadColumns: 1, threadRows: 64, rowQuads: 1, depth: 8 };
}

/** Rows of the product that one workgroup computes. */
export const tileRows = (tile: TileShape): number => tile.threadRows * tile.rowQuads * 4;
/** Columns of the product that one workgroup computes. */
export const tileColumns = (tile: TileShape): number => tile.threadColumns * 4;
/** Threads of a workgroup, by axis. */
export const workgroupSize = (tile: TileShape): [number, number, number] => [
  tile.threadColumns,
  tile.threadRows,
  1,
];

/** The operands of a product and its output, as WGSL functions. */
export interface ProductFunctions {
  /**
   * What lies outside an operand reads as 0; k beyond the range is asked for too.
   *
   *     fn innerRange() -> vec2<i32>                 // first k and the k after the last
   *     fn locateRow(row: i32) -> vec4<i32>          // whatever readLeft needs, worked out once a row
   *     fn locateInner(k: i32) -> vec4<i32>          // likewise, once a k
   *     fn readLeft(row: vec4<i32>, inner: vec4<i32>) -> vec4<f32>
   *     fn readRight(inner: vec4<i32>, column: i32) -> vec4<f32>
   *     fn write(row: i32, column: i32, value: vec4<f32>)   // four columns; must check bounds
   */
  readonly functions: string;
}

/** A tiled product: its tile, and how its operands come. */
export interface TileOperands extends ProductFunctions {
  readonly tile: TileShape;
  /** Direction of the four values that `readLeft` returns. */
  readonly left: "rows" | "inner";
  /** Direction of the four values that `readRight` returns. */
  readonly right: "columns" | "inner";
}

/** The WGSL of a whole program: `functions`, workgroup memory and `main`. */
export function tileProductSource(operands: TileOperands): string {
  const { tile, functions } = operands;
  const { threadColumns, depth } = tile;
  const rows = range(4 * tile.rowQuads);
  return `
    ${functions}

    var<workgroup> leftTile: array<vec4<f32>, ${depth * tileRows(tile) / 4}>;
    var<workgroup> rightTile: array<vec4<f32>, ${depth * threadColumns}>;
    var<workgroup> sharedRange: vec2<i32>;

    fn main() {
      let thread = i32(localIndex);
      let threadColumn = i32(localId.x);
      let threadRow = i32(localId.y);
      let firstRow = i32(workgroupId.y) * ${tileRows(tile)};
      let firstColumn = i32(workgroupId.x) * ${tileColumns(tile)};
      // Barriers stand in the loop over it: browsers insist on seeing that it is the same for all threads.
      if (thread == 0) { sharedRange = innerRange(); }
      let inner = workgroupUniformLoad(&sharedRange);
      ${lines(rows, (r) => `var sum${r} = vec4<f32>(0.0);`)}
      ${locateRows(operands)}
      for (var k0 = inner.x; k0 < inner.y; k0 += ${depth}) {
        ${loadLeft(operands)}
        ${loadRight(operands)}
        workgroupBarrier();
        for (var k = 0; k < ${depth}; k += 4) {
          ${takeRight(operands)}
          ${addProducts(operands)}
        }
        workgroupBarrier();
      }
      let row = firstRow + threadRow * ${rows.length};
      let column = firstColumn + threadColumn * 4;
      ${lines(rows, (r) => `write(row + ${r}, column, sum${r});`)}
    }`;
}

/**
 * Loads are numbered thread by thread along the contiguous direction, so that neighbouring threads
 * read neighbouring addresses. A thread always loads the same row quad (along rows), or the same k
 * (along inner), so rows are located once, before the loop over k.
 */
function locateRows({ tile, left }: TileOperands): string {
  if (left === "rows") {
    return `let at0 = locateRow(firstRow + thread % ${tileRows(tile) / 4} * 4);`;
  }
  const kQuads = tile.depth / 4;
  return lines(
    range(leftLoads(tile)),
    (i) => `let at${i} = locateRow(firstRow + thread / ${kQuads} + ${i * THREADS / kQuads});`,
  );
}

function loadLeft({ tile, left }: TileOperands): string {
  const { threadRows, rowQuads, depth } = tile;
  if (left === "rows") {
    const quads = tileRows(tile) / 4;
    return `
      let leftQuad = thread % ${quads};
      let leftAt = leftQuad % ${rowQuads} * ${threadRows} + leftQuad / ${rowQuads};
      ${
      lines(range(leftLoads(tile)), (i) =>
        `{
        let k = thread / ${quads} + ${i * THREADS / quads};
        leftTile[k * ${quads} + leftAt] = readLeft(at0, locateInner(k0 + k));
      }`)
    }`;
  }
  const kQuads = depth / 4;
  return `
    let leftK = thread % ${kQuads};
    let leftInner = locateInner(k0 + leftK * 4);
    ${
    lines(range(leftLoads(tile)), (i) =>
      `{
      let row = thread / ${kQuads} + ${i * THREADS / kQuads};
      let at = (leftK * ${4 * rowQuads} + row % ${4 * rowQuads}) * ${threadRows};
      leftTile[at + row / ${4 * rowQuads}] = readLeft(at${i}, leftInner);
    }`)
  }`;
}

function loadRight({ tile, right }: TileOperands): string {
  const { threadColumns, depth } = tile;
  const loads = depth * threadColumns;
  const kQuads = depth / 4;
  return lines(range(Math.ceil(loads / THREADS)), (i) => {
    const load = right === "columns"
      ? `
        let k = index / ${threadColumns};
        let column = firstColumn + index % ${threadColumns} * 4;
        rightTile[index] = readRight(locateInner(k0 + k), column);`
      : `
        let kQuad = index % ${kQuads};
        let column = index / ${kQuads};
        rightTile[(kQuad * 4 + column % 4) * ${threadColumns} + column / 4] =
          readRight(locateInner(k0 + kQuad * 4), firstColumn + column);`;
    const guard = loads < THREADS ? `if (thread < ${loads})` : "";
    return `${guard} { let index = thread + ${i * THREADS}; ${load} }`;
  });
}

/** Puts right[k … k+3] of the thread's four columns into `right0 … right3`. */
function takeRight({ tile, right }: TileOperands): string {
  const tx = tile.threadColumns;
  if (right === "columns") {
    return lines(four, (i) => `let right${i} = rightTile[(k + ${i}) * ${tx} + threadColumn];`);
  }
  const transpose = (i: number) => four.map((j) => `column${j}.${lane(i)}`).join(", ");
  return `
    ${lines(four, (j) => `let column${j} = rightTile[(k + ${j}) * ${tx} + threadColumn];`)}
    ${lines(four, (i) => `let right${i} = vec4<f32>(${transpose(i)});`)}`;
}

function addProducts({ tile, left }: TileOperands): string {
  const { threadRows, rowQuads } = tile;
  const add = (row: number, value: string, i: number) =>
    `sum${row} = fma(vec4<f32>(${value}), right${i}, sum${row});`;
  if (left === "rows") {
    return lines(range(rowQuads), (q) =>
      lines(four, (i) =>
        `{
        let left = leftTile[((k + ${i}) * ${rowQuads} + ${q}) * ${threadRows} + threadRow];
        ${lines(four, (r) => add(4 * q + r, `left.${lane(r)}`, i))}
      }`));
  }
  return lines(range(4 * rowQuads), (row) =>
    `{
    let left = leftTile[(k * ${rowQuads} + ${row}) * ${threadRows} + threadRow];
    ${lines(four, (i) => add(row, `left.${lane(i)}`, i))}
  }`);
}

/** How many quads of the left operand each thread loads for one slice. */
function leftLoads(tile: TileShape): number {
  return tile.depth * tileRows(tile) / 4 / THREADS;
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
const four = range(4);
const lines = (indices: readonly number[], line: (index: number) => string): string =>
  indices.map(line).join("\n");
