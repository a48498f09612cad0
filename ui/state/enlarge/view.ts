/** What of the Enlarge page is in its address, and under which names. */
import type { EnlargeScale } from "../../../src/core/enlarge_protocol.ts";
import { ENLARGE_SCALES } from "../../lab.ts";
import type { Router } from "../../router.ts";
import type { PanelAddress } from "../compare/panels.ts";
import { type Pair, pairCodec, panelsCodec } from "../compare/view.ts";
import { WHOLE, type Zoom, zoomCodec } from "../compare/zoom.ts";
import {
  numberCodec,
  type QueryCodec,
  type QueryField,
  queryField,
  wordCodec,
  yesCodec,
} from "../query_state.ts";

/** Side by side, or one over the other with an edge between. */
export const ENLARGE_VIEWS = ["side", "wipe"] as const;
/** One of `ENLARGE_VIEWS`. */
export type EnlargeViewName = typeof ENLARGE_VIEWS[number];

/** Every field. */
export interface EnlargeView {
  /** The server's name for the picture; empty for none. */
  readonly picture: QueryField<string>;
  /** `bicubic`, runs and checkpoints; none for those that the page chooses. */
  readonly models: QueryField<readonly PanelAddress[]>;
  /** Wanted of the picture that comes next; null for what the models enlarge by. */
  readonly scale: QueryField<EnlargeScale | null>;
  /** Whether the picture that comes next is the truth. */
  readonly truth: QueryField<boolean>;
  readonly view: QueryField<EnlargeViewName>;
  /** What is left of the edge, and what right; null for what the page chooses. */
  readonly pair: QueryField<Pair | null>;
  /** The edge's place, 0 at the left. */
  readonly wipe: QueryField<number>;
  readonly zoom: QueryField<Zoom>;
}

const text: QueryCodec<string> = { parse: (written) => written, format: (value) => value };

/** A scale as an address has it; null for anything else. */
const scale: QueryCodec<EnlargeScale | null> = {
  parse: (written) => ENLARGE_SCALES.find((known) => String(known) === written) ?? null,
  format: (value) => value === null ? "" : String(value),
};

/** The fields of a router's address. */
export function enlargeView(router: Router): EnlargeView {
  const wipe = { initial: 0.5, least: 0, most: 1, decimals: 3 };
  return {
    picture: queryField(router, "picture", text, ""),
    models: queryField(router, "models", panelsCodec, []),
    scale: queryField(router, "scale", scale, null),
    truth: queryField(router, "truth", yesCodec, false),
    view: queryField(router, "view", wordCodec(ENLARGE_VIEWS), "side"),
    pair: queryField(router, "pair", pairCodec, null),
    wipe: queryField(router, "wipe", numberCodec(wipe), wipe.initial),
    zoom: queryField(router, "zoom", zoomCodec, WHOLE),
  };
}
