/** What of the Explore page is in its address, and under which names. */
import { computed, type ReadonlySignal } from "@preact/signals";
import {
  formatExpression,
  INTERPOLATION_METHODS,
  type InterpolationMethod,
  NEIGHBOUR_NOISE,
  parseExpression,
  parseExpressions,
} from "../../lab.ts";
import { parseQuery, type Router } from "../../router.ts";
import {
  numberFields,
  type QueryCodec,
  type QueryField,
  queryField,
  wordCodec,
  yesCodec,
} from "../query_state.ts";

/** A latent in writing, as `formatExpression` writes it: `7`, `mean(1,5)`. Equal texts, equal latents. */
export type LatentText = string;

/** Greatest seed that the page shows: addresses keep fifteen digits. */
export const MOST_SEED = 999_999_999_999_999;
/** Picks that a tray holds, and exemplars of one concept. */
export const MOST_PICKS = 32;
/** What the page can show beside its wall; `wall` is narrow screens' way to show the wall alone. */
export const PANELS = ["wall", "inspect", "edit", "walk", "arithmetic"] as const;
/** One of `PANELS`. */
export type Panel = typeof PANELS[number];
/** The three concepts of A − B + C. */
export const CONCEPTS = ["a", "b", "c"] as const;
/** One of `CONCEPTS`. */
export type Concept = typeof CONCEPTS[number];

/** How latents of seeds are truncated: not at all, scaled towards the mean, or drawn anew beyond a bound. */
export const TRUNCATIONS = ["none", "scale", "resample"] as const;
/** One of `TRUNCATIONS`. */
export type TruncationChoice = typeof TRUNCATIONS[number];
/** Range of the factor of `scale` and of the bound of `resample`. */
export const PSI = { least: 0.1, most: 3, step: 0.01, initial: 0.7 } as const;
/** Range of k in A − k·B + k·C; 1 is the paper's. */
export const STRENGTH = { least: 0, most: 2, step: 0.01, initial: 1 } as const;
/** Range of the noise that makes neighbours. */
export const NOISE = { least: 0, most: 1, step: 0.01, initial: NEIGHBOUR_NOISE } as const;
/** Size of a tile in CSS pixels; whole multiples of the images' own are taken. */
export const TILE = { least: 40, most: 256, initial: 72 } as const;

/** Every field. */
export interface ExploreView {
  readonly weights: QueryField<"ema" | "raw">;
  readonly truncation: QueryField<TruncationChoice>;
  readonly psi: QueryField<number>;
  /** The seed at the wall's top left. */
  readonly seed: QueryField<number>;
  readonly tile: QueryField<number>;
  readonly smooth: QueryField<boolean>;
  readonly panel: QueryField<Panel>;
  /** What is inspected; null for nothing. */
  readonly at: QueryField<LatentText | null>;
  readonly picks: QueryField<readonly LatentText[]>;
  readonly concepts: Readonly<Record<Concept, QueryField<readonly LatentText[]>>>;
  readonly strength: QueryField<number>;
  readonly typical: QueryField<boolean>;
  readonly noise: QueryField<number>;
  readonly noiseSeed: QueryField<number>;
  readonly method: QueryField<InterpolationMethod>;
  readonly loop: QueryField<boolean>;
  /** Place on the walk, in legs from its first stop. */
  readonly place: QueryField<number>;
  /** What the address has under these names and is no latent, in words. */
  readonly faults: ReadonlySignal<readonly string[]>;
}

const latent: QueryCodec<LatentText | null> = {
  parse: (text) => attempt(() => formatExpression(parseExpression(text)), null),
  format: (value) => value ?? "",
};

const latents: QueryCodec<readonly LatentText[]> = {
  parse: (text) =>
    attempt(() => [...new Set(parseExpressions(text).map(formatExpression))], [])
      .slice(0, MOST_PICKS),
  format: (value) => value.join(","),
};

/** The fields of a router's address. */
export function exploreView(router: Router): ExploreView {
  const number = numberFields(router);
  const seed = (name: string, initial = 0) => number(name, { initial, least: 0, most: MOST_SEED });
  const concept = (name: Concept) => queryField(router, name, latents, []);
  return {
    weights: queryField(router, "weights", wordCodec(["ema", "raw"]), "ema"),
    truncation: queryField(router, "truncation", wordCodec(TRUNCATIONS), "none"),
    psi: number("psi", PSI, 2),
    seed: seed("seed"),
    tile: number("tile", TILE),
    smooth: queryField(router, "smooth", yesCodec, false),
    panel: queryField(router, "show", wordCodec(PANELS), "wall"),
    at: queryField(router, "at", latent, null),
    picks: queryField(router, "picks", latents, []),
    concepts: { a: concept("a"), b: concept("b"), c: concept("c") },
    strength: number("strength", STRENGTH, 2),
    typical: queryField(router, "typical", yesCodec, false),
    noise: number("noise", NOISE, 2),
    noiseSeed: seed("near", 1), // as the terminal's command has it
    method: queryField(router, "path", wordCodec(INTERPOLATION_METHODS), "slerp"),
    loop: queryField(router, "loop", yesCodec, false),
    place: number("t", { initial: 0, least: 0, most: MOST_PICKS }, 3),
    faults: computed(() => faultsOf(parseQuery(router.query.value))),
  };
}

/** What is wrong with the latents of a query. */
function faultsOf(query: ReadonlyMap<string, string>): readonly string[] {
  return ["at", "picks", ...CONCEPTS].flatMap((name) => {
    try {
      parseExpressions(query.get(name) ?? "");
      return [];
    } catch (error) {
      return [(error as RangeError).message];
    }
  });
}

/** What `parse` gives, or `otherwise` where the text is none: `faults` says so. */
function attempt<T>(parse: () => T, otherwise: T): T {
  try {
    return parse();
  } catch {
    return otherwise;
  }
}
