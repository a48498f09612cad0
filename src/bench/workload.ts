/** What the benchmark times: whole training steps on random data that is in memory beforehand. */
import type { Adam } from "../nn/adam.ts";

/** A network, its optimizer and its data, ready to step. Owns tensors: `dispose` frees them. */
export interface Workload {
  /** Items (images, texts) that a step trains on. */
  readonly items: number;
  /** One whole update: forward, backward, optimizer. Resolves when the device has finished it. */
  step(): Promise<void>;
  dispose(): void;
}

/**
 * Waits until the device has done the optimizer's last update, which a step ends in, by reading the
 * smallest of what it moves; a loss is known before.
 */
export async function finishUpdate(optimizer: Adam): Promise<void> {
  const [smallest] = optimizer.variables.toSorted((a, b) => a.size - b.size);
  await smallest!.data();
}
