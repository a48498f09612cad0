/**
 * What a face is made of. `FACTORS` is the one table: it drives the draw, the attribute columns and
 * the documentation. Factors are drawn independently of each other, each from its own hash of seed,
 * index and name (so that a new factor changes no other), except where one is the amount of another:
 * `smile` of `smiling`, `mouthOpening` of `mouthOpen`. Those have a range for either case. Factors that
 * others refer to stand above them.
 *
 * Independent does not mean always visible: `eyesClosed` hides gaze and iris, a hat hides the hair's
 * top, long hair the ears. The descriptions say so.
 */
import { hash32, hashText } from "../../src/core/rng.ts";

/** A number, uniform over its range. */
interface Continuous {
  readonly kind: "continuous";
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly about: string;
  /** The binary factor that this one is the amount of, and the range while that one is 0. */
  readonly of?: { readonly factor: string; readonly low: number; readonly high: number };
}

/** 1 with the given probability, else 0. */
interface Binary {
  readonly kind: "binary";
  readonly probability: number;
  readonly about: string;
}

/** One of several, equally likely: the number of the option; each option is a binary attribute. */
interface Choice {
  readonly kind: "choice";
  readonly options: readonly string[];
  readonly about: string;
  /** The binary factor without which no option shows: its attributes are then all 0. */
  readonly of?: { readonly factor: string };
}

/** What a factor may be: a number in a range, yes or no, or one of several. */
export type Factor = Continuous | Binary | Choice;

const range = (low: number, high: number, unit: string, about: string): Continuous => (
  { kind: "continuous", low, high, unit, about }
);
const binary = (probability: number, about: string): Binary => (
  { kind: "binary", probability, about }
);
const choice = (options: readonly string[], about: string): Choice => (
  { kind: "choice", options, about }
);

/** Hair styles by number, as `hairStyle` has them. */
export const HAIR_STYLES = [
  "bald",
  "cropped",
  "sidePart",
  "quiff",
  "bob",
  "longStraight",
  "longWavy",
  "curly",
  "bun",
] as const;
/** One of `HAIR_STYLES`. */
export type HairStyle = typeof HAIR_STYLES[number];

/** What clothes may end in. */
export const NECKLINES = ["crewNeck", "shirtCollar", "turtleneck"] as const;
/** What the head may wear. */
export const HATS = ["beanie", "brimmedHat"] as const;

/** Left and right are the viewer's. */
export const FACTORS = {
  yaw: range(-26, 26, "degrees", "head turned left (−) or right (+)"),
  roll: range(-11, 11, "degrees", "head tilted left (−) or right (+)"),
  light: range(-60, 60, "degrees", "light from the left (−) or the right (+)"),

  age: range(0, 1, "share", "folds and lines: none to many"),
  skin: range(0, 1, "share", "skin from light to dark"),
  skinWarmth: range(-1, 1, "share", "undertone from rosy to golden"),
  freckles: binary(0.2, "freckles over nose and cheeks"),
  faceWidth: range(-1, 1, "share", "narrow to wide"),
  faceLength: range(-1, 1, "share", "short to long lower face"),
  jaw: range(-1, 1, "share", "pointed to square"),

  hairStyle: choice(HAIR_STYLES, "cut of the hair; hats hide its top"),
  hairLength: range(0, 1, "share", "how far loose hair falls; volume of the short styles"),
  hairTone: range(0, 1, "share", "black over brown to blond"),
  hairRed: range(0, 1, "share", "ash to ginger"),
  greyHair: binary(0.12, "hair, brows and beard gone grey; hairTone sets how light"),
  fringe: binary(0.3, "hair over the forehead; none when bald or cropped"),

  eyesClosed: binary(0.12, "eyes shut; hides gaze and iris"),
  eyeOpening: range(0, 1, "share", "narrow to wide open"),
  eyeSize: range(-1, 1, "share", "small to large"),
  eyeSpacing: range(-1, 1, "share", "close to far apart"),
  eyeSlant: range(-1, 1, "share", "outer corners down to up"),
  eyeColour: range(0, 1, "share", "iris brown over hazel and green to blue and grey"),
  gazeX: range(-1, 1, "share", "looking left to right, relative to the head"),
  gazeY: range(-1, 1, "share", "looking up to down"),
  lashes: binary(0.35, "long dark lashes"),

  browThickness: range(0, 1, "share", "thin to thick"),
  browHeight: range(-1, 1, "share", "low to raised"),
  browTilt: range(-1, 1, "share", "worried to stern"),
  noseWidth: range(-1, 1, "share", "narrow to wide"),
  noseLength: range(-1, 1, "share", "short to long"),

  smiling: binary(0.5, "corners of the mouth clearly up"),
  smile: {
    ...range(0.45, 1, "share", "curve of the mouth; [-0.7, 0.1] unless smiling"),
    of: { factor: "smiling", low: -0.7, high: 0.1 },
  },
  mouthOpen: binary(0.35, "lips apart, teeth showing"),
  mouthOpening: {
    ...range(0.3, 1, "share", "how far the mouth is open; 0 unless mouthOpen"),
    of: { factor: "mouthOpen", low: 0, high: 0 },
  },
  mouthWidth: range(-1, 1, "share", "narrow to wide"),
  lipFullness: range(0, 1, "share", "thin to full"),
  lipstick: binary(0.25, "painted lips"),

  beard: binary(0.25, "full beard along the jaw"),
  beardLength: range(0, 1, "share", "stubble-short to long; seen with beard only"),
  moustache: binary(0.25, "hair above the lip"),

  glasses: binary(0.3, "spectacles"),
  glassesShape: range(0, 1, "share", "round to rectangular; seen with glasses only"),
  hat: binary(0.2, "a beanie or a brimmed hat"),
  hatStyle: { ...choice(HATS, "which hat"), of: { factor: "hat" } },
  hatHue: range(0, 360, "degrees", "hue of the hat and of what is of its colour"),
  earrings: binary(
    0.3,
    "earrings; on the hair where that hides the ears; a turn hides the far one",
  ),

  neckline: choice(NECKLINES, "cut of the clothes"),
  clothesHue: range(0, 360, "degrees", "hue of the clothes"),
  clothesLightness: range(0, 1, "share", "dark to light"),
  backgroundHue: range(0, 360, "degrees", "hue of the background"),
  backgroundLightness: range(0, 1, "share", "dark to light"),
} as const satisfies Record<string, Factor>;

/** The name of a factor, as the table has it. */
export type FactorName = keyof typeof FACTORS;

/** Factors that make a face this person's, whatever the pose, the mood, the hair and the clothes. */
export const IDENTITY_FACTORS: ReadonlySet<FactorName> = new Set([
  ...["skin", "skinWarmth", "freckles", "faceWidth", "faceLength", "jaw"] as const,
  ...["eyeSize", "eyeSpacing", "eyeSlant", "eyeColour", "browThickness"] as const,
  ...["noseWidth", "noseLength", "mouthWidth", "lipFullness"] as const,
]);

/** Every factor of one face: binary ones are 0 or 1, choices the number of their option. */
export type FaceFactors = Readonly<Record<FactorName, number>>;

/** The table's rows in order, typed alike. */
export const factorTable = Object.entries(FACTORS) as readonly [FactorName, Factor][];

const words = factorTable.map(([name]) => hashText(name));

/** The factors of face `index` of the endless series that `seed` names. */
export function drawFactors(seed: number, index: number): FaceFactors {
  const drawn: Partial<Record<string, number>> = {};
  for (let i = 0; i < factorTable.length; i++) {
    const [name, factor] = factorTable[i]!;
    const share = hash32(seed, Math.floor(seed / 2 ** 32), index, words[i]!) / 2 ** 32; // [0, 1)
    drawn[name] = valueAt(factor, share, drawn);
  }
  return drawn as FaceFactors; // every row of the table has been drawn
}

/** Maps a uniform draw onto the factor; `drawn` holds the factors of the rows above. */
function valueAt(factor: Factor, share: number, drawn: Partial<Record<string, number>>): number {
  switch (factor.kind) {
    case "binary":
      return share < factor.probability ? 1 : 0;
    case "choice":
      return Math.floor(share * factor.options.length);
    case "continuous": {
      const { low, high } = factor.of && drawn[factor.of.factor] === 0 ? factor.of : factor;
      return low + (high - low) * share;
    }
    default:
      return factor satisfies never;
  }
}
