/** From latents in writing to their numbers. */
import { computed, type ReadonlySignal } from "@preact/signals";
import {
  type Direction,
  evaluateExpression,
  type LatentSpace,
  parseExpression,
  stackLatents,
  truncatedLatent,
  type Truncation,
  type Vector,
} from "../../lab.ts";
import type { LatentText } from "./view.ts";

/** What the numbers depend on. */
export interface LatentSourceOptions {
  /** null until the generator is known. */
  readonly latentDim: ReadonlySignal<number | null>;
  readonly truncation: ReadonlySignal<Truncation | null>;
  /** null while they are being read. */
  readonly directions: ReadonlySignal<readonly Direction[] | null>;
}

/** Texts whose numbers are kept; a wall's seeds come and go by themselves. */
const KEPT = 512;

/** Reads latents. Its methods follow signals: computed values that call them stay right. */
export class LatentSource {
  readonly #space: ReadonlySignal<LatentSpace | null>;
  #kept = new Map<LatentText, Vector>();
  #keptOf: LatentSpace | null = null;

  constructor(private readonly options: LatentSourceOptions) {
    const { latentDim, truncation, directions } = options;
    this.#space = computed(() => {
      const Z = latentDim.value;
      if (Z === null) return null;
      const by = truncation.value;
      const known = directions.value;
      return {
        latentDim: Z,
        direction: (name) => directionOf(known, name),
        ofSeed: (seed) => truncatedLatent(seed, Z, by),
      };
    });
  }

  /** Latents of seeds, truncated, [B, Z]; null until the generator is known. */
  seeds(seeds: readonly number[]): Vector | null {
    const space = this.#space.value;
    if (space === null) return null;
    const values = new Float32Array(seeds.length * space.latentDim);
    seeds.forEach((seed, i) =>
      values.set(space.ofSeed!(seed, space.latentDim), i * space.latentDim)
    );
    return values;
  }

  /** Whether every name in a text can be told by now. */
  #isKnown(text: LatentText): boolean {
    return this.options.directions.value !== null || !text.includes("move(");
  }

  /**
   * The latent of a text; null until the generator and the directions in it are known. Throws what the
   * expression throws.
   */
  read(text: LatentText): Vector | null {
    const space = this.#space.value;
    if (space === null || !this.#isKnown(text)) return null;
    if (this.#keptOf !== space) this.#kept = new Map();
    this.#keptOf = space;
    const vector = this.#kept.get(text) ?? evaluateExpression(parseExpression(text), space);
    this.#kept.delete(text);
    this.#kept.set(text, vector); // the newest use comes last
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return vector;
  }

  /** Latents of texts, [B, Z]; null while one of them cannot be told. */
  several(texts: readonly LatentText[]): Vector | null {
    const known = texts.map((text) => this.attempt(text).z).filter((z) => z !== null);
    return known.length < texts.length ? null : stackLatents(known).values;
  }

  /** The latent, or why there is none: it moves along a direction that is not there, say. */
  attempt(text: LatentText): { readonly z: Vector | null; readonly fault: string | null } {
    try {
      return { z: this.read(text), fault: null };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { z: null, fault: error.message };
    }
  }
}

function directionOf(known: readonly Direction[] | null, name: string): Direction {
  const direction = known?.find((each) => each.name === name);
  if (direction) return direction;
  throw new RangeError(
    `There is no direction "${name}" at this checkpoint. ` +
      (known?.length ? `It has ${known.map((each) => each.name).join(", ")}` : "It has none"),
  );
}
