/** What tests share: requirements a machine may lack, and the switch that makes lacking one a failure. */

/** Set by continuous integration: nothing may be skipped there. */
const NO_SKIPS = Deno.env.get("ATELIER_NO_SKIPS") === "1";

/**
 * For tests that need what a machine may lack. Pass the reason it is lacking, or null where it is
 * there. Returns options for `Deno.test`: the test is left out and the reason printed, or, under
 * ATELIER_NO_SKIPS=1, this throws.
 */
export function requirement(name: string, lacking: string | null): { ignore: boolean } {
  if (lacking === null) return { ignore: false };
  if (NO_SKIPS) throw new Error(`Tests that need ${name} may not be skipped here: ${lacking}`);
  console.log(`skipped: tests that need ${name}: ${lacking}`);
  return { ignore: true };
}
