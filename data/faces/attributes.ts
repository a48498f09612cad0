/** Faces' factors as columns of an attribute table. */
import type { Attribute } from "../dataset.ts";
import { drawFactors, type FaceFactors, type Factor, factorTable } from "./factors.ts";

/** A column and how to read it off a face. */
interface Column {
  readonly name: string;
  readonly kind: Attribute["kind"];
  valueOf(factors: FaceFactors): number;
}

/** A row of the factor table gives one column; a choice gives one for each option. */
function columnsOf(name: keyof FaceFactors, factor: Factor): Column[] {
  if (factor.kind !== "choice") {
    return [{ name, kind: factor.kind, valueOf: (factors) => factors[name] }];
  }
  const owner = factor.of?.factor as keyof FaceFactors | undefined;
  return factor.options.map((option, i) => ({
    name: option,
    kind: "binary",
    valueOf: (factors) => factors[name] === i && (!owner || factors[owner] === 1) ? 1 : 0,
  }));
}

const columns: readonly Column[] = factorTable.flatMap(([name, factor]) => columnsOf(name, factor));

/** The names of the columns, in order. */
export const attributeNames: readonly string[] = columns.map(({ name }) => name);

/** The table of faces 0 … length − 1: continuous columns in their factor's unit, binary ones 0 or 1. */
export function faceAttributes(seed: number, length: number): readonly Attribute[] {
  const table = columns.map(({ name, kind }) => ({ name, kind, values: new Float32Array(length) }));
  for (let index = 0; index < length; index++) {
    const factors = drawFactors(seed, index);
    for (let i = 0; i < columns.length; i++) {
      table[i]!.values[index] = columns[i]!.valueOf(factors);
    }
  }
  return table;
}
