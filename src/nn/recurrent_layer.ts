/**
 * LSTM and GRU layers over whole sequences, in one direction or both. Saved models hold them as the
 * stock layers "LSTM", "GRU" and "Bidirectional", with the stock names of weights.
 *
 * Two have no stock counterpart in TensorFlow.js: whole sequences backwards outside "Bidirectional",
 * which stock layers return in reversed order, are saved as "BackwardLSTM" and "BackwardGRU"; a GRU
 * with `resetAfter` is saved as Keras writes it, which Python opens and stock TensorFlow.js refuses.
 */
import * as tf from "@tensorflow/tfjs";
import type { Rng } from "../core/rng.ts";
import { gru } from "./gru.ts";
import { lstm } from "./lstm.ts";
import { orthogonalRows } from "./orthogonal.ts";
import type { RecurrentWeights } from "./recurrence.ts";

/** Settings of a recurrent layer. */
export interface RecurrentOptions {
  readonly name: string;
  /** Width U of the state; `both` directions give 2U, forward's first. */
  readonly units: number;
  /** Backward reads the last step first. */
  readonly direction: "forward" | "backward" | "both";
  /**
   * true gives the outputs of all steps, [B, T, U], each at its step's place; false what each direction
   * has after its last one, [B, U].
   */
  readonly returnSequences: boolean;
}

/** What tells one kind of recurrent network from another. */
interface Cell {
  readonly className: "LSTM" | "GRU";
  readonly gates: number;
  /** Of layers whose gates are `width` wide together. */
  initialBias(units: number): tf.Tensor;
  run(x: tf.Tensor3D, weights: RecurrentWeights, reverse: boolean): tf.Tensor3D;
  /** What its stock layer is told besides what all are told. */
  readonly config: tf.serialization.ConfigDict;
}

/** Both directions' weights are made by this. */
type Initializer = ReturnType<typeof tf.initializers.zeros>;

/** An initializer that gives one tensor, whose shape is known where it is made. */
const initially = (make: () => tf.Tensor) => ({ apply: make }) as unknown as Initializer;

/** A layer of either kind. Draws its weights as Keras does: kernels uniform, recurrent ones orthogonal. */
class Recurrent extends tf.layers.Layer {
  readonly #cell: Cell;
  readonly #options: RecurrentOptions;
  readonly #rng: Rng;
  readonly #directions: { reverse: boolean; weights: tf.LayerVariable[] }[] = [];

  constructor(cell: Cell, options: RecurrentOptions, rng: Rng) {
    super({ name: options.name });
    this.#cell = cell;
    this.#options = options;
    this.#rng = rng;
  }

  override build(inputShape: tf.Shape): void {
    const { direction } = this.#options;
    const inner = this.#cell.className.toLowerCase();
    const depth = inputShape.at(-1)!;
    if (direction === "both") {
      this.#addDirection(false, depth, `forward_${inner}/`);
      this.#addDirection(true, depth, `backward_${inner}/`);
    } else this.#addDirection(direction === "backward", depth, "");
    super.build(inputShape);
  }

  #addDirection(reverse: boolean, depth: number, prefix: string): void {
    const { units } = this.#options;
    const width = this.#cell.gates * units;
    const seed = this.#rng.nextSeed();
    const recurrent = orthogonalRows(units, width, this.#rng);
    const bias = this.#cell.initialBias(units);
    const add = (name: string, shape: tf.Shape, initializer: Initializer) =>
      this.addWeight(prefix + name, shape, "float32", initializer);
    const weights = [
      add("kernel", [depth, width], tf.initializers.glorotUniform({ seed })),
      add(
        "recurrent_kernel",
        [units, width],
        initially(() => tf.tensor2d(recurrent, [units, width])),
      ),
      add("bias", bias.shape, initially(() => bias)),
    ];
    this.#directions.push({ reverse, weights });
  }

  override computeOutputShape(inputShape: tf.Shape): tf.Shape {
    const { units, direction, returnSequences } = this.#options;
    const width = direction === "both" ? 2 * units : units;
    return returnSequences ? [inputShape[0]!, inputShape[1]!, width] : [inputShape[0]!, width];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D;
      const outputs = this.#directions.map(({ reverse, weights }) => {
        const [kernel, recurrentKernel, bias] = weights.map((weight) => weight.read()) as [
          tf.Tensor2D,
          tf.Tensor2D,
          tf.Tensor,
        ];
        const h = this.#cell.run(x, { kernel, recurrentKernel, bias }, reverse);
        return this.#options.returnSequences ? h : stepOf(h, reverse ? 0 : h.shape[1] - 1);
      });
      return outputs.length === 1 ? outputs[0]! : tf.concat(outputs, -1);
    });
  }

  override getClassName(): string {
    const { direction, returnSequences } = this.#options;
    if (direction === "both") return "Bidirectional";
    const backward = direction === "backward" && returnSequences;
    return backward ? `Backward${this.#cell.className}` : this.#cell.className;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { units, direction, returnSequences } = this.#options;
    const own = {
      ...{ units, returnSequences, goBackwards: direction === "backward" },
      ...{ activation: "tanh", recurrentActivation: "sigmoid", useBias: true },
      ...this.#cell.config,
    };
    if (direction !== "both") return { ...super.getConfig(), ...own };
    const { className } = this.#cell;
    const layer = { className, config: { name: className.toLowerCase(), ...own } };
    return { ...super.getConfig(), layer, mergeMode: "concat" };
  }
}

/** One step of a sequence, [B, U] of [B, T, U]. */
function stepOf(h: tf.Tensor3D, step: number): tf.Tensor2D {
  const [batch, , units] = h.shape;
  return h.slice([0, step, 0], [batch, 1, units]).reshape([batch, units]);
}

/**
 * Long short-term memory; see `lstm` for what it computes. The forget gate's bias begins at 1, so that
 * memories last at first (Józefowicz et al., 2015, https://proceedings.mlr.press/v37/jozefowicz15.html).
 */
export class Lstm extends Recurrent {
  static className = "LSTM";

  constructor(options: RecurrentOptions, rng: Rng) {
    super(LSTM, options, rng);
  }
}

const LSTM: Cell = {
  className: "LSTM",
  gates: 4,
  initialBias: (units) =>
    tf.tidy(() => tf.concat([tf.zeros([units]), tf.ones([units]), tf.zeros([2 * units])])),
  run: (x, weights, reverse) => lstm(x, weights, { reverse }),
  config: { unitForgetBias: true },
};

/** Gated recurrent units; see `gru` for what they compute. */
export class Gru extends Recurrent {
  static className = "GRU";

  constructor(options: RecurrentOptions & { readonly resetAfter: boolean }, rng: Rng) {
    super(gruCell(options.resetAfter), options, rng);
  }
}

const gruCell = (resetAfter: boolean): Cell => ({
  className: "GRU",
  gates: 3,
  initialBias: (units) => tf.zeros(resetAfter ? [2, 3 * units] : [3 * units]),
  run: (x, weights, reverse) => gru(x, weights, { reverse, resetAfter }),
  config: { resetAfter },
});
