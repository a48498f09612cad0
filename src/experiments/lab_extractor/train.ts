/** Trains the lab's feature extractor on drawn faces and textures, from nothing to its file. */
import * as tf from "@tensorflow/tfjs";
import type { NamedArrays } from "../../core/named_arrays.ts";
import { Rng } from "../../core/rng.ts";
import { encodeSafetensors, type SafetensorsArray } from "../../core/safetensors.ts";
import { foldNorms, type Projection } from "../../metrics/lab/fold.ts";
import { LAB_DIM, LAB_RAW_DIM, LAB_SIZE as SIZE } from "../../metrics/lab/network.ts";
import { type LoopEvent, train } from "../../training/loop.ts";
import { type HeldOutFigures, heldOutFigures } from "./held_out.ts";
import { type Lesson, Lessons } from "./lessons.ts";
import { LabTrainer } from "./trainer.ts";
import { whitening } from "./whiten.ts";

/** Embedded faces that are trained on; the rest are held out. */
const TRAINED_FACES = 45_000;
const ALL_FACES = 50_000;
/** Pictures that the figures are of. */
const HELD_OUT = 2048;
/** Pictures that the features are whitened over, and how badly those may be spoilt. */
const WHITENED = 4096;
const SLIGHT = 0.3;
/** Pictures computed at once for them. */
const AT_ONCE = 128;

/** What decides about the weights; equal settings give equal ones on one device and thread count. */
export interface LabTrainingSettings {
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
}

/** The extractor's file, and what it can. */
export interface TrainedLab {
  /** A safetensors file of 16-bit floats. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly figures: HeldOutFigures;
  /** Trainable parameters of the extractor, and of the heads that are thrown away. */
  readonly parameters: Readonly<Record<string, number>>;
}

/**
 * Trains and measures. `onEvent` is told of every step. Returns null where the signal ended it before its
 * time: half-trained weights, whose step size has not fallen, are good for nothing.
 */
export async function trainLabExtractor(
  settings: LabTrainingSettings,
  { signal, onEvent }: { signal: AbortSignal; onEvent: (event: LoopEvent) => void },
): Promise<TrainedLab | null> {
  const { seed, steps, batch } = settings;
  const lessons = new Lessons({ seed, batch, from: 0, to: TRAINED_FACES });
  const trainer = new LabTrainer(lessons.tasks, new Rng(seed, "weights"), settings);
  try {
    const cadence = { sampleEverySteps: 0, checkpointEverySteps: 0 };
    const options = { startStep: 0, totalSteps: steps, batchSize: batch, ...cadence, signal };
    let trained: NamedArrays | null = null;
    for await (const event of train(trainer, lessons, options)) {
      if (event.type === "checkpoint") trained = event.snapshot.state;
      onEvent(event);
    }
    if (signal.aborted || trained === null) return null;
    const projection = await whiten(trainer, seed);
    const bytes = encodeLab(foldNorms(trained, projection), settings);
    return { bytes, figures: await measure(trainer, seed), parameters: trainer.parameters };
  } finally {
    trainer.dispose();
  }
}

/** 16-bit floats, and what they were made with. */
function encodeLab(weights: NamedArrays, settings: LabTrainingSettings): Uint8Array<ArrayBuffer> {
  const arrays = new Map(
    Array.from(weights, ([name, { shape, data }]): [string, SafetensorsArray] => [
      name,
      { dtype: "F16", shape, data: Float16Array.from(data) },
    ]),
  );
  const metadata = { made: "deno task train-extractor", settings: JSON.stringify(settings) };
  return encodeSafetensors({ metadata, arrays });
}

/** What a network of the trainer's gives for a lesson, in inference. */
async function outputsOf(
  network: tf.LayersModel,
  { pixels, count }: Lesson,
): Promise<Float32Array> {
  const outputs = tf.tidy(() => {
    const pictures = tf.tensor4d(pixels, [count, SIZE, SIZE, 3]);
    return network.predict(pictures, { batchSize: AT_ONCE }) as tf.Tensor2D;
  });
  try {
    return await outputs.data<"float32">();
  } finally {
    outputs.dispose();
  }
}

/** Whitens the features over pictures that are spoilt a little, as real ones are. */
async function whiten(trainer: LabTrainer, seed: number): Promise<Projection> {
  const { value: lesson } = new Lessons({
    seed: seed + 1,
    batch: WHITENED,
    from: 0,
    to: TRAINED_FACES,
    severity: SLIGHT,
  }).next();
  const values = await outputsOf(trainer.network, lesson) as Float32Array<ArrayBuffer>;
  return whitening({ values, count: WHITENED, dim: LAB_RAW_DIM }, LAB_DIM);
}

/** Figures on faces that were held out, spoilt anew. */
async function measure(trainer: LabTrainer, seed: number): Promise<HeldOutFigures> {
  const range = { from: TRAINED_FACES, to: ALL_FACES };
  const lessons = new Lessons({ seed: seed + 2, batch: HELD_OUT, ...range });
  const { value: lesson } = lessons.next();
  return heldOutFigures(lessons.tasks, lesson, await outputsOf(trainer.model, lesson));
}
