/** What the Enlarge page shows: one picture, enlarged by one to four models, beside what is known of it. */
import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type {
  EnlargeFigures,
  EnlargerInfo,
  EnlargeScale,
  PictureInfo,
} from "../../../src/core/enlarge_protocol.ts";
import type { Router } from "../../router.ts";
import type { Clock, Transport } from "../../transport.ts";
import { PanelEdits } from "../compare/panel_edits.ts";
import { formatPanels, type Letter, LETTERS } from "../compare/panels.ts";
import type { Pair } from "../compare/view.ts";
import { Refreshed } from "../refreshed.ts";
import { type Enlargement, Enlargements } from "./enlargements.ts";
import { compareFigures, type FigureComparison } from "./figures.ts";
import { HeldPicture } from "./held_picture.ts";
import {
  BICUBIC,
  type ChosenModel,
  chosenModel,
  firstModels,
  firstScale,
  modelTitle,
} from "./models.ts";
import { type EnlargeView, enlargeView } from "./view.ts";

/** What the state takes of the world. */
export interface EnlargeOptions {
  readonly transport: Transport;
  readonly router: Router;
  readonly clock: Clock;
}

/** A picture in its place: the small one, one that a model has made, or the truth. */
export interface EnlargePanel {
  readonly index: number;
  readonly letter: Letter;
  readonly kind: "small" | "model" | "truth";
  /** What it is called: `SRResNet`. */
  readonly title: string;
  /** Of a model's panel. */
  readonly chosen: ChosenModel | null;
  /** The model's place among the models of the address; −1 for what is no model's. */
  readonly place: number;
  /** How the result stands; null for what is no model's. */
  readonly result: Enlargement | null;
}

/** The page's state from its opening to `dispose()`. */
export class EnlargeState {
  readonly view: EnlargeView;
  /** What there is to enlarge with, newest first; null until it is known. */
  readonly enlargers: ReadonlySignal<readonly EnlargerInfo[] | null>;
  /** Reading of `enlargers`. */
  readonly listing: Refreshed<readonly EnlargerInfo[]>;
  readonly held: HeldPicture;
  readonly enlargements: Enlargements;
  /** The picture that is to be seen; null while there is none. */
  readonly picture: ReadonlySignal<PictureInfo | null>;
  /** By how much the picture, or else the next one, grows. */
  readonly scale: ReadonlySignal<EnlargeScale>;
  readonly truth: ReadonlySignal<boolean>;
  /** The models that the address names, or that the page has chosen. */
  readonly models: ReadonlySignal<readonly ChosenModel[]>;
  readonly panels: ReadonlySignal<readonly EnlargePanel[]>;
  /** The two that are laid over each other. */
  readonly pair: ReadonlySignal<Pair>;
  /** Figures of all panels, in their order. */
  readonly figures: ReadonlySignal<readonly FigureComparison[]>;
  /** Changes which models there are. */
  readonly edit: PanelEdits;
  /** CSS pixels that a picture is wide where nothing is enlarged; 0 before it was measured. */
  readonly frameWidth = signal(0);
  /** What the page has to say of what was dropped, besides showing it. */
  readonly remark = signal<string | null>(null);
  readonly #choosing: () => void;

  constructor({ transport: { pictures }, router, clock }: EnlargeOptions) {
    const view = this.view = enlargeView(router);
    this.listing = new Refreshed({ read: () => pictures.enlargers(), clock, goesOn: () => true });
    this.enlargers = this.listing.value;
    const named = view.models.value;
    const wantedScale = computed(() =>
      view.scale.value.value ?? firstScale(named.value, this.enlargers.value ?? [])
    );
    const scale = () => wantedScale.peek();
    this.held = new HeldPicture({ pictures, clock, router, view, scale });
    const { info, state } = this.held;
    this.picture = computed(() => {
      const gone = state.value.state === "none" || state.value.state === "forgotten";
      return gone || info.value?.id !== view.picture.value.value ? null : info.value;
    });
    this.scale = computed(() => this.picture.value?.scale ?? wantedScale.value);
    this.truth = computed(() => {
      const picture = this.picture.value;
      return picture === null ? view.truth.value.value : picture.truth !== null;
    });
    this.models = computed(() => {
      const known = this.enlargers.value ?? [];
      const addresses = named.value.length > 0 ? named.value : firstModels(known, this.scale.value);
      return addresses.map((address) => chosenModel(address, known, this.scale.value));
    });
    this.enlargements = new Enlargements({
      ...{ pictures, clock },
      wanted: () => this.#wanted(),
      onForgotten: () => this.held.lost(),
    });
    this.panels = computed(() => this.#panels());
    this.pair = computed(() => {
      const most = this.panels.value.length;
      const pair = view.pair.value.value;
      if (pair !== null && Math.max(pair.reference, pair.other) < most) return pair;
      // The first model and the last; a lone one and what is beside it.
      const models = this.models.value.length;
      return models > 1 ? { reference: 1, other: models } : { reference: 0, other: 1 };
    });
    this.figures = computed(() =>
      compareFigures(this.panels.value.map((panel) => figuresOf(panel.result)))
    );
    const shown = computed(() => this.models.value.map((chosen) => shownModel(chosen)));
    this.edit = new PanelEdits(view.models, shown);
    this.#choosing = effect(() => {
      if (this.enlargers.value === null || named.value.length > 0) return;
      if (this.picture.value !== null) untracked(() => this.#choose());
    });
  }

  dispose(): void {
    this.#choosing();
    this.enlargements.dispose();
    this.held.dispose();
    this.listing.dispose();
  }

  /** Takes the picture by another scale; models of the old one give way to those that the page chooses. */
  setScale(scale: EnlargeScale): void {
    if (scale === this.scale.value) return;
    const fitting = this.models.value.filter(({ enlarger }) => enlarger?.scale === scale);
    const models = fitting.length > 0
      ? [{ run: BICUBIC, step: null }, ...fitting.map(({ address }) => address)]
      : firstModels(this.enlargers.value ?? [], scale);
    this.held.change({ scale }, { [this.view.models.name]: formatPanels(models) });
  }

  /** The zoom at which one pixel of the results is one of the screen's; null where the whole shows more. */
  pixelZoom(pixelRatio: number): number | null {
    const [picture, width] = [this.picture.value, this.frameWidth.value];
    if (picture === null || width === 0) return null;
    const scale = picture.width * picture.scale / (width * pixelRatio);
    return scale > 1 ? scale : null;
  }

  /** Writes what the page has chosen into the address, so that it stays the same. */
  #choose(): void {
    this.view.models.set(this.models.value.map(({ address }) => address));
  }

  #wanted() {
    const picture = this.picture.value;
    if (picture === null || this.held.state.value.state !== "ready") return null;
    if (this.enlargers.value === null) return null;
    const models = this.models.value.filter(({ enlarger }) =>
      enlarger === null || enlarger.scale === picture.scale
    );
    return { picture: picture.id, models: models.map(({ model }) => model) };
  }

  #panels(): readonly EnlargePanel[] {
    const picture = this.picture.value;
    if (picture === null) return [];
    const none = { chosen: null, place: -1, result: null };
    const panels: Omit<EnlargePanel, "index" | "letter">[] = [
      { kind: "small", title: "Small picture", ...none },
      ...this.models.value.map((chosen, place) => ({
        kind: "model" as const,
        title: chosen.enlarger === null ? chosen.address.run : modelTitle(chosen.enlarger),
        chosen,
        place,
        result: this.#result(picture, chosen),
      })),
    ];
    if (picture.truth !== null) panels.push({ kind: "truth", title: "Truth", ...none });
    return panels.map((panel, index) => ({ ...panel, index, letter: LETTERS[index]! }));
  }

  #result({ id, scale }: PictureInfo, { enlarger, model }: ChosenModel): Enlargement {
    if (enlarger !== null && enlarger.scale !== scale) {
      const message =
        `${model} enlarges ×${enlarger.scale}, and the picture is to grow ×${scale}. ` +
        "Choose the other scale, or another model";
      return { state: "failed", message };
    }
    return this.enlargements.of(id, model).value;
  }
}

/** What a result is known to differ by from the truth. */
export function figuresOf(result: Enlargement | null): EnlargeFigures | null {
  return result?.state === "done" ? result.figures : null;
}

/** As edits of panels know what is shown: a run's newest checkpoint is one that follows. */
function shownModel({ address, enlarger }: ChosenModel) {
  const step = typeof address.step === "number" ? address.step : enlarger?.step ?? null;
  return { run: address.run, step, locked: address.step !== null };
}
