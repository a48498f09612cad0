/** The endless wall: which seeds are in sight, which one the keyboard is at, and scrolling between. */
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { type ExploreView, MOST_SEED } from "./view.ts";
import {
  lastRow,
  layoutWall,
  seedsOfRows,
  type WallLayout,
  WINDOW_ROWS,
  windowFor,
  windowRows,
} from "./wall_layout.ts";

/** Screens that are drawn ahead of and behind the one in sight. */
const AHEAD = 1;
const BEHIND = 0.5;
/** Share of the window that the reader keeps from its ends. */
const MARGIN_ROWS = WINDOW_ROWS / 8;

/** The box that the component scrolls. */
export interface Scroller {
  scrollTo(top: number): void;
}

/** Rows `from` … `to` − 1. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** Moves within the wall, by the names of keys. */
export type WallMove = "left" | "right" | "up" | "down" | "start" | "end" | "pageUp" | "pageDown";

/** The wall's state; a component measures and scrolls for it. */
export class WallState {
  readonly layout: ReadonlySignal<WallLayout | null>;
  /** Rows in the document: those in sight and a few on either side. */
  readonly rows: ReadonlySignal<Rows>;
  /** First row of the scrolled box. */
  readonly origin: ReadonlySignal<number>;
  /** Rows of the scrolled box. */
  readonly count: ReadonlySignal<number>;
  /** Seeds to draw, those in sight first. */
  readonly wanted: ReadonlySignal<readonly number[]>;
  /** Where the keyboard is; null before it was used. */
  readonly active = signal<number | null>(null);
  readonly #box = signal({ width: 0, height: 0, pixelRatio: 1 });
  readonly #origin = signal(0);
  readonly #top = signal(0);
  readonly #stop: () => void;
  #scroller: Scroller | null = null;

  constructor(private readonly view: ExploreView, imageSize: ReadonlySignal<number | null>) {
    this.origin = this.#origin;
    this.layout = computed(() => {
      const size = imageSize.value;
      if (size === null) return null;
      const [wish, smooth] = [view.tile.value.value, view.smooth.value.value];
      return layoutWall({ ...this.#box.value, imageSize: size, wish, smooth });
    });
    this.count = computed(() => windowRows(this.#origin.value, this.layout.value?.columns ?? 1));
    const inSight = computed<string>(() => {
      const layout = this.layout.value;
      if (layout === null) return "0 0";
      const from = this.#origin.value + Math.floor(this.#top.value / layout.pitch);
      return `${from} ${from + layout.rowsInSight}`;
    });
    this.rows = computed(() => {
      const [from, to] = inSight.value.split(" ").map(Number) as [number, number];
      const spare = Math.ceil((to - from) / 2);
      const end = this.#origin.value + this.count.value;
      return { from: Math.max(this.#origin.value, from - spare), to: Math.min(end, to + spare) };
    });
    this.wanted = computed(() => {
      const { columns } = this.layout.value ?? { columns: 1 };
      const [from, to] = inSight.value.split(" ").map(Number) as [number, number];
      const screen = to - from;
      const below = seedsOfRows(to, to + Math.ceil(AHEAD * screen), columns);
      const above = seedsOfRows(from - Math.ceil(BEHIND * screen), from, columns);
      return [...seedsOfRows(from, to, columns), ...below, ...above.toReversed()];
    });
    this.#stop = effect(() => {
      const [layout, seed] = [this.layout.value, view.seed.value.value];
      if (layout !== null) untracked(() => this.#show(seed, layout));
    });
  }

  dispose(): void {
    this.#stop();
  }

  /** Lets a component scroll for the wall until what it returns is called. */
  attach(scroller: Scroller): () => void {
    this.#scroller = scroller;
    const { value: layout } = this.layout;
    if (layout !== null) this.#scroll(Math.floor(this.view.seed.value.value / layout.columns));
    return () => this.#scroller = null;
  }

  /** The box's size, in CSS pixels. */
  measured(width: number, height: number, pixelRatio: number): void {
    const { value: box } = this.#box;
    if (box.width === width && box.height === height && box.pixelRatio === pixelRatio) return;
    this.#box.value = { width, height, pixelRatio };
  }

  /** The reader has scrolled the box to `top`. */
  scrolled(top: number): void {
    const layout = this.layout.value;
    if (layout === null) return;
    this.#top.value = top;
    const row = this.#topRow(layout);
    const { columns } = layout;
    if (Math.floor(this.view.seed.value.value / columns) !== row) {
      this.view.seed.set(row * columns);
    }
    const into = row - this.#origin.value;
    const nearStart = into < MARGIN_ROWS && this.#origin.value > 0;
    const nearEnd = into > this.count.value - MARGIN_ROWS &&
      this.#origin.value + this.count.value <= lastRow(columns);
    if (nearStart || nearEnd) this.#moveWindow(row, layout);
  }

  /** Puts a seed's row at the top, as a place to come back to. */
  jump(seed: number): void {
    const within = Math.max(0, Math.min(MOST_SEED, Math.floor(seed)));
    batch(() => {
      this.view.seed.set(within, "push");
      this.active.value = within;
    });
  }

  /** Moves the keyboard's place, and scrolls to it. Returns the seed it is at. */
  move(move: WallMove): number {
    const layout = this.layout.value;
    const from = this.active.value ?? this.view.seed.value.value;
    if (layout === null) return from;
    const { columns, rowsInSight } = layout;
    const page = columns * Math.max(1, rowsInSight - 2);
    const rowStart = from - from % columns;
    const target = {
      left: from - 1,
      right: from + 1,
      up: from - columns,
      down: from + columns,
      start: rowStart,
      end: rowStart + columns - 1,
      pageUp: from - page,
      pageDown: from + page,
    }[move];
    const first = this.active.value === null;
    const seed = target < 0 || target > MOST_SEED ? from : target;
    this.active.value = first ? from : seed;
    this.reveal(this.active.value);
    return this.active.value;
  }

  /** Scrolls no further than needed for a seed to be seen whole. */
  reveal(seed: number): void {
    const layout = this.layout.value;
    if (layout === null) return;
    const row = Math.floor(seed / layout.columns);
    const { pitch } = layout;
    const top = (row - this.#origin.value) * pitch;
    const { height } = this.#box.value;
    const inWindow = row >= this.#origin.value && row < this.#origin.value + this.count.value;
    if (!inWindow) this.#scroll(row);
    else if (top < this.#top.value) this.#scrollTo(top);
    else if (top + pitch > this.#top.value + height) this.#scrollTo(top + pitch - height);
  }

  #topRow({ pitch }: WallLayout): number {
    return this.#origin.value + Math.round(this.#top.value / pitch);
  }

  /** Brings a seed's row to the top unless it is there: the address or the layout has changed. */
  #show(seed: number, layout: WallLayout): void {
    const row = Math.floor(seed / layout.columns);
    if (row !== this.#topRow(layout)) this.#scroll(row);
  }

  #scroll(row: number): void {
    const layout = this.layout.value;
    if (layout === null) return;
    const into = row - this.#origin.value;
    if (into < 0 || into >= this.count.value - layout.rowsInSight) {
      this.#origin.value = windowFor(row, layout.columns);
    }
    this.#scrollTo((row - this.#origin.value) * layout.pitch);
  }

  #moveWindow(row: number, layout: WallLayout): void {
    const before = this.#origin.value;
    const origin = windowFor(row, layout.columns);
    if (origin === before) return;
    const top = this.#top.value + (before - origin) * layout.pitch;
    batch(() => {
      this.#origin.value = origin;
      this.#top.value = top;
    });
    this.#scroller?.scrollTo(top);
  }

  #scrollTo(top: number): void {
    this.#top.value = Math.max(0, top);
    this.#scroller?.scrollTo(this.#top.value);
  }
}
