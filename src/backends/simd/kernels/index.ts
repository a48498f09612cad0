/** Every kernel that takes the place of a stock one, or stands beside them. */
import { activationGradientKernels } from "./activation_gradients.ts";
import { batchNormKernels } from "./batch_norm.ts";
import { binaryKernels } from "./binary.ts";
import { blockKernels } from "./blocks.ts";
import { convKernels } from "./conv.ts";
import { depthwiseKernels } from "./depthwise.ts";
import { gatherKernels } from "./gathers.ts";
import { gruKernels } from "./gru.ts";
import { identityKernels } from "./identity.ts";
import { indexKernels } from "./indices.ts";
import { joinKernels } from "./joins.ts";
import type { KernelTable } from "./kernel.ts";
import { lstmKernels } from "./lstm.ts";
import { matMulKernels } from "./matmul.ts";
import { optimizerKernels } from "./optimizers.ts";
import { padKernels } from "./pads.ts";
import { poolingKernels } from "./pooling.ts";
import { preluGradientKernels } from "./prelu_gradient.ts";
import { randomKernels } from "./random.ts";
import { reduceKernels } from "./reduce.ts";
import { resizeKernels } from "./resize.ts";
import { selectKernels } from "./selects.ts";
import { sliceKernels } from "./slices.ts";
import { softmaxKernels } from "./softmax.ts";
import { transposeKernels } from "./transposes.ts";
import { unaryKernels } from "./unary.ts";

export const kernelTables: readonly KernelTable[] = [
  activationGradientKernels,
  batchNormKernels,
  binaryKernels,
  blockKernels,
  convKernels,
  depthwiseKernels,
  gatherKernels,
  gruKernels,
  identityKernels,
  indexKernels,
  joinKernels,
  lstmKernels,
  matMulKernels,
  optimizerKernels,
  padKernels,
  poolingKernels,
  preluGradientKernels,
  randomKernels,
  reduceKernels,
  resizeKernels,
  selectKernels,
  sliceKernels,
  softmaxKernels,
  transposeKernels,
  unaryKernels,
];
