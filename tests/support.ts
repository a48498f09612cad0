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

/** A file or folder of the real data sets that may lie beside the checkout: `digits/mnist`. */
export const realData = (path: string): URL =>
  new URL(`../../shared/data/${path}`, import.meta.url);

/**
 * For tests on real data sets, which are never part of the project. Unlike a requirement, lacking one
 * fails nowhere; the test is left out and the reason printed.
 */
export function withData(name: string, url: URL): { ignore: boolean } {
  try {
    Deno.statSync(url);
    return { ignore: false };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`skipped: tests that need ${name}: the real data sets are not beside the checkout`);
    return { ignore: true };
  }
}
