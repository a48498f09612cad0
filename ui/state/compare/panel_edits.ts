/** Adding, removing and changing the panels of the address: each is a place that "back" returns from. */
import type { ReadonlySignal } from "@preact/signals";
import type { QueryField } from "../query_state.ts";
import { MOST_PANELS, moved, type PanelAddress } from "./panels.ts";

/** What edits need to know of a panel that is shown. */
export interface ShownPanel {
  readonly run: string;
  /** null without a checkpoint. */
  readonly step: number | null;
  /** Whether it stays at its step. */
  readonly locked: boolean;
}

/** The panels of the address, and what is shown of them. */
export class PanelEdits {
  constructor(
    private readonly panels: QueryField<readonly PanelAddress[]>,
    private readonly shown: ReadonlySignal<readonly ShownPanel[]>,
  ) {}

  /**
   * Adds a run, locked at `step`. Without one it follows the slider, unless a panel of the run does so
   * already: two of the same help nobody, so it is locked where that one stands.
   */
  add(run: string, step: number | null = null): void {
    const { panels, shown } = this;
    if (panels.value.value.length >= MOST_PANELS) return;
    const there = shown.value.find((panel) => panel.run === run && !panel.locked);
    panels.set([...panels.value.value, { run, step: step ?? there?.step ?? null }], "push");
  }

  remove(index: number): void {
    const { panels } = this;
    panels.set(panels.value.value.filter((_, i) => i !== index), "push");
  }

  move(index: number, by: -1 | 1): void {
    const { panels } = this;
    panels.set(moved(panels.value.value, index, by), "push");
  }

  /** Shows another run, or a checkpoint of its own, in a panel's place. */
  change(index: number, changes: Partial<PanelAddress>): void {
    const { panels } = this;
    panels.set(
      panels.value.value.map((panel, i) => i === index ? { ...panel, ...changes } : panel),
      "push",
    );
  }

  /** Locks a panel at the step it shows, or lets it follow the slider again. */
  toggleLock(index: number): void {
    const { locked, step } = this.shown.value[index]!;
    this.change(index, { step: locked ? null : step });
  }

  /** Lets every panel follow the slider. */
  unlockAll(): void {
    const { panels } = this;
    panels.set(panels.value.value.map(({ run }) => ({ run, step: null })), "push");
  }
}
