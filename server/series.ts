/** A run's scalars, thinned for charts. Each step's event is parsed once, then kept as columns. */
import type { RunEvent, RunSeries } from "../src/core/protocol.ts";
import type { StoredRun } from "../src/runs/stored_run.ts";
import { ScalarColumns } from "./scalar_columns.ts";

/** Rows parsed in one go, some 10 ms: between goes the server answers others. */
const PAGE_ROWS = 2000;
/** Runs whose columns are kept, some 5 MB each at 100,000 steps. */
const KEPT_RUNS = 16;

type StepEvent = Extract<RunEvent, { type: "step" }>;

/** Puts `prefix` before names, each only once: text made anew would be hashed anew at each look-up. */
function prefixed(prefix: string): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const text = known.get(name) ?? prefix + name;
    known.set(name, text);
    return text;
  };
}

const lossName = prefixed("loss/");
const scoreName = prefixed("score/");

/** The names and values that charts show of a step. */
function* scalarsOf({ losses, scores, imagesPerSecond }: StepEvent): Generator<[string, number]> {
  for (const name in losses) yield [lossName(name), losses[name]!];
  for (const name in scores) yield [scoreName(name), scores[name]!];
  yield ["images/s", imagesPerSecond];
}

/** One run's columns, brought up to date from its store. */
class RunScalars {
  columns = new ScalarColumns();
  /** The newest event that `columns` takes account of. */
  lastEventId = 0;
  #updating: Promise<void> | null = null;

  /** Reads what is new. Requests at the same time share one reading. */
  update(run: StoredRun): Promise<void> {
    return this.#updating ??= this.#read(run).finally(() => this.#updating = null);
  }

  async #read(run: StoredRun): Promise<void> {
    const newest = run.lastEventId();
    if (newest < this.lastEventId) { // another run of the same name has taken its place
      this.columns = new ScalarColumns();
      this.lastEventId = 0;
    }
    for (let after: number | null = this.lastEventId; after !== null;) {
      const page = run.eventBodies({ after, limit: PAGE_ROWS, types: ["step", "started"] });
      for (const event of page.events) {
        if (event.type === "step") this.columns.append(event.step, scalarsOf(event));
        // The store has deleted the steps that a resumed run supersedes; so do the columns.
        else if (event.type === "started") this.columns.rewind(event.step);
      }
      after = page.next;
      this.lastEventId = after ?? Math.max(newest, page.lastId);
      if (after !== null) await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

/** The scalars of the runs looked at last. */
export class SeriesCache {
  /** By id, the one used last at the end. */
  readonly #runs = new Map<string, RunScalars>();

  /** The run's scalars in at most `points` buckets, as of now. Borrows `run` until it resolves. */
  async read(run: StoredRun, points: number): Promise<RunSeries> {
    const scalars = this.#runs.get(run.id) ?? new RunScalars();
    this.#runs.delete(run.id);
    this.#runs.set(run.id, scalars);
    if (this.#runs.size > KEPT_RUNS) this.#runs.delete(this.#runs.keys().next().value!);
    await scalars.update(run);
    return { ...scalars.columns.thin(points), lastEventId: scalars.lastEventId };
  }
}
