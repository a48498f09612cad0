/** What of the Compare page is in its address, and under which names. */
import type { Router } from "../../router.ts";
import { MOST_SEED, PSI, type TruncationChoice, TRUNCATIONS } from "../explore/view.ts";
import {
  numberFields,
  type QueryCodec,
  type QueryField,
  queryField,
  wordCodec,
  yesCodec,
} from "../query_state.ts";
import { DIFFERENCE_MAPS, type DifferenceMap } from "./difference.ts";
import { formatPanels, LETTERS, type PanelAddress, parsePanels } from "./panels.ts";
import { WHOLE, type Zoom, zoomCodec } from "./zoom.ts";

/** Side by side; one over the other with an edge between; or what each differs by from one of them. */
export const VIEWS = ["side", "wipe", "difference"] as const;
/** One of `VIEWS`. */
export type ViewName = typeof VIEWS[number];

/** Pictures that a panel shows at once. */
export const COUNTS = [4, 9, 16, 25, 36, 64] as const;
const COUNT = { least: 1, most: 64, initial: 16 } as const;
/** Range of what differences are multiplied by. */
export const GAIN = { least: 1, most: 32, initial: 4 } as const;

/** Two places of the panels, from 0: the reference, or what is left of the edge, and the other. */
export interface Pair {
  readonly reference: number;
  readonly other: number;
}

const FIRST_PAIR: Pair = { reference: 0, other: 1 };

/** Every field. */
export interface CompareView {
  readonly panels: QueryField<readonly PanelAddress[]>;
  /** The slider's step; null for each run's newest. */
  readonly step: QueryField<number | null>;
  readonly weights: QueryField<"ema" | "raw">;
  readonly truncation: QueryField<TruncationChoice>;
  readonly psi: QueryField<number>;
  /** The first seed. */
  readonly seed: QueryField<number>;
  readonly count: QueryField<number>;
  /** The seed that is shown large; null for all. */
  readonly at: QueryField<number | null>;
  readonly view: QueryField<ViewName>;
  readonly pair: QueryField<Pair>;
  /** The edge's place, 0 at the left. */
  readonly wipe: QueryField<number>;
  readonly map: QueryField<DifferenceMap>;
  readonly gain: QueryField<number>;
  readonly zoom: QueryField<Zoom>;
  readonly smooth: QueryField<boolean>;
  /** Whether settings that do not differ are listed, too. */
  readonly allSettings: QueryField<boolean>;
}

/** Up to four panels: `run@500,run`. */
export const panelsCodec: QueryCodec<readonly PanelAddress[]> = {
  parse: parsePanels,
  format: formatPanels,
};

const wholeOrNone: QueryCodec<number | null> = {
  parse: (text) => /^\d{1,15}$/.test(text) ? Number(text) : null,
  format: (value) => value === null ? "" : String(value),
};

/** As two letters: `AC`; null for anything else. */
export const pairCodec: QueryCodec<Pair | null> = {
  parse(text) {
    const [reference, other] = [...text.toUpperCase()].map((letter) =>
      LETTERS.findIndex((known) => known === letter)
    );
    const known = reference !== undefined && other !== undefined && reference >= 0 && other >= 0;
    return known && text.length === 2 && reference !== other ? { reference, other } : null;
  },
  format: (pair) => pair === null ? "" : `${LETTERS[pair.reference]}${LETTERS[pair.other]}`,
};

const pair: QueryCodec<Pair> = {
  parse: (text) => pairCodec.parse(text) ?? FIRST_PAIR,
  format: pairCodec.format,
};

/** The fields of a router's address. */
export function compareView(router: Router): CompareView {
  const number = numberFields(router);
  return {
    panels: queryField(router, "of", panelsCodec, []),
    step: queryField(router, "step", wholeOrNone, null),
    weights: queryField(router, "weights", wordCodec(["ema", "raw"]), "ema"),
    truncation: queryField(router, "truncation", wordCodec(TRUNCATIONS), "none"),
    psi: number("psi", PSI, 2),
    seed: number("seed", { initial: 0, least: 0, most: MOST_SEED }),
    count: number("count", COUNT),
    at: queryField(router, "at", wholeOrNone, null),
    view: queryField(router, "view", wordCodec(VIEWS), "side"),
    pair: queryField(router, "pair", pair, FIRST_PAIR),
    wipe: number("wipe", { initial: 0.5, least: 0, most: 1 }, 3),
    map: queryField(router, "map", wordCodec(DIFFERENCE_MAPS), "absolute"),
    gain: number("gain", GAIN, 1),
    zoom: queryField(router, "zoom", zoomCodec, WHOLE),
    smooth: queryField(router, "smooth", yesCodec, false),
    allSettings: queryField(router, "settings", yesCodec, false),
  };
}
