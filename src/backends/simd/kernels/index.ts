/** Every kernel that takes the place of a stock one, or stands beside them. */
import { batchNormKernels } from "./batch_norm.ts";
import { identityKernels } from "./identity.ts";
import type { KernelTable } from "./kernel.ts";

export const kernelTables: readonly KernelTable[] = [
  batchNormKernels,
  identityKernels,
];
