/** Named typed arrays: how weights travel between trainers, checkpoints and exports. */

/** Numbers and the shape they have. */
export interface NamedArray {
  readonly shape: readonly number[];
  /** Row-major float32. */
  readonly data: Float32Array<ArrayBuffer>;
}

/** By name, in the order that files keep: `generator/up1/kernel`. */
export type NamedArrays = ReadonlyMap<string, NamedArray>;

/**
 * A trainer's whole state at a step, all of it read back from the device. What `generator` holds is
 * enough to sample; both together are enough to resume exactly.
 */
export interface Snapshot {
  /** The generator's weights and its moving average's: `generator/…`, `generator_ema/…`. */
  readonly generator: NamedArrays;
  /**
   * TensorFlow.js `modelTopology` of the generator (standard layers only), as JSON text. Its weights
   * are the `generator/…` or `generator_ema/…` entries, in order, less the prefix.
   */
  readonly topology: string;
  /** Discriminator, optimizer slots and whatever else resuming needs, as arrays. */
  readonly state: NamedArrays;
  /** What is no array: rng states, counts. Plain JSON; numbers must survive JSON exactly. */
  readonly meta: Readonly<Record<string, unknown>>;
}
