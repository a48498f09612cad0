/** The lab extractor's layers, for perceptual distances. */
import type * as tf from "@tensorflow/tfjs";
import { type LabExtractor, openLabExtractor } from "../lab/lab_extractor.ts";
import { LAB_CONVOLUTIONS } from "../lab/network.ts";
import type { FeatureStack } from "./distance.ts";

/** Takes over the extractor. */
export function labStack(extractor: LabExtractor): FeatureStack {
  const strides: number[] = [];
  let [stride, reach] = [1, 0];
  for (const { strides: step, kernelSize, pooled } of LAB_CONVOLUTIONS) {
    reach += (kernelSize - 1) * stride;
    stride *= step;
    if (pooled) strides.push(stride);
  }
  return {
    name: extractor.name,
    strides,
    reach: Math.ceil(reach / stride) * stride,
    multiple: stride, // "same" padding of a stride samples odd sides at other places than even ones
    tile: 1024,
    maps: (pictures: tf.Tensor4D) => extractor.mapsOf(pictures),
    [Symbol.dispose]: () => extractor[Symbol.dispose](),
  };
}

/** Opens the layers of the extractor that comes with the lab, on the open device. The caller disposes of them. */
export async function openLabStack(): Promise<FeatureStack> {
  return labStack(await openLabExtractor());
}
