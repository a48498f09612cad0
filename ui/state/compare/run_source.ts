/** What the Compare page knows of a run, whichever panels show it. */
import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { CheckpointInfo, RunDetail, RunMetrics } from "../../../src/core/protocol.ts";
import type { CheckpointRef, GeneratorClient, GeneratorShape } from "../../generator/client.ts";
import { isEnlarger } from "../../lab.ts";
import type { Clock, Transport } from "../../transport.ts";
import { Unreachable } from "../../transport.ts";
import { faultText } from "../explore/faults.ts";
import { contentsOf } from "../checkpoint_contents.ts";
import { Refreshed } from "../refreshed.ts";
import { isActive } from "../run.ts";

/** What a source takes of the world. */
export interface SourceOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly generator: GeneratorClient;
}

const RETRY_AFTER_MS = 2000;
/** A run that has ended may be resumed. */
const LOOK_AGAIN_AFTER_MS = 30_000;

/** A run's record, metrics and generator, kept up to date until `dispose()`. */
export class RunSource {
  readonly detail: Refreshed<RunDetail>;
  readonly metrics: Refreshed<RunMetrics>;
  /** By their steps, rising; none of a run whose network enlarges pictures and draws none. */
  readonly checkpoints: ReadonlySignal<readonly CheckpointInfo[]>;
  /** Steps of its checkpoints, rising. */
  readonly steps: ReadonlySignal<readonly number[]>;
  /** The same for all of a run's checkpoints; null until one could be opened. */
  readonly shape: ReadonlySignal<GeneratorShape | null>;
  /** Why the last checkpoint asked after could not be opened. */
  readonly fault: ReadonlySignal<string | null>;
  readonly #shape = signal<GeneratorShape | null>(null);
  readonly #fault = signal<string | null>(null);
  readonly #waking: () => void;
  #asked: CheckpointRef | null = null;
  #cancelRetry = () => {};
  #disposed = false;

  constructor(readonly id: string, private readonly options: SourceOptions) {
    const { transport, clock } = options;
    this.shape = this.#shape;
    this.fault = this.#fault;
    const status = signal<RunDetail["status"] | null>(null);
    const goesOn = () => status.value !== null && isActive(status.value);
    this.detail = new Refreshed({
      read: () => transport.run(id),
      clock,
      goesOn: (newest) => newest !== null && isActive(newest.status),
      restMs: LOOK_AGAIN_AFTER_MS,
    });
    this.metrics = new Refreshed({ read: () => transport.metrics(id), clock, goesOn });
    this.#waking = effect(() => {
      const known = this.detail.value.value?.status ?? null;
      const began = known !== null && isActive(known) && status.peek() !== known;
      status.value = known;
      if (began) untracked(() => this.metrics.wake());
    });
    const contents = computed(() => contentsOf(this.detail.value.value?.checkpoints ?? []));
    this.checkpoints = computed(() => {
      contents.value; // what was read anew but says the same changes nothing
      const detail = this.detail.value.peek();
      return detail === null || isEnlarger(detail.experiment) ? [] : detail.checkpoints;
    });
    const stepsText = computed(() => this.checkpoints.value.map(({ step }) => step).join(","));
    this.steps = computed(() =>
      stepsText.value === "" ? [] : stepsText.value.split(",").map(Number)
    );
  }

  /** Asks what the run's generator takes and gives, unless that is known. */
  describe(checkpoint: CheckpointRef): void {
    const known = this.#asked;
    const same = known?.step === checkpoint.step && known.weights === checkpoint.weights;
    if (this.#shape.value !== null || same) return;
    this.#asked = checkpoint;
    void this.#describe(checkpoint);
  }

  dispose(): void {
    this.#disposed = true;
    this.#waking();
    this.#cancelRetry();
    this.detail.dispose();
    this.metrics.dispose();
  }

  async #describe(checkpoint: CheckpointRef): Promise<void> {
    this.#cancelRetry();
    const current = () => !this.#disposed && this.#asked === checkpoint;
    try {
      const shape = await this.options.generator.describe(checkpoint);
      if (this.#disposed) return;
      this.#shape.value = shape;
      this.#fault.value = null;
    } catch (error) {
      if (!current()) return;
      this.#fault.value = faultText(error);
      if (!(error instanceof Unreachable)) return;
      const { clock } = this.options;
      this.#cancelRetry = clock.after(
        RETRY_AFTER_MS,
        () => current() && void this.#describe(checkpoint),
      );
    }
  }
}
