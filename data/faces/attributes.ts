/** Faces' factors as columns of an attribute table. */
import type { Attribute } from "../dataset.ts";
import {
  drawFactors,
  type FaceFactors,
  type Factor,
  type FactorName,
  factorTable,
  IDENTITY_FACTORS,
} from "./factors.ts";

/** A column and how to read it off a face. */
interface Column {
  readonly about: Omit<Attribute, "values">;
  valueOf(factors: FaceFactors): number;
}

/** A row of the factor table gives one column; a choice gives one for each option. */
function columnsOf(name: FactorName, factor: Factor): Column[] {
  if (factor.kind !== "choice") {
    const identity = IDENTITY_FACTORS.has(name) ? { identity: true } : {};
    const of = factor.kind === "continuous" && factor.of ? { of: factor.of.factor } : {};
    const about = { name, kind: factor.kind, ...of, ...identity };
    return [{ about, valueOf: (factors) => factors[name] }];
  }
  const owner = factor.of?.factor as FactorName | undefined;
  // Without the owner all options are 0: they are then no choice, of which one always holds.
  const tie = owner === undefined ? { choice: name } : { of: owner };
  return factor.options.map((option, i) => ({
    about: { name: option, kind: "binary", ...tie },
    valueOf: (factors) => factors[name] === i && (!owner || factors[owner] === 1) ? 1 : 0,
  }));
}

const columns: readonly Column[] = factorTable.flatMap(([name, factor]) => columnsOf(name, factor));

/** The names of the columns, in order. */
export const attributeNames: readonly string[] = columns.map(({ about }) => about.name);

/** The table of faces 0 … length − 1: continuous columns in their factor's unit, binary ones 0 or 1. */
export function faceAttributes(seed: number, length: number): readonly Attribute[] {
  const table = columns.map(({ about }) => ({ ...about, values: new Float32Array(length) }));
  for (let index = 0; index < length; index++) {
    const factors = drawFactors(seed, index);
    for (let i = 0; i < columns.length; i++) {
      table[i]!.values[index] = columns[i]!.valueOf(factors);
    }
  }
  return table;
}
