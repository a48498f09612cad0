/** What the Explore page shows: one run's generator at one checkpoint, and what was made of it. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { RunDetail } from "../../../src/core/protocol.ts";
import { exploreHref, type Router } from "../../router.ts";
import type { Transport } from "../../transport.ts";
import { failure, type Loading } from "../loading.ts";

/** What the state takes of the world. */
export interface ExploreOptions {
  readonly transport: Transport;
  readonly router: Router;
}

/** Runs looked through, newest first, for one with a checkpoint, where the address names none. */
const LOOKED_THROUGH = 20;

/** The page's state from its opening to `dispose()`. */
export class ExploreState {
  readonly loading = signal<Loading>({ state: "loading" });
  readonly detail = signal<RunDetail | null>(null);
  /** Steps of the run's checkpoints, ascending. */
  readonly steps: ReadonlySignal<readonly number[]>;
  /** The step shown: the address's, else the newest; null where there is none. */
  readonly step: ReadonlySignal<number | null>;
  #disposed = false;

  /** Begins to read `run`, or, for null, the newest run that has a checkpoint. */
  constructor(readonly run: string | null, private readonly options: ExploreOptions) {
    const { route } = options.router;
    this.steps = computed(() => this.detail.value?.checkpoints.map(({ step }) => step) ?? []);
    this.step = computed(() => {
      const asked = route.value.page === "explore" ? route.value.step : null;
      return asked ?? this.steps.value.at(-1) ?? null;
    });
    void this.#open();
  }

  dispose(): void {
    this.#disposed = true;
  }

  async #open(): Promise<void> {
    const { transport, router } = this.options;
    try {
      if (this.run === null) {
        const found = await this.#newestWithCheckpoint();
        if (this.#disposed) return;
        if (found === null) this.loading.value = { state: "ready" };
        else router.amend(exploreHref(found), "replace");
        return;
      }
      const detail = await transport.run(this.run);
      if (this.#disposed) return;
      this.detail.value = detail;
      this.loading.value = { state: "ready" };
    } catch (error) {
      if (!this.#disposed) this.loading.value = failure(error);
    }
  }

  async #newestWithCheckpoint(): Promise<string | null> {
    const { transport } = this.options;
    const newestFirst = (await transport.runs()).toSorted((a, b) => a.id < b.id ? 1 : -1);
    for (const { id } of newestFirst.slice(0, LOOKED_THROUGH)) {
      if ((await transport.run(id)).checkpoints.length > 0) return id;
    }
    return newestFirst[0]?.id ?? null;
  }
}
