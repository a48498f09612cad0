/** The pictures that the reader picked, in their order. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type LatentText, MOST_PICKS } from "./view.ts";
import type { QueryField } from "../query_state.ts";

/** A list of latents in the address: the tray's picks, or a concept's exemplars. */
export class LatentList {
  readonly texts: ReadonlySignal<readonly LatentText[]>;
  readonly full: ReadonlySignal<boolean>;
  readonly #set: ReadonlySignal<ReadonlySet<LatentText>>;

  constructor(private readonly field: QueryField<readonly LatentText[]>) {
    this.texts = field.value;
    this.full = computed(() => field.value.value.length >= MOST_PICKS);
    this.#set = computed(() => new Set(field.value.value));
  }

  has(text: LatentText): boolean {
    return this.#set.value.has(text);
  }

  /** Puts a latent before the one at `index`, at the end where left out; one that is there moves. */
  add(text: LatentText, index = Infinity): void {
    if (this.full.value && !this.has(text)) return;
    const from = this.texts.value.indexOf(text);
    const others = this.texts.value.filter((each) => each !== text);
    const at = from >= 0 && from < index ? index - 1 : index;
    this.field.set([...others.slice(0, at), text, ...others.slice(at)], "push");
  }

  remove(text: LatentText): void {
    if (this.has(text)) this.field.set(this.texts.value.filter((each) => each !== text), "push");
  }

  toggle(text: LatentText): void {
    if (this.has(text)) this.remove(text);
    else this.add(text);
  }

  /** Moves a latent by some places; no further than the ends. */
  shift(text: LatentText, by: number): void {
    const from = this.texts.value.indexOf(text);
    const to = Math.max(0, Math.min(this.texts.value.length - 1, from + by));
    if (from < 0 || to === from) return;
    this.add(text, to > from ? to + 1 : to);
  }

  clear(): void {
    this.field.set([], "push");
  }
}

/** The tray: picks, and the one that is selected in it. */
export class TrayState extends LatentList {
  readonly selected: ReadonlySignal<LatentText | null>;
  readonly #selected = signal<LatentText | null>(null);

  constructor(field: QueryField<readonly LatentText[]>) {
    super(field);
    this.selected = computed(() => {
      const text = this.#selected.value;
      return text !== null && this.has(text) ? text : null;
    });
  }

  select(text: LatentText | null): void {
    this.#selected.value = text;
  }
}
