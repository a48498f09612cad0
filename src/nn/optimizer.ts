/** Optimizers whose state can be saved: what they share. */
import * as tf from "@tensorflow/tfjs";
import { type NamedVariable, under } from "./weights.ts";

/** Moves variables down a gradient. Owns what it remembers of each, and nothing else. */
export interface Optimizer {
  /** The variables that it moves. */
  readonly variables: tf.Variable[];
  /** What it remembers, by name: `m/up1/kernel`. To read, and to write on resuming. */
  readonly state: NamedVariable[];
  /** Updates so far. Besides `state`, all that resuming needs. */
  steps: number;
  /**
   * One update. Borrows the gradients, by `variable.name` as `tf.variableGrads` returns them. Throws a
   * RangeError, and moves nothing, where one is missing: a variable that the loss does not reach.
   */
  apply(gradients: tf.NamedTensorMap): void;
  /** Frees what it remembers; the variables stay. */
  dispose(): void;
}

/** Tensors of one shape each that an optimizer keeps for its variables, in their order. */
interface Slot {
  readonly name: string;
  readonly variables: readonly tf.Variable[];
}

const zerosLike = (variable: tf.Variable) =>
  tf.tidy(() => tf.variable(tf.zeros(variable.shape), false));

/** An optimizer that remembers some tensors, all zero at first, of each variable's shape. */
export abstract class SlotOptimizer implements Optimizer {
  readonly #variables: readonly NamedVariable[];
  readonly #slots: readonly Slot[];
  #steps = 0;

  /** Borrows the variables. Their names, after a slot's, name what it holds for them. */
  constructor(variables: readonly NamedVariable[], slotNames: readonly string[]) {
    this.#variables = variables;
    this.#slots = slotNames.map((name) => ({
      name,
      variables: variables.map(({ variable }) => zerosLike(variable)),
    }));
  }

  get steps(): number {
    return this.#steps;
  }

  set steps(steps: number) {
    if (!Number.isSafeInteger(steps) || steps < 0) {
      throw new RangeError(
        `Cannot restore an optimizer: expected a count of updates, got ${steps}`,
      );
    }
    this.#steps = steps;
  }

  get variables(): tf.Variable[] {
    return this.#variables.map(({ variable }) => variable);
  }

  get state(): NamedVariable[] {
    return this.#slots.flatMap((slot) =>
      under(
        slot.name,
        this.#variables.map(({ name }, i) => ({ name, variable: slot.variables[i]! })),
      )
    );
  }

  apply(gradients: tf.NamedTensorMap): void {
    for (const { name, variable } of this.#variables) {
      if (!gradients[variable.name]) {
        throw new RangeError(`Cannot update "${name}": the loss does not depend on it`);
      }
    }
    this.#steps += 1;
    const held = this.#variables.map(({ variable }, i) => [
      variable,
      ...this.#slots.map((slot) => slot.variables[i]!),
    ]);
    tf.tidy(() => {
      const tensors = held.flatMap((own) => [...own, gradients[own[0]!.name]!]);
      const updated = this.updated(tensors, this.#steps);
      for (const [i, variable] of held.flat().entries()) variable.assign(updated[i]!);
    });
  }

  dispose(): void {
    for (const { variables } of this.#slots) tf.dispose([...variables]);
  }

  /**
   * After update number `step`, from 1: of [x, …slots, gradient] for each variable in turn, [x′, …slots′].
   * Called in a tidy.
   */
  protected abstract updated(tensors: tf.Tensor[], step: number): tf.Tensor[];
}

/** `update` of each `size` tensors in turn, with what it makes on the way freed at once. */
export function updateEach<Group extends tf.Tensor[]>(
  tensors: readonly tf.Tensor[],
  size: Group["length"],
  update: (...group: Group) => tf.Tensor[],
): tf.Tensor[] {
  const updated: tf.Tensor[] = [];
  for (let i = 0; i < tensors.length; i += size) {
    updated.push(...tf.tidy(() => update(...tensors.slice(i, i + size) as Group)));
  }
  return updated;
}
