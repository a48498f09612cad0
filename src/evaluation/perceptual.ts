/** The perceptual distance that a person asks for: `lab`, `vgg19:FILE` or `none`. */
import { buildVgg19Stack, type VggStack } from "../../models/vgg19.ts";
import { assertFile, readWeights } from "../experiments/weight_files.ts";
import {
  type FeatureStack,
  leastSideSeen,
  perceptualNames,
  pictureDistances,
} from "../metrics/perceptual/distance.ts";
import { openLabStack } from "../metrics/perceptual/lab_stack.ts";
import type { PictureMeasure } from "./enlargement.ts";

/** How every extractor of perceptual distances is written, for help and messages. */
export const PERCEPTUAL_FORMS = "lab, vgg19:FILE (torchvision's weights as .safetensors), or none";

/** The path of a spec's file; null where it takes none. Throws a RangeError for what is no spec. */
function fileOf(spec: string): string | null {
  if (spec === "lab" || spec === "none") return null;
  const path = spec.match(/^vgg19:(.+)$/s)?.[1];
  if (path !== undefined) return path;
  throw new RangeError(
    `Cannot measure perceptual distances by "${spec}": expected ${PERCEPTUAL_FORMS}`,
  );
}

/** Throws a RangeError for what names no extractor, and for a file that is not there. */
export function assertPerceptualSpec(spec: string): void {
  const path = fileOf(spec);
  if (path !== null) assertFile(path, "VGG19's weights");
}

/** VGG19 up to conv5_4; takes the network over. */
export function vggStack(vgg: VggStack): FeatureStack {
  return {
    name: "vgg19",
    strides: [1, 2, 4, 8, 16],
    reach: 144, // 133 pixels: 2 convolutions at strides 1 and 2, 4 at 4, 8 and 16; 4 poolings
    multiple: 1, // poolings leave an odd last row or column out, as torchvision's do
    tile: 512, // of 64 feature maps and two pictures: about a GiB
    maps: (pictures) => vgg.apply(pictures),
    [Symbol.dispose]: () => vgg.dispose(),
  };
}

/**
 * Opens the distances on the open device; null for `none`. The caller disposes of it. Throws a RangeError
 * for another spec and for weights of another network, and a SafetensorsError for a damaged file.
 */
export async function openPerceptual(spec: string): Promise<(PictureMeasure & Disposable) | null> {
  const path = fileOf(spec);
  if (spec === "none") return null;
  const stack = path === null
    ? await openLabStack()
    : vggStack(buildVgg19Stack(await readWeights(path)));
  const names = perceptualNames(stack.name);
  return {
    leastSide: leastSideSeen(stack),
    async compare(made, truth) {
      const { perceptual, texture } = await pictureDistances(stack, made, truth);
      return { [names.perceptual]: perceptual, [names.texture]: texture };
    },
    [Symbol.dispose]: () => stack[Symbol.dispose](),
  };
}
