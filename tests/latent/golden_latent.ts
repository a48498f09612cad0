/** The golden numbers of tests/golden/latent_numpy.py. */
import { fromFileUrl } from "@std/path";

interface Golden {
  readonly slerp: readonly { a: number[]; b: number[]; t: number; point: number[] }[];
  readonly splineLoop: readonly {
    stops: number[];
    count: number;
    frames: number;
    unit: number[];
  }[];
  readonly smoothLoop: readonly {
    noise: number[];
    frames: number;
    sigma: number;
    smooth: number[];
  }[];
  readonly sefa: {
    readonly weight: number[];
    readonly latentDim: number;
    readonly units: number;
    readonly values: number[];
    /** Row by row. */
    readonly vectors: number[];
  };
  readonly ganspace: {
    readonly latents: number[];
    readonly activations: number[];
    readonly count: number;
    readonly latentDim: number;
    readonly width: number;
    readonly share: number[];
    readonly directions: number[];
    readonly correlation: number[];
  };
}

export const golden: Golden = JSON.parse(
  Deno.readTextFileSync(fromFileUrl(new URL("../golden/latent_numpy.json", import.meta.url))),
);
