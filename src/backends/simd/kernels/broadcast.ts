/** How the shapes of two inputs lie along that of the result. */

/** Loops of assembly/binary.ts, the row itself included. */
const MOST_LOOPS = 4;

/** Along which of the two a loop advances. */
const [NEITHER, A_ONLY, B_ONLY, BOTH] = [0, 1, 2, 3];

/** Loops over a result of a broadcast, innermost first. Reused by every call. */
export interface Loops {
  /** How many of the loops are needed; the others run once. */
  count: number;
  /** Rounds of each. */
  readonly sides: number[];
  /** Elements by which the inputs advance with each round. */
  readonly a: number[];
  readonly b: number[];
}

const loops: Loops = { count: 0, sides: [1, 1, 1, 1], a: [0, 0, 0, 0], b: [0, 0, 0, 0] };

/** Whether two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The shape of the result, or null where the shapes do not fit. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const sideA = i <= a.length ? a[a.length - i]! : 1;
    const sideB = i <= b.length ? b[b.length - i]! : 1;
    if (sideA !== sideB && sideA !== 1 && sideB !== 1) return null;
    shape[rank - i] = sideA === 1 ? sideB : sideA;
  }
  return shape;
}

/**
 * The fewest loops over the result: axes along which the same inputs advance are one. Null where that
 * takes too many. What it returns is valid until the next call.
 */
export function broadcastLoops(a: readonly number[], b: readonly number[]): Loops | null {
  const rank = Math.max(a.length, b.length);
  let [last, stepA, stepB] = [NEITHER, 1, 1];
  loops.count = 0;
  for (let i = 1; i <= rank; i++) {
    const sideA = i <= a.length ? a[a.length - i]! : 1;
    const sideB = i <= b.length ? b[b.length - i]! : 1;
    const side = sideA === 1 ? sideB : sideA;
    if (side === 1) continue;
    const kind = sideA === 1 ? B_ONLY : sideB === 1 ? A_ONLY : BOTH;
    if (kind === last) loops.sides[loops.count - 1]! *= side;
    else {
      if (loops.count === MOST_LOOPS) return null;
      loops.sides[loops.count] = side;
      loops.a[loops.count] = kind === B_ONLY ? 0 : stepA;
      loops.b[loops.count] = kind === A_ONLY ? 0 : stepB;
      loops.count += 1;
      last = kind;
    }
    stepA *= sideA;
    stepB *= sideB;
  }
  for (let k = loops.count; k < MOST_LOOPS; k++) loops.sides[k] = 1;
  return loops;
}
