/** Someone else's network as a feature extractor. */
import * as tf from "@tensorflow/tfjs";
import type { ImageBatch } from "../../core/images.ts";
import type { Extracted, FeatureExtractor } from "../extractor.ts";
import { assertPictures, pictureTensor } from "../pictures.ts";
import { resizePictures, type Resizing } from "../resize.ts";
import { type Model, type ModelOutput, shapeText } from "./model.ts";
import type { ModelOptions, Range } from "./model_options.ts";
import { chooseOutputs, type ChosenOutputs, INCEPTION_DIM } from "./outputs.ts";
import { asProbabilities, asRows, stacked } from "./rows.ts";

/** Images computed at once where the model does not say. */
const AT_ONCE = 16;
/** Side of InceptionV3's pictures. */
const INCEPTION_SIZE = 299;
/** Side of the picture that a model of any size is tried with. */
const PROBE_SIZE = 64;

/** How a model takes pictures. */
export interface InputForm {
  readonly channelsFirst: boolean;
  readonly channels: 1 | 3;
  /** null where any side will do. */
  readonly size: number | null;
  /** null where any number will do. */
  readonly batch: number | null;
}

const isChannels = (n: number | null | undefined): n is 1 | 3 => n === 1 || n === 3;

/** Reads the form off the input's shape. Throws a RangeError for one that takes no square pictures. */
export function inputForm({ input, format }: Model, place: string): InputForm {
  const refuse = () =>
    new RangeError(
      `Cannot use the model "${place}" on pictures: expected an input [B, H, W, C] or [B, C, H, W] ` +
        `with 1 or 3 channels and H = W, got ${input.name} ${shapeText(input.shape)}`,
    );
  const shape = input.shape ?? [null, null, null, null];
  if (shape.length !== 4) throw refuse();
  const [batch, second, third, last] = shape as [number | null, ...(number | null)[]];
  const either = isChannels(second) === isChannels(last); // both could be, or neither is told
  const channelsFirst = either ? format === "onnx" : isChannels(second);
  const channels = (channelsFirst ? second : last) ?? 3;
  const [height, width] = channelsFirst ? [third, last] : [second, third];
  if (!isChannels(channels) || (height ?? width) !== (width ?? height)) throw refuse();
  return { channelsFirst, channels, size: height ?? width ?? null, batch };
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/** From [-1, 1] to what the network was trained on. */
function toRange(x: tf.Tensor4D, range: Range): tf.Tensor4D {
  switch (range) {
    case "signed":
      return x;
    case "fid":
      return x.add(1).mul(127.5 / 128).sub(1);
    case "unit":
      return x.add(1).div(2);
    case "bytes":
      return x.add(1).mul(127.5);
    case "imagenet": {
      const channels = x.shape[3];
      const of = (values: readonly number[]) => tf.tensor1d(values.slice(0, channels));
      return x.add(1).div(2).sub(of(IMAGENET.mean)).div(of(IMAGENET.deviation));
    }
    default:
      return range satisfies never;
  }
}

/** What a model is asked for, with nothing left open. */
export interface ModelPlan extends ChosenOutputs {
  readonly range: Range;
  readonly resize: Resizing;
  /** null takes pictures at their own size. */
  readonly size: number | null;
}

/**
 * A model as an extractor. One picture is computed on opening, so that a model that cannot be used says
 * so at once.
 */
export class ModelExtractor implements FeatureExtractor {
  readonly dim: number;

  private constructor(
    readonly name: string,
    readonly fingerprint: string,
    private readonly model: Model,
    private readonly form: InputForm,
    private readonly plan: ModelPlan,
    probed: ModelOutput,
  ) {
    this.dim = probed.shape.at(-1)!;
  }

  /**
   * Takes over the model, also where this throws: a RangeError for one that takes no pictures or gives no
   * features. `fingerprint` makes one of the plan.
   */
  static async from(
    model: Model,
    place: string,
    kind: { readonly name: string; readonly inception: boolean },
    options: ModelOptions,
    fingerprint: (plan: ModelPlan) => Promise<string>,
  ): Promise<ModelExtractor> {
    try {
      const form = inputForm(model, place);
      const size = form.size ?? options.size ?? (kind.inception ? INCEPTION_SIZE : null);
      assertSize(form, options, kind.inception, place);
      const plan = {
        ...chooseOutputs(model, kind.inception, options, place),
        range: options.range ?? (kind.inception ? "fid" : "signed"),
        resize: options.resize ?? (kind.inception ? "legacy-bilinear" : "antialiased"),
        size,
      };
      const side = size ?? PROBE_SIZE;
      const black = new Float32Array(side * side * form.channels).fill(-1);
      const probe = { pixels: black, count: 1, size: side, channels: form.channels };
      const [features] = await run(model, form, plan, probe, 0, 1);
      if (kind.inception && features!.shape[1] !== INCEPTION_DIM) {
        throw new RangeError(
          `Cannot take "${place}" for InceptionV3: expected ${INCEPTION_DIM} features an image, ` +
            `got ${features!.shape[1]} in "${plan.features}"`,
        );
      }
      return new ModelExtractor(kind.name, await fingerprint(plan), model, form, plan, features!);
    } catch (error) {
      model[Symbol.dispose]();
      throw error;
    }
  }

  async extract(images: ImageBatch): Promise<Extracted> {
    assertPictures(images, this.name);
    const { model, form, plan } = this;
    const parts: ModelOutput[][] = [];
    const atOnce = form.batch ?? AT_ONCE;
    for (let from = 0; from < images.count; from += atOnce) {
      const to = Math.min(from + atOnce, images.count);
      parts.push(await run(model, form, plan, images, from, to));
    }
    const features = stacked(parts.map(([features]) => features!), this.dim);
    if (plan.probabilities === null) return { features, probabilities: null };
    const classes = parts.map((part) => part[1]!);
    return {
      features,
      probabilities: asProbabilities(stacked(classes, classes[0]?.shape[1] ?? 0)),
    };
  }

  [Symbol.dispose](): void {
    this.model[Symbol.dispose]();
  }
}

/** Throws a RangeError where the user, or InceptionV3, wants another size than the model takes. */
function assertSize(
  form: InputForm,
  options: ModelOptions,
  inception: boolean,
  place: string,
): void {
  const wanted = options.size ?? (inception ? INCEPTION_SIZE : null);
  if (form.size === null || wanted === null || form.size === wanted) return;
  throw new RangeError(
    `Cannot use the model "${place}" at ${wanted} pixels: its input takes ${form.size}` +
      (inception ? ". InceptionV3 takes 299; leave inception: out for another network" : ""),
  );
}

/**
 * Features, and classes where the plan has them, of images `from` to `to` − 1, each [to − from, D]. A model
 * of a fixed batch gets black pictures besides.
 */
async function run(
  model: Model,
  form: InputForm,
  plan: ModelPlan,
  images: ImageBatch,
  from: number,
  to: number,
): Promise<ModelOutput[]> {
  const input = tf.tidy(() => {
    const pictures = pictureTensor(images, from, to, form.channels);
    const resized = plan.size === null
      ? pictures
      : resizePictures(pictures, plan.size, plan.resize);
    const lacking = (form.batch ?? to - from) - (to - from);
    const padded = resized.pad([[0, lacking], [0, 0], [0, 0], [0, 0]]) as tf.Tensor4D;
    const ranged = toRange(padded, plan.range);
    return form.channelsFirst ? ranged.transpose<tf.Tensor4D>([0, 3, 1, 2]) : ranged.clone();
  });
  try {
    const names = [plan.features, ...plan.probabilities === null ? [] : [plan.probabilities]];
    const outputs = await model.run(input, names);
    return outputs.map((output, i) => asRows(output, names[i]!, form.channelsFirst, to - from));
  } finally {
    input.dispose();
  }
}
