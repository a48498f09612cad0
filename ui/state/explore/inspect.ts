/** The picture that is looked at closely, and what directions make of it. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { CheckpointRef, GeneratorClient } from "../../generator/client.ts";
import {
  type Direction,
  formatAddress,
  formatExpression,
  type LatentExpression,
  type Move,
  parseExpression,
  type Vector,
} from "../../lab.ts";
import type { Clock } from "../../transport.ts";
import type { LatentSource } from "./latent_source.ts";
import { LiveDrawing } from "./live_drawing.ts";
import { type ExploreView, type LatentText, MOST_SEED, type Panel } from "./view.ts";

/** Pictures in a direction's strip, from −range to +range. */
export const STRIP_LENGTH = 7;

/** What the state takes. */
export interface InspectOptions {
  readonly client: GeneratorClient;
  readonly clock: Clock;
  readonly view: ExploreView;
  readonly checkpoint: ReadonlySignal<CheckpointRef | null>;
  readonly latents: LatentSource;
}

/** Follows the address's `at`. A picture that was moved is `move(base;…)`, in the address, too. */
export class InspectState {
  readonly at: ReadonlySignal<LatentText | null>;
  /** The seed looked at; null for what is no seed. */
  readonly seed: ReadonlySignal<number | null>;
  /** What `at` is before it is moved. */
  readonly base: ReadonlySignal<LatentText | null>;
  readonly moves: ReadonlySignal<readonly Move[]>;
  /** [Z], or why there is none. */
  readonly latent: ReadonlySignal<{ readonly z: Vector | null; readonly fault: string | null }>;
  /** Of `picture` alone: a slider should wait for nothing else. */
  readonly drawing: LiveDrawing;
  /** The direction whose strip is shown. */
  readonly strip = signal<string | null>(null);

  constructor(private readonly options: InspectOptions) {
    const { client, clock, view, checkpoint, latents } = options;
    this.at = view.at.value;
    const expression = computed(() =>
      this.at.value === null ? null : parseExpression(this.at.value)
    );
    this.seed = computed(() => expression.value?.kind === "seed" ? expression.value.seed : null);
    this.moves = computed(() => expression.value?.kind === "move" ? expression.value.by : []);
    this.base = computed(() => {
      const of = expression.value?.kind === "move" ? expression.value.of : expression.value;
      return of === null ? null : formatExpression(of);
    });
    this.latent = computed(() =>
      this.at.value === null ? { z: null, fault: null } : latents.attempt(this.at.value)
    );
    this.drawing = new LiveDrawing(client, clock, "inspect", () => {
      const [ref, z] = [checkpoint.value, this.latent.value.z];
      if (ref === null || z === null) return null;
      return { checkpoint: ref, latents: z, names: ["picture"] };
    });
  }

  dispose(): void {
    this.drawing.dispose();
  }

  /** Looks at a latent. `panel` other than null shows that panel with it. */
  open(text: LatentText, panel: Panel | null): void {
    const { view } = this.options;
    const [from, shown] = [view.at.value.value, view.panel.value.value];
    if (from === text && (panel === null || panel === shown)) return;
    view.at.set(text, "push");
    if (panel !== null) view.panel.set(panel);
  }

  /** Looks at the next seed, or at the one before. Nothing happens at what is no seed. */
  step(by: number): number | null {
    const { value: seed } = this.seed;
    if (seed === null) return null;
    const next = Math.max(0, Math.min(MOST_SEED, seed + by));
    this.options.view.at.set(String(next));
    return next;
  }

  close(): void {
    const { view } = this.options;
    if (view.at.value.value === null) return;
    view.at.set(null, "push");
    view.panel.set("wall");
  }

  alphaOf(name: string): number {
    return this.moves.value.find((move) => move.name === name)?.alpha ?? 0;
  }

  /** Moves the picture along a direction, to `alpha` from its base. */
  move(name: string, alpha: number): void {
    const text = this.moved(name, alpha);
    if (text !== null) this.options.view.at.set(text);
  }

  /** Takes every move back. */
  reset(): void {
    if (this.base.value !== null) this.options.view.at.set(this.base.value, "push");
  }

  /** The picture with its move along one direction set to `alpha`; null while nothing is looked at. */
  moved(name: string, alpha: number): LatentText | null {
    const base = this.base.value;
    if (base === null) return null;
    const others = this.moves.value.filter((move) => move.name !== name);
    const order = this.moves.value.findIndex((move) => move.name === name);
    const by = alpha === 0
      ? others
      : others.toSpliced(order < 0 ? others.length : order, 0, { name, alpha });
    const of: LatentExpression = parseExpression(base);
    return by.length === 0 ? base : formatExpression({ kind: "move", of, by });
  }

  /** A direction's strip: the picture at −range … +range, its other moves kept. */
  stripOf(
    { name, range }: Direction,
  ): readonly { readonly alpha: number; readonly text: LatentText }[] {
    return Array.from({ length: STRIP_LENGTH }, (_, i) => {
      const alpha = Number((range * (2 * i / (STRIP_LENGTH - 1) - 1)).toFixed(3));
      return { alpha, text: this.moved(name, alpha) ?? "" };
    }).filter(({ text }) => text !== "");
  }
}

/** What a picture is called: `run@step#seed`; of what is no seed, the checkpoint and the expression. */
export function addressOf({ run, step }: CheckpointRef, text: LatentText): string {
  const seed = /^\d+$/.test(text) ? Number(text) : null;
  const address = formatAddress({ run, step, seed });
  return seed === null ? `${address}#${text}` : address;
}
