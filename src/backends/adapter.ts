/** What graphics adapters are called, and which are none but the processor. */

/** Names of WebGPU and WebGL implementations that run on the processor. */
const SOFTWARE_NAMES = /llvmpipe|lavapipe|swiftshader|basic render|\bwarp\b|softpipe|\bsoftware\b/i;

/** Whether a renderer of this name runs on the processor. */
export const isSoftwareName = (name: string): boolean => SOFTWARE_NAMES.test(name);

/** What a person calls an adapter. */
export function adapterName(info: GPUAdapterInfo): string {
  if (info.description !== "") return info.description;
  return [info.vendor, info.architecture, info.device].filter((part) => part !== "").join(" ") ||
    "unnamed adapter";
}

/** Whether an adapter runs on the processor. Some implementations do not set their flag. */
export function isSoftwareAdapter(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter === true || isSoftwareName(adapterName(info));
}
