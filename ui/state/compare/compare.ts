/** What the Compare page shows: the same seeds of two to four checkpoints. */
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { type CheckpointRef, checkpointRef, type GeneratorClient } from "../../generator/client.ts";
import type { Truncation } from "../../lab.ts";
import type { Router } from "../../router.ts";
import type { Clock, Transport } from "../../transport.ts";
import { MOST_SEED } from "../explore/view.ts";
import type { RunsState } from "../runs.ts";
import { Film } from "./film.ts";
import { compareMetrics, type MetricComparison } from "./metrics.ts";
import { generationOf, neighbourOf, ordersOf } from "./orders.ts";
import { PanelEdits } from "./panel_edits.ts";
import {
  firstPanels,
  type Letter,
  LETTERS,
  nearestStep,
  type PanelAddress,
  resolveRun,
  unionOfSteps,
} from "./panels.ts";
import { PictureStore } from "./picture_store.ts";
import { RunSource } from "./run_source.ts";
import { type CompareView, compareView, type Pair, type ViewName } from "./view.ts";

/** What the state takes of the world. */
export interface CompareOptions {
  readonly transport: Transport;
  readonly router: Router;
  readonly clock: Clock;
  readonly generator: GeneratorClient;
  /** Kept fresh by whoever opens the page. */
  readonly runs: RunsState;
}

/** A checkpoint in its place. */
export interface Panel {
  readonly index: number;
  readonly letter: Letter;
  readonly address: PanelAddress;
  /** The run's id; what was typed where it stands for none. */
  readonly run: string;
  readonly source: RunSource | null;
  readonly locked: boolean;
  /** The checkpoint's; null where the run has none, or is not known yet. */
  readonly step: number | null;
  readonly checkpoint: CheckpointRef | null;
  /** What its pictures are kept under; null without a checkpoint. */
  readonly generation: string | null;
}

/** Runs looked through for checkpoints where the address names no run. */
const LOOKED_THROUGH = 10;

/** The page's state from its opening to `dispose()`. */
export class CompareState {
  readonly view: CompareView;
  readonly panels: ReadonlySignal<readonly Panel[]>;
  /** Where the slider stops: steps of the panels that follow it. */
  readonly stops: ReadonlySignal<readonly number[]>;
  /** The slider's place among `stops`; −1 without any. */
  readonly stop: ReadonlySignal<number>;
  /** The seeds that every panel shows, in their order. */
  readonly seeds: ReadonlySignal<readonly number[]>;
  /** Side by side where there are no two to lay over each other. */
  readonly shownView: ReadonlySignal<ViewName>;
  readonly pair: ReadonlySignal<Pair>;
  readonly metrics: ReadonlySignal<readonly MetricComparison[]>;
  readonly truncation: ReadonlySignal<Truncation | null>;
  readonly pictures: PictureStore;
  readonly film: Film;
  /** Changes which panels there are. */
  readonly edit: PanelEdits;
  /** The seed that is pointed at, in whichever panel. */
  readonly hovered = signal<number | null>(null);
  /** The seed that arrow keys move from. */
  readonly active = signal<number | null>(null);
  /** Whether the address names no run and none was found to compare. */
  readonly nothing = signal(false);
  readonly #sources = signal<ReadonlyMap<string, RunSource>>(new Map());
  readonly #stops: (() => void)[] = [];
  #disposed = false;

  constructor(private readonly options: CompareOptions) {
    const view = this.view = compareView(options.router);
    const ids = computed(() => options.runs.runs.value.map(({ id }) => id).join("\n"));
    const addressed = computed(() => {
      const known = ids.value.split("\n");
      return view.panels.value.value.map((address) => ({
        address,
        run: resolveRun(address.run, known) ?? address.run,
      }));
    });
    this.stops = computed(() => {
      const following = addressed.value.filter(({ address }) => address.step === null);
      const steps = (run: string) => this.#sources.value.get(run)?.steps.value ?? [];
      return unionOfSteps(following.map(({ run }) => steps(run)));
    });
    this.stop = computed(() => {
      const near = nearestStep(this.stops.value, view.step.value.value);
      return near === null ? -1 : this.stops.value.indexOf(near);
    });
    this.panels = computed(() =>
      addressed.value.map(({ address, run }, index) => this.#panel(address, run, index))
    );
    this.truncation = computed(() => {
      const [by, psi] = [view.truncation.value.value, view.psi.value.value];
      return by === "none" ? null : { by, psi };
    });
    this.seeds = computed(() => {
      const [at, first] = [view.at.value.value, view.seed.value.value];
      if (at !== null) return [at];
      return Array.from({ length: view.count.value.value }, (_, i) => first + i);
    });
    this.shownView = computed(() => addressed.value.length < 2 ? "side" : view.view.value.value);
    this.pair = computed(() => {
      const pair = view.pair.value.value;
      const most = addressed.value.length;
      return Math.max(pair.reference, pair.other) < most ? pair : { reference: 0, other: 1 };
    });
    this.metrics = computed(() =>
      compareMetrics(this.panels.value.map(({ letter, run, step, source }) => ({
        ...{ letter, run, step },
        metrics: source?.metrics.value.value ?? null,
      })))
    );
    this.pictures = new PictureStore(options.generator, options.clock, () => this.#orders());
    this.edit = new PanelEdits(view.panels, this.panels);
    this.film = new Film({
      ...{ clock: options.clock, stop: this.stop, stops: this.stops },
      goToStop: (index) => this.goToStop(index),
      waiting: this.pictures.waiting,
    });
    this.#stops.push(
      effect(() => {
        const runs = new Set(addressed.value.map(({ run }) => run));
        untracked(() => this.#follow(runs));
      }),
      effect(() => {
        for (const { source, checkpoint } of this.panels.value) {
          if (source !== null && checkpoint !== null) untracked(() => source.describe(checkpoint));
        }
      }),
      effect(() => {
        const scene = { stops: this.stops.value, stop: this.stop.value };
        const near = this.panels.value.flatMap((panel) =>
          [1, -1].flatMap((by) => neighbourOf(scene, panel, by) ?? [])
        );
        untracked(() => options.generator.prepare(near));
      }),
      effect(() => {
        const read = options.runs.readAt.value !== null;
        if (read && view.panels.value.value.length === 0) untracked(() => void this.#choose());
      }),
    );
  }

  dispose(): void {
    this.#disposed = true;
    this.#stops.forEach((stop) => stop());
    this.film.pause();
    this.pictures.dispose();
    for (const source of this.#sources.peek().values()) source.dispose();
  }

  /** Why a panel shows nothing; null while all is well. */
  faultOf({ source, generation }: Panel): string | null {
    const loading = source?.detail.loading.value;
    if (loading?.state === "missing") return loading.message;
    const drawing = generation === null ? undefined : this.pictures.faults.value.get(generation);
    return drawing ?? source?.fault.value ?? null;
  }

  /** Moves the slider to one of its stops; every panel that follows shows its nearest checkpoint. */
  goToStop(index: number): void {
    const stops = this.stops.value;
    const step = stops[Math.max(0, Math.min(stops.length - 1, index))];
    if (step !== undefined) this.view.step.set(step);
  }

  /** Shows the seeds before or after those shown; the seed before or after one that is shown large. */
  page(by: -1 | 1): void {
    const { at, seed, count } = this.view;
    const held = (value: number) => Math.max(0, Math.min(MOST_SEED, value));
    if (at.value.value !== null) at.set(held(at.value.value + by));
    else seed.set(held(seed.value.value + by * count.value.value));
  }

  /** Shows other seeds: a page far from the present one, always the same from the same place. */
  reseed(): void {
    const { seed, count, at } = this.view;
    const page = Math.floor(seed.value.value / count.value.value);
    batch(() => {
      seed.set(((page * 7919 + 104_729) % 1_000_003) * count.value.value, "push");
      at.set(null);
    });
  }

  #panel(address: PanelAddress, run: string, index: number): Panel {
    const { view } = this;
    const source = this.#sources.value.get(run) ?? null;
    const steps = source?.steps.value ?? [];
    const step = address.step === "best"
      ? source?.detail.value.value?.best?.step ?? null
      : nearestStep(steps, address.step ?? this.stops.value[this.stop.value] ?? null);
    const weights = view.weights.value.value;
    const checkpoint = step === null
      ? null
      : checkpointRef({ run, step, weights }, source?.checkpoints.value ?? []);
    const generation = checkpoint && generationOf(checkpoint, this.truncation.value);
    const locked = address.step !== null;
    return {
      index,
      letter: LETTERS[index]!,
      address,
      run,
      source,
      locked,
      step,
      checkpoint,
      generation,
    };
  }

  /** What is to be drawn. */
  #orders(): ReturnType<typeof ordersOf> {
    const panels = this.panels.value;
    const { reference, other } = this.pair.value;
    const inSight = this.shownView.value === "wipe"
      ? [reference, other]
      : panels.map(({ index }) => index);
    return ordersOf({
      panels,
      inSight: new Set(inSight),
      seeds: this.seeds.value,
      stops: this.stops.value,
      stop: this.stop.value,
      truncation: this.truncation.value,
    });
  }

  /** Opens runs that came to be shown, lets go of those that are not any more. */
  #follow(runs: ReadonlySet<string>): void {
    const known = this.#sources.peek();
    const sources = new Map<string, RunSource>();
    for (const run of runs) sources.set(run, known.get(run) ?? new RunSource(run, this.options));
    for (const [run, source] of known) if (!sources.has(run)) source.dispose();
    this.#sources.value = sources;
  }

  /** Where the address names no run: the newest that can be drawn. */
  async #choose(): Promise<void> {
    const { runs, transport } = this.options;
    const found: { id: string; steps: number[] }[] = [];
    for (const id of runs.drawable.value.slice(0, LOOKED_THROUGH)) {
      if (found.length === 2) break;
      try {
        const steps = (await transport.checkpoints(id)).map(({ step }) => step);
        if (steps.length > 0) found.push({ id, steps });
      } catch {
        // One that cannot be read is none to begin with; the list of runs says why.
      }
    }
    if (this.#disposed || this.view.panels.value.value.length > 0) return;
    const panels = firstPanels(found);
    this.nothing.value = panels.length === 0;
    if (panels.length > 0) this.view.panels.set(panels);
  }
}
