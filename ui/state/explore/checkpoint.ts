/** Which generator is explored: a run's, at the step the address says. */
import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { CheckpointInfo, RunDetail, RunMetrics } from "../../../src/core/protocol.ts";
import {
  type CheckpointRef,
  checkpointRef,
  type GeneratorClient,
  type GeneratorShape,
} from "../../generator/client.ts";
import { isEnlarger } from "../../lab.ts";
import { exploreHref, type Router } from "../../router.ts";
import { type Clock, type Transport, Unreachable } from "../../transport.ts";
import { contentsOf } from "../checkpoint_contents.ts";
import { failure, type Loading } from "../loading.ts";
import { isActive } from "../run.ts";
import { faultText } from "./faults.ts";
import { type ExploreView, exploreView } from "./view.ts";

/** What the state takes of the world. */
export interface CheckpointOptions {
  readonly transport: Transport;
  readonly router: Router;
  readonly clock: Clock;
  readonly generator: GeneratorClient;
}

/** Runs looked through, newest first, for one with a checkpoint, where the address names none. */
const LOOKED_THROUGH = 20;
/** A run that goes on is asked for new checkpoints this often, and a server that is gone for anything. */
const REFRESH_EVERY_MS = 5000;
/** One that has ended is, too, but less often: it may be resumed. */
const LOOK_AGAIN_AFTER_MS = 30_000;
const RETRY_AFTER_MS = 2000;

/** Reads the run, follows it while it trains, and asks what its generator takes and gives. */
export class CheckpointState {
  readonly view: ExploreView;
  readonly loading = signal<Loading>({ state: "loading" });
  readonly detail = signal<RunDetail | null>(null);
  readonly checkpoints = signal<readonly CheckpointInfo[]>([]);
  /** Steps of the run's checkpoints, ascending. */
  readonly steps: ReadonlySignal<readonly number[]>;
  /** The step that was measured to be best; null where none was. */
  readonly best = signal<RunMetrics["best"]>(null);
  /** The step the address asks for; null for the newest. */
  readonly askedStep: ReadonlySignal<number | null>;
  /** The step shown; null where the run has no such checkpoint. */
  readonly step: ReadonlySignal<number | null>;
  /** Whether the run's network enlarges pictures: then there is nothing to draw. */
  readonly enlarges: ReadonlySignal<boolean>;
  readonly checkpoint: ReadonlySignal<CheckpointRef | null>;
  /** null until it is known; kept from one step to the next. */
  readonly shape: ReadonlySignal<GeneratorShape | null>;
  /** Why the generator cannot be opened. */
  readonly shapeFault: ReadonlySignal<string | null>;
  readonly #shape = signal<GeneratorShape | null>(null);
  readonly #shapeFault = signal<string | null>(null);
  readonly #timers = new Set<() => void>();
  readonly #stop: () => void;
  #disposed = false;

  /** Begins to read `run`, or, for null, the newest run that has a checkpoint. */
  constructor(readonly run: string | null, protected readonly options: CheckpointOptions) {
    const { router } = options;
    const { route } = router;
    this.view = exploreView(router);
    this.shape = this.#shape;
    this.shapeFault = this.#shapeFault;
    this.enlarges = computed(() => isEnlarger(this.detail.value?.experiment ?? ""));
    this.steps = computed(() => this.checkpoints.value.map(({ step }) => step));
    this.askedStep = computed(() => route.value.page === "explore" ? route.value.step : null);
    this.step = computed(() => {
      const [asked, steps] = [this.askedStep.value, this.steps.value];
      if (asked === null) return steps.at(-1) ?? null;
      return steps.includes(asked) ? asked : null;
    });
    this.checkpoint = computed(() => {
      const [step, weights] = [this.step.value, this.view.weights.value.value];
      if (step === null || run === null || this.enlarges.value) return null;
      return checkpointRef({ run, step, weights }, this.checkpoints.value);
    });
    this.#stop = effect(() => {
      const ref = this.checkpoint.value;
      if (ref !== null) untracked(() => void this.#describe(ref));
    });
    void this.#open();
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
    for (const cancel of this.#timers) cancel();
  }

  /** Shows another step; null for whichever is the newest. */
  goToStep(step: number | null): void {
    const { router } = this.options;
    if (this.run !== null) router.amend(exploreHref(this.run, step, router.query.value), "push");
  }

  /** Opens the steps before and after this one ahead of time: the reader is about to choose. */
  prepareSteps(): void {
    const [ref, steps] = [this.checkpoint.value, this.steps.value];
    if (ref === null) return;
    const at = steps.indexOf(ref.step);
    const near = [steps[at - 1], steps[at + 1]].filter((step) => step !== undefined);
    const known = this.checkpoints.value;
    this.options.generator.prepare(near.map((step) => checkpointRef({ ...ref, step }, known)));
  }

  async #open(): Promise<void> {
    try {
      if (this.run === null) return await this.#chooseRun();
      const detail = await this.options.transport.run(this.run);
      if (this.#disposed) return;
      this.#take(detail);
      this.loading.value = { state: "ready" };
      void this.#readBest(this.run);
      this.#refreshLater();
    } catch (error) {
      if (this.#disposed) return;
      this.loading.value = failure(error);
      if (error instanceof Unreachable) this.#later(RETRY_AFTER_MS, () => void this.#open());
    }
  }

  async #readBest(run: string): Promise<void> {
    try {
      const { best } = await this.options.transport.metrics(run);
      if (!this.#disposed) this.best.value = best;
    } catch {
      // A mark in a list of steps: who lacks it misses nothing they were promised.
    }
  }

  #take(detail: RunDetail): void {
    this.detail.value = detail;
    const [known, read] = [this.checkpoints.value, detail.checkpoints].map(contentsOf);
    if (known !== read) this.checkpoints.value = detail.checkpoints;
  }

  /** Goes to the newest run that has a checkpoint, else to the newest there is. */
  async #chooseRun(): Promise<void> {
    const { transport, router } = this.options;
    const newestFirst = (await transport.runs())
      .filter(({ experiment }) => !isEnlarger(experiment))
      .toSorted((a, b) => a.createdAt < b.createdAt ? 1 : -1);
    let found = newestFirst[0]?.id ?? null;
    for (const { id } of newestFirst.slice(0, LOOKED_THROUGH)) {
      if ((await transport.run(id)).checkpoints.length === 0) continue;
      found = id;
      break;
    }
    if (this.#disposed) return;
    if (found === null) this.loading.value = { state: "ready" };
    else router.amend(exploreHref(found, null, router.query.value), "replace");
  }

  #refreshLater(): void {
    const status = this.detail.value?.status;
    const goesOn = status !== undefined && isActive(status);
    this.#later(goesOn ? REFRESH_EVERY_MS : LOOK_AGAIN_AFTER_MS, () => void this.#refresh());
  }

  /** Follows a run that goes on, or begins to again, to its new checkpoints. */
  async #refresh(): Promise<void> {
    const { transport, clock } = this.options;
    try {
      if (clock.visible()) {
        const detail = await transport.run(this.run!);
        if (this.#disposed) return;
        this.#take(detail);
      }
    } catch {
      // The wall says so when it cannot go on; what is shown stays right meanwhile.
    }
    if (!this.#disposed) this.#refreshLater();
  }

  async #describe(ref: CheckpointRef): Promise<void> {
    const current = () => !this.#disposed && this.checkpoint.value === ref;
    try {
      const shape = await this.options.generator.describe(ref);
      if (!current()) return;
      this.#shapeFault.value = null;
      const known = this.#shape.value;
      const same = known?.latentDim === shape.latentDim && known.size === shape.size;
      if (!same) this.#shape.value = shape;
    } catch (error) {
      if (!current()) return;
      this.#shapeFault.value = faultText(error);
      if (!(error instanceof Unreachable)) return;
      this.#later(RETRY_AFTER_MS, () => current() && void this.#describe(ref));
    }
  }

  #later(ms: number, callback: () => void): void {
    const cancel = this.options.clock.after(ms, () => {
      this.#timers.delete(cancel);
      callback();
    });
    this.#timers.add(cancel);
  }
}
