/** What the simd backend needs of a runtime, told without loading anything. */

/** A module of one function: i8x16.splat of zero, dropped. */
const SIMD_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0],
  ...[65, 0, 253, 15, 26, 11],
);

/** A module of one function: f32x4.relaxed_madd of three vectors, dropped. */
const RELAXED_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 20, 1, 18, 0],
  ...[65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 26, 11],
);

/** Whether this runtime compiles relaxed SIMD, and so fused multiply-adds. */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(RELAXED_PROBE);

/** What is missing for the simd backend, or null where it can start. */
export function missingForSimd(): string | null {
  if (typeof WebAssembly === "undefined") return "this runtime has no WebAssembly";
  if (!WebAssembly.validate(SIMD_PROBE)) return "this runtime's WebAssembly has no SIMD";
  if (typeof SharedArrayBuffer === "undefined") {
    return "this runtime shares no memory between threads (a page must be cross-origin isolated)";
  }
  return null;
}
