/** What the Explore page shows: a wall of a generator's pictures, and what was made of them. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { ArithmeticState } from "./arithmetic.ts";
import { type CheckpointOptions, CheckpointState } from "./checkpoint.ts";
import { DirectionsState } from "./directions.ts";
import { InspectState } from "./inspect.ts";
import { LatentSource } from "./latent_source.ts";
import { NearestState } from "./nearest.ts";
import { PictureCache, type PictureOrder } from "./picture_cache.ts";
import { TrayState } from "./tray.ts";
import { type Concept, CONCEPTS, type LatentText, type Panel } from "./view.ts";
import { WalkState } from "./walk.ts";
import { WallState } from "./wall.ts";

/** What the state takes of the world. */
export interface ExploreOptions extends CheckpointOptions {
  /** Whether the wall is one of the tabs, not beside them. */
  readonly narrow: ReadonlySignal<boolean>;
  readonly reducedMotion: ReadonlySignal<boolean>;
}

/** Where pictures go that are clicked on the wall: to be inspected, to the tray, or to a concept. */
export type ClickTarget = "inspect" | "tray" | Concept;

/** The page's state from its opening to `dispose()`. */
export class ExploreState extends CheckpointState {
  readonly latents: LatentSource;
  readonly directions: DirectionsState;
  readonly wall: WallState;
  readonly wallPictures: PictureCache<number>;
  /** Small pictures elsewhere: in the tray, of exemplars, in strips. */
  readonly thumbs: PictureCache<LatentText>;
  readonly tray: TrayState;
  readonly inspect: InspectState;
  readonly nearest: NearestState;
  readonly arithmetic: ArithmeticState;
  readonly walk: WalkState;
  readonly narrow: ReadonlySignal<boolean>;
  readonly clicksGoTo: ReadonlySignal<ClickTarget>;
  readonly #clicksGoTo = signal<ClickTarget>("inspect");
  /** Names what pictures are drawn with: checkpoint and truncation. */
  readonly #generation: ReadonlySignal<string>;

  constructor(run: string | null, options: ExploreOptions) {
    super(run, options);
    const { router, clock, generator: client, transport, reducedMotion } = options;
    const { view, checkpoint } = this;
    this.narrow = options.narrow;
    this.clicksGoTo = this.#clicksGoTo;
    this.#generation = computed(() => this.#nameGeneration());
    const needsDirections = computed(() =>
      view.panel.value.value === "edit" || router.query.value.includes("move(")
    );
    this.directions = new DirectionsState(transport, run ?? "", this.step, needsDirections);
    this.latents = new LatentSource({
      latentDim: computed(() => this.shape.value?.latentDim ?? null),
      truncation: computed(() => {
        const [by, psi] = [view.truncation.value.value, view.psi.value.value];
        return by === "none" ? null : { by, psi };
      }),
      directions: this.directions.list,
    });
    const common = { client, clock, view, checkpoint, latents: this.latents };
    const shows = (panel: Panel) => computed(() => view.panel.value.value === panel);
    this.wall = new WallState(view, computed(() => this.shape.value?.size ?? null));
    this.wallPictures = new PictureCache(client, clock, () => this.#orderWall());
    this.tray = new TrayState(view.picks);
    this.inspect = new InspectState(common);
    this.nearest = new NearestState({
      ...{ transport, clock, checkpoint },
      latent: computed(() => this.inspect.latent.value.z),
      shown: computed(() =>
        view.panel.value.value === "inspect" ||
        view.panel.value.value === "wall" && !this.narrow.value
      ),
    });
    this.arithmetic = new ArithmeticState({ ...common, shown: shows("arithmetic") });
    const generation = this.#generation;
    this.walk = new WalkState({ ...common, generation, reducedMotion, shown: shows("walk") });
    this.thumbs = new PictureCache(client, clock, () => this.#orderThumbs());
  }

  override dispose(): void {
    super.dispose();
    for (
      const part of [
        ...[this.directions, this.wall, this.wallPictures, this.thumbs],
        ...[this.inspect, this.nearest, this.arithmetic, this.walk],
      ]
    ) part.dispose();
  }

  /** Sends clicks elsewhere: where the wall is a tab, to it and, at the end, back to where they went. */
  sendClicksTo(target: ClickTarget): void {
    const before = this.#clicksGoTo.value;
    this.#clicksGoTo.value = target;
    const { panel } = this.view;
    if (!this.narrow.value) return;
    if (target !== "inspect") panel.set("wall", "push");
    else if (before !== "inspect" && before !== "tray") panel.set("arithmetic", "push");
  }

  /** What a click on a picture of the wall does. */
  click(text: LatentText): void {
    const target = this.clicksGoTo.value;
    if (target === "tray") this.tray.toggle(text);
    else if (target !== "inspect") this.arithmetic.concepts[target].toggle(text);
    else this.inspect.open(text, this.view.panel.value.value === "edit" ? null : "inspect");
  }

  #nameGeneration(): string {
    const { step, weights, version = "" } = this.checkpoint.value ?? { step: "", weights: "" };
    const [by, psi] = [this.view.truncation.value.value, this.view.psi.value.value];
    return `${step} ${version} ${weights} ${by === "none" ? "" : `${by} ${psi}`}`;
  }

  #orderWall(): PictureOrder<number> | null {
    const { checkpoint: { value: checkpoint }, shape, wall, latents } = this;
    if (checkpoint === null || shape.value === null || wall.layout.value === null) return null;
    return {
      generation: this.#generation.value,
      checkpoint,
      keys: wall.wanted.value,
      latentsOf: (seeds) => latents.seeds(seeds),
    };
  }

  #orderThumbs(): PictureOrder<LatentText> | null {
    const { checkpoint: { value: checkpoint }, shape, latents } = this;
    if (checkpoint === null || shape.value === null) return null;
    return {
      generation: this.#generation.value,
      checkpoint,
      keys: this.#thumbTexts(),
      latentsOf: (texts) => latents.several(texts),
    };
  }

  /** Texts that stand somewhere as small pictures, and can be drawn. */
  #thumbTexts(): LatentText[] {
    const { view, inspect, directions } = this;
    const panel = view.panel.value.value;
    const texts = [...this.tray.texts.value];
    if (panel === "arithmetic") {
      for (const concept of CONCEPTS) texts.push(...this.arithmetic.concepts[concept].texts.value);
    }
    if (panel === "edit" && inspect.base.value !== null) texts.unshift(inspect.base.value);
    const strip = directions.list.value?.find(({ name }) => name === inspect.strip.value);
    if (panel === "edit" && strip) texts.push(...inspect.stripOf(strip).map(({ text }) => text));
    return [...new Set(texts)].filter((text) => this.latents.attempt(text).z !== null);
  }
}
