/** The list of runs: kept fresh, filtered and sorted. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { BrokenRun, RunSummary } from "../../src/core/protocol.ts";
import { isEnlarger } from "../lab.ts";
import type { Clock, Transport } from "../transport.ts";
import { failure, type Loading } from "./loading.ts";

const REFRESH_EVERY_MS = 2000;

/** What the list can be sorted by. */
export type SortKey = "run" | "status" | "dataset" | "device" | "progress" | "updated";
/** By the words of `aria-sort`. */
export type SortDirection = "ascending" | "descending";

/** What the list is sorted by. */
export interface Sort {
  readonly key: SortKey;
  readonly direction: SortDirection;
}

const SORT_VALUES: Readonly<Record<SortKey, (run: RunSummary) => string | number>> = {
  run: (run) => run.id,
  status: (run) => run.status,
  dataset: (run) => run.dataset,
  device: (run) => run.device?.name ?? "",
  progress: (run) => run.totalSteps > 0 ? run.step / run.totalSteps : 0,
  updated: (run) => run.updatedAt,
};

/** Columns in which the largest or latest is the interesting one. */
const DESCENDING_FIRST: ReadonlySet<SortKey> = new Set(["run", "progress", "updated"]);

/** The list, while somebody looks at it. */
export class RunsState {
  /** Of the newest attempt: a list that was once read stays shown when the server goes. */
  readonly loading = signal<Loading>({ state: "loading" });
  readonly runs = signal<readonly RunSummary[]>([]);
  /** What lies among the runs and is none. */
  readonly broken = signal<readonly BrokenRun[]>([]);
  /** When `runs` was last read; null before. */
  readonly readAt = signal<number | null>(null);
  readonly filter = signal("");
  /** At first by name, which begins with the date: runs that go on must not change places. */
  readonly sort = signal<Sort>({ key: "run", direction: "descending" });
  readonly visible: ReadonlySignal<readonly RunSummary[]>;
  /** Ids of the runs whose generators draw from latents, newest first. */
  readonly drawable: ReadonlySignal<readonly string[]>;
  #watching = false;
  #cancel = () => {};

  constructor(private readonly transport: Transport, private readonly clock: Clock) {
    this.visible = computed(() =>
      sorted(matching(this.runs.value, this.filter.value), this.sort.value)
    );
    this.drawable = computed(() =>
      this.runs.value.filter(({ experiment }) => !isEnlarger(experiment))
        .map(({ id }) => id).toSorted().toReversed()
    );
  }

  /** Reads the list and keeps it fresh until `unwatch()`. */
  watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    void this.#refresh();
  }

  unwatch(): void {
    this.#watching = false;
    this.#cancel();
  }

  /** Sorts by a column; by the same one again turns the order round. */
  sortBy(key: SortKey): void {
    const { key: before, direction } = this.sort.value;
    const first: SortDirection = DESCENDING_FIRST.has(key) ? "descending" : "ascending";
    const turned: SortDirection = direction === "ascending" ? "descending" : "ascending";
    this.sort.value = { key, direction: key === before ? turned : first };
  }

  async #refresh(): Promise<void> {
    if (this.clock.visible()) {
      try {
        const { transport } = this;
        const [runs, broken] = await Promise.all([transport.runs(), transport.brokenRuns()]);
        batch(() => {
          this.runs.value = runs;
          this.broken.value = broken;
          this.readAt.value = this.clock.now();
          this.loading.value = { state: "ready" };
        });
      } catch (error) {
        this.loading.value = failure(error);
      }
    }
    if (this.#watching) this.#cancel = this.clock.after(REFRESH_EVERY_MS, () => this.#refresh());
  }
}

/** The runs that contain every word of the filter, in whatever the list shows of them. */
export function matching(runs: readonly RunSummary[], filter: string): readonly RunSummary[] {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return runs;
  return runs.filter(({ id, experiment, dataset, status, device }) => {
    const text = [id, experiment, dataset, status, device?.backend, device?.name].join(" ")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Sorted by a column; equal ones newest first. */
export function sorted(runs: readonly RunSummary[], { key, direction }: Sort): RunSummary[] {
  const value = SORT_VALUES[key];
  const sign = direction === "ascending" ? 1 : -1;
  return runs.toSorted((a, b) =>
    sign * compare(value(a), value(b)) || compare(b.createdAt, a.createdAt)
  );
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
