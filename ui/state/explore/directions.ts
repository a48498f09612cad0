/** The directions of the checkpoint that is explored. */
import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { Direction } from "../../lab.ts";
import type { Transport } from "../../transport.ts";
import { faultText } from "./faults.ts";

/** Read once for each checkpoint, and only when somebody needs them. */
export class DirectionsState {
  /** null while they are being read, or nobody has needed them. */
  readonly list: ReadonlySignal<readonly Direction[] | null>;
  /** Why they cannot be read. */
  readonly fault = signal<string | null>(null);
  readonly #list = signal<readonly Direction[] | null>(null);
  readonly #stop: () => void;
  #place = "";
  #disposed = false;

  constructor(
    private readonly transport: Pick<Transport, "directions">,
    private readonly run: string,
    step: ReadonlySignal<number | null>,
    needed: ReadonlySignal<boolean>,
  ) {
    this.list = this.#list;
    this.#stop = effect(() => {
      const at = step.value;
      if (at === null || !needed.value) return;
      untracked(() => void this.#read(at));
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#stop();
  }

  /** Reads them anew. */
  retry(): void {
    const step = Number(this.#place);
    this.#place = "";
    void this.#read(step);
  }

  async #read(step: number): Promise<void> {
    if (this.#place === String(step)) return;
    this.#place = String(step);
    const current = () => !this.#disposed && this.#place === String(step);
    this.fault.value = null;
    this.#list.value = null;
    try {
      const list = await this.transport.directions(this.run, step);
      if (current()) this.#list.value = list;
    } catch (error) {
      if (!current()) return;
      this.fault.value = faultText(error);
      this.#list.value = [];
    }
  }
}
