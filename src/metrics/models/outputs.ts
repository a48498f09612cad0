/** Which of a model's outputs are the features, and which the classes. */
import { type Model, type Port, portsText } from "./model.ts";
import type { ModelOptions } from "./model_options.ts";

/** InceptionV3's features in the FID: what its last pooling gives (Heusel et al., 2017). */
export const INCEPTION_DIM = 2048;
/** Classes of the networks in use: ImageNet's, with one for background, and the FID graph's. */
const INCEPTION_CLASSES = [1000, 1001, 1008];

/** Names of what is read out. */
export interface ChosenOutputs {
  readonly features: string;
  readonly probabilities: string | null;
}

/** How many numbers an image a port gives where all but one of its sides are 1; null otherwise. */
function widthOf({ shape }: Port): number | null {
  const sides = shape?.slice(1).filter((n) => n !== 1);
  return sides?.length === 1 ? sides[0]! : null;
}

/** Throws a RangeError for an InceptionV3 without the features of the FID, and what to do about it. */
function inceptionOutputs(model: Model, options: ModelOptions, place: string): ChosenOutputs {
  const { outputs, inner } = model;
  const features = options.features ??
    outputs.find((port) => widthOf(port) === INCEPTION_DIM)?.name ??
    inner.findLast((port) => widthOf(port) === INCEPTION_DIM)?.name;
  if (features === undefined) {
    throw new RangeError(
      `Cannot take "${place}" for InceptionV3: expected an output of ${INCEPTION_DIM} features an ` +
        `image, got ${
          portsText(outputs)
        }. Export the network with its last pooling as an output, ` +
        "name the place with ,features=NAME, or leave inception: out for another network",
    );
  }
  const classes = outputs.find((port) => INCEPTION_CLASSES.includes(widthOf(port) ?? 0));
  return { features, probabilities: options.probabilities ?? classes?.name ?? null };
}

/** Throws a RangeError where a model has several outputs and none was named. */
function namedOutputs({ outputs }: Model, options: ModelOptions, place: string): ChosenOutputs {
  const named = (...names: string[]) => outputs.find(({ name }) => names.includes(name))?.name;
  const features = options.features ?? named("features") ??
    (outputs.length === 1 ? outputs[0]!.name : undefined);
  if (features === undefined) {
    throw new RangeError(
      `Cannot tell which output of "${place}" holds features: it gives ${portsText(outputs)}. ` +
        "Name it with ,features=NAME",
    );
  }
  const classes = options.probabilities ?? named("probabilities", "logits") ?? null;
  return { features, probabilities: classes };
}

/** Chooses by what the user named, else by form. */
export const chooseOutputs = (
  model: Model,
  inception: boolean,
  options: ModelOptions,
  place: string,
): ChosenOutputs => (inception ? inceptionOutputs : namedOutputs)(model, options, place);
