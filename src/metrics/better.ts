/** Which way each metric gets better, told by its name. */
import type { Better } from "../core/protocol.ts";
import { METRIC_FAMILIES } from "./names.ts";

/** Families besides those of sets of images: InceptionV3's names, and metrics that others make. */
const OTHERS: Readonly<Record<string, Better>> = {
  fid: "lower",
  is: "higher",
  "sample-diversity": "higher",
  psnr: "higher",
  ssim: "higher",
  perceptual: "lower",
  texture: "lower",
};

const BETTER: ReadonlyMap<string, Better> = new Map([
  ...Object.entries(METRIC_FAMILIES).map(([name, { better }]) => [name, better] as const),
  ...Object.entries(OTHERS),
]);

/** Which way a metric of this name (`fcd-lab-10k`, `psnr-y-crop4`) gets better; null for unknown ones. */
export function betterOf(name: string): Better | null {
  const parts = name.split("-");
  for (let length = parts.length; length > 0; length--) {
    const better = BETTER.get(parts.slice(0, length).join("-"));
    if (better !== undefined) return better;
  }
  return null;
}
