/** Every kernel that takes the place of a stock one, or stands beside them. */
import { identityKernels } from "./identity.ts";
import type { KernelTable } from "./kernel.ts";

export const kernelTables: readonly KernelTable[] = [
  identityKernels,
];
