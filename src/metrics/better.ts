/** Which way each metric gets better, told by its name. */
import type { Better } from "../core/protocol.ts";

/** By family, the part of a name before its protocol: `fcd` of `fcd-lab-10k`. */
const BETTER: Readonly<Record<string, Better>> = {
  fcd: "lower",
  fid: "lower",
  kid: "lower",
  precision: "higher",
  recall: "higher",
  density: "higher",
  coverage: "higher",
  score: "higher",
  is: "higher",
  swd: "lower",
  "ms-ssim": "lower", // of pairs of samples: the more alike they are, the less diverse the generator
  nearest: "lower",
  memorisation: "lower",
  "sample-diversity": "higher",
  psnr: "higher",
  ssim: "higher",
};

/** Which way a metric of this name (`fcd-lab-10k`, `psnr-y-crop4`) gets better; null for unknown ones. */
export function betterOf(name: string): Better | null {
  const families = Object.keys(BETTER).filter((each) => `${name}-`.startsWith(`${each}-`));
  const family = families.sort((a, b) => b.length - a.length)[0];
  return family === undefined ? null : BETTER[family]!;
}
