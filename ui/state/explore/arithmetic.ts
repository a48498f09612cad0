/** "Smiling woman − neutral woman + neutral man": A − B + C of exemplars, with neighbours. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { CheckpointRef, GeneratorClient } from "../../generator/client.ts";
import {
  formatExpression,
  type LatentExpression,
  parseExpression,
  stackLatents,
} from "../../lab.ts";
import type { Clock } from "../../transport.ts";
import type { LatentSource } from "./latent_source.ts";
import { LiveDrawing } from "./live_drawing.ts";
import { LatentList } from "./tray.ts";
import { type Concept, CONCEPTS, type ExploreView, type LatentText } from "./view.ts";

/** The result stands amid eight neighbours: three by three, as in the paper's Figure 7. */
export const NEIGHBOURS = 8;

/** What the state takes. */
export interface ArithmeticOptions {
  readonly client: GeneratorClient;
  readonly clock: Clock;
  readonly view: ExploreView;
  readonly checkpoint: ReadonlySignal<CheckpointRef | null>;
  readonly latents: LatentSource;
  /** Whether anybody sees it: nothing is drawn else. */
  readonly shown: ReadonlySignal<boolean>;
}

/** The builder's state: exemplars in the address, their means and what comes of them drawn live. */
export class ArithmeticState {
  readonly concepts: Readonly<Record<Concept, LatentList>>;
  /** Each concept's mean; null for one without exemplars. */
  readonly means: ReadonlySignal<Readonly<Record<Concept, LatentText | null>>>;
  /** A − k·B + k·C; null until each concept has an exemplar. */
  readonly result: ReadonlySignal<LatentText | null>;
  /** The result's neighbours by noise. */
  readonly neighbours: ReadonlySignal<readonly LatentText[]>;
  readonly drawing: LiveDrawing;
  /** Why something in it has no latent. */
  readonly fault = signal<string | null>(null);

  constructor(private readonly options: ArithmeticOptions) {
    const { client, clock, view, checkpoint, latents, shown } = options;
    const list = (concept: Concept) => new LatentList(view.concepts[concept]);
    this.concepts = { a: list("a"), b: list("b"), c: list("c") };
    this.means = computed(() => {
      const mean = (concept: Concept) => meanText(this.concepts[concept].texts.value);
      return { a: mean("a"), b: mean("b"), c: mean("c") };
    });
    this.result = computed(() => resultText(view));
    this.neighbours = computed(() => {
      const [result, noise, seed] = [
        this.result.value,
        view.noise.value.value,
        view.noiseSeed.value.value,
      ];
      if (result === null) return [];
      const of = parseExpression(result);
      return Array.from(
        { length: NEIGHBOURS },
        (_, index) => formatExpression({ kind: "near", of, noise, seed, index }),
      );
    });
    this.drawing = new LiveDrawing(client, clock, "arithmetic", () => {
      const ref = checkpoint.value;
      if (ref === null || !shown.value) return null;
      const read = this.#named().map(([name, text]) => ({ name, ...latents.attempt(text) }));
      this.fault.value = read.find(({ fault }) => fault !== null)?.fault ?? null;
      const known = read.filter(({ z }) => z !== null);
      if (known.length === 0) return null;
      const { values } = stackLatents(known.map(({ z }) => z!));
      return { checkpoint: ref, latents: values, names: known.map(({ name }) => name) };
    });
  }

  dispose(): void {
    this.drawing.dispose();
  }

  /** `a`, `b`, `c`, `result`, `0` … `7`: what is drawn, as far as it is there. */
  #named(): [string, LatentText][] {
    const means = CONCEPTS.flatMap((concept): [string, LatentText][] => {
      const mean = this.means.value[concept];
      return mean === null ? [] : [[concept, mean]];
    });
    const result: [string, LatentText][] = this.result.value === null
      ? []
      : [["result", this.result.value]];
    const near = this.neighbours.value.map((text, i): [string, LatentText] => [String(i), text]);
    return [...means, ...result, ...near];
  }

  /** Other neighbours. */
  reseed(): void {
    const { noiseSeed } = this.options.view;
    noiseSeed.set(noiseSeed.value.value + 1);
  }

  /** Takes every exemplar out. */
  clear(): void {
    for (const concept of CONCEPTS) this.concepts[concept].clear();
  }
}

/** The mean of exemplars in writing; of one, itself. */
function meanText(texts: readonly LatentText[]): LatentText | null {
  if (texts.length < 2) return texts[0] ?? null;
  return formatExpression({ kind: "mean", of: texts.map(parseExpression) });
}

function resultText(view: ExploreView): LatentText | null {
  const [a, b, c] = CONCEPTS.map((concept) =>
    view.concepts[concept].value.value.map(parseExpression)
  );
  if (!a?.length || !b?.length || !c?.length) return null;
  const sum: LatentExpression = { kind: "arith", a, b, c, strength: view.strength.value.value };
  return formatExpression(view.typical.value.value ? { kind: "typical", of: sum } : sum);
}
