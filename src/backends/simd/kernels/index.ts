/** Every kernel that takes the place of a stock one, or stands beside them. */
import { batchNormKernels } from "./batch_norm.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { gatherKernels } from "./gathers.ts";
import { identityKernels } from "./identity.ts";
import { joinKernels } from "./joins.ts";
import type { KernelTable } from "./kernel.ts";
import { lstmKernels } from "./lstm.ts";
import { matMulKernels } from "./matmul.ts";
import { padKernels } from "./pads.ts";
import { sliceKernels } from "./slices.ts";
import { transposeKernels } from "./transposes.ts";

export const kernelTables: readonly KernelTable[] = [
  batchNormKernels,
  depthwiseKernels,
  gatherKernels,
  identityKernels,
  joinKernels,
  lstmKernels,
  matMulKernels,
  padKernels,
  sliceKernels,
  transposeKernels,
];
