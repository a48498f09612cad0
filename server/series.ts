/** A run's scalars, thinned for charts, and what they say. Each step's event is parsed once, then kept. */
import { SAMPLE_DIVERSITY } from "../src/core/diversity.ts";
import { HealthWatch } from "../src/core/health.ts";
import type { RunEvent, RunHealth, RunSeries } from "../src/core/protocol.ts";
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

/** One run's columns and health, brought up to date from its store. */
class RunScalars {
  columns = new ScalarColumns();
  health = new HealthWatch();
  /** The newest event that `columns` takes account of. */
  lastEventId = 0;
  #step = 0;
  #updating: Promise<void> | null = null;

  /** Reads what is new. Requests at the same time share one reading. */
  update(run: StoredRun): Promise<void> {
    return this.#updating ??= this.#read(run).finally(() => this.#updating = null);
  }

  async #read(run: StoredRun): Promise<void> {
    const newest = run.lastEventId();
    if (newest < this.lastEventId) this.#forget(); // another run of the same name has taken its place
    for (let after: number | null = this.lastEventId; after !== null;) {
      const page = run.eventBodies({
        after,
        limit: PAGE_ROWS,
        types: ["step", "metric", "started"],
      });
      if (page.events.some(({ type, step }) => type === "started" && step < this.#step)) {
        this.#forget(); // a resumed run's store has deleted what it supersedes: what is left is read anew
        after = 0;
        continue;
      }
      for (const event of page.events) this.#take(event);
      after = page.next;
      this.lastEventId = after ?? Math.max(newest, page.lastId);
      if (after !== null) await new Promise((resolve) => setTimeout(resolve));
    }
  }

  #take(event: RunEvent): void {
    if (event.type === "step") {
      this.#step = event.step;
      this.columns.append(event.step, scalarsOf(event));
      this.health.observe(event.step, event);
    } else if (event.type === "metric" && event.name === SAMPLE_DIVERSITY) {
      this.health.observeDiversity(event.step, event.value);
    }
  }

  #forget(): void {
    this.columns = new ScalarColumns();
    this.health = new HealthWatch();
    this.lastEventId = 0;
    this.#step = 0;
  }
}

/** The scalars of the runs looked at last. */
export class SeriesCache {
  /** By id, the one used last at the end. */
  readonly #runs = new Map<string, RunScalars>();

  /** The run's scalars in at most `points` buckets, as of now. Borrows `run` until it resolves. */
  async read(run: StoredRun, points: number): Promise<RunSeries> {
    const { columns, lastEventId } = await this.#upToDate(run);
    return { ...columns.thin(points), lastEventId };
  }

  /** How the run stands, as of now. Borrows `run` until it resolves. */
  async health(run: StoredRun): Promise<RunHealth & { readonly lastEventId: number }> {
    const { health, lastEventId } = await this.#upToDate(run);
    return { ...health.health, lastEventId };
  }

  async #upToDate(run: StoredRun): Promise<RunScalars> {
    const scalars = this.#runs.get(run.id) ?? new RunScalars();
    this.#runs.delete(run.id);
    this.#runs.set(run.id, scalars);
    if (this.#runs.size > KEPT_RUNS) this.#runs.delete(this.#runs.keys().next().value!);
    await scalars.update(run);
    return scalars;
  }
}
