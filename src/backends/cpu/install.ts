/** Puts our cpu kernels in the place of stock ones. */
import { installConv2dFilterGradient } from "./conv2d_filter_gradient.ts";
import { installUnsortedSegmentSum } from "./unsorted_segment_sum.ts";

/** Those whose stock versions made training hopeless. Installing twice changes nothing more. */
export function installCpuKernels(): void {
  installConv2dFilterGradient();
  installUnsortedSegmentSum();
}
