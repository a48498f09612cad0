/** What the extractor is taught to tell of a picture: the columns of its targets. */
import { attributeNames } from "../../../data/faces/attributes.ts";
import type { Attribute } from "../../../data/dataset.ts";

/** A column of the targets. */
export interface Task {
  readonly name: string;
  /** Yes or no, learnt by cross-entropy; or a number of variance about 1, by its square error. */
  readonly kind: "binary" | "number";
}

/** Ways in which a picture can be spoilt; each target is the amount in [0, 1]. */
export const FAULTS = ["blur", "noise", "jpeg", "warp", "scramble"] as const;
/** What textures are made by. */
export const TEXTURE_TASKS = ["leafSize", "grain", "roughness"] as const;
/** Simple figures of any picture: means of its colours, and the deviation of their mean. */
export const TONES = ["red", "green", "blue", "contrast"] as const;

/** Attributes that turn about when a picture is mirrored. */
const MIRRORED: ReadonlySet<string> = new Set(["yaw", "roll", "light", "gazeX"]);
/** Attributes that a grey picture does not show. */
const COLOURED: ReadonlySet<string> = new Set([
  ...["hatHue", "clothesHue", "backgroundHue", "skinWarmth", "hairRed", "eyeColour", "lipstick"],
]);
/** Attributes that only some faces show, and the binary one that says which. */
const SHOWN_WITH: Readonly<Record<string, string>> = {
  hatHue: "hat",
  glassesShape: "glasses",
  beardLength: "beard",
};
/** Attributes that closed eyes hide. */
const OF_OPEN_EYES: ReadonlySet<string> = new Set(["gazeX", "gazeY", "eyeColour", "eyeOpening"]);

/** A column as it is read off a face. */
interface Column extends Task {
  /** NaN where the picture does not show it. */
  valueOf(face: number, mirrored: boolean, grey: boolean): number;
}

/** Mean 0 and deviation 1 over the table; one value after the other. */
function standardized(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return values.map((v) => (v - mean) / Math.sqrt(variance));
}

/** The columns of an attribute: an angle of 360° gives its cosine and sine, any other one itself. */
function columnsOf({ name, kind, values }: Attribute, table: readonly Attribute[]): Column[] {
  const find = (other: string) => table.find((each) => each.name === other)!.values;
  const shown = Object.hasOwn(SHOWN_WITH, name) ? find(SHOWN_WITH[name]!) : null;
  const closed = OF_OPEN_EYES.has(name) ? find("eyesClosed") : null;
  const hidden = (face: number, grey: boolean) =>
    (grey && COLOURED.has(name)) || shown?.[face] === 0 || closed?.[face] === 1;
  const column = (
    name: string,
    kind: Task["kind"],
    values: Float32Array,
    sign: number,
  ): Column => ({
    name,
    kind,
    valueOf: (face, mirrored, grey) =>
      hidden(face, grey) ? NaN : mirrored ? sign * values[face]! : values[face]!,
  });
  if (kind === "binary") return [column(name, "binary", values, 1)];
  if (name.endsWith("Hue")) {
    const turn = (f: (x: number) => number) =>
      values.map((v) => Math.SQRT2 * f((v * Math.PI) / 180));
    return [
      column(`${name}Cos`, "number", turn(Math.cos), 1),
      column(`${name}Sin`, "number", turn(Math.sin), 1),
    ];
  }
  return [column(name, "number", standardized(values), MIRRORED.has(name) ? -1 : 1)];
}

/** The columns that are read off the faces' attribute table, in order. */
export const faceColumns = (table: readonly Attribute[]): readonly Column[] =>
  attributeNames.flatMap((name) => columnsOf(table.find((each) => each.name === name)!, table));
