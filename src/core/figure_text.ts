/** Measured figures as text: as many digits as their error leaves meaning. */

/** Digits of figures without an error, and of errors. */
const DIGITS = { value: 4, error: 2 } as const;
/** Decimals that are written out, at most. */
const MOST_DECIMALS = 10;

/** Decimals that show `digits` significant digits of a number. */
function decimalsOf(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  // By its text, as the logarithm of 0.1 falls to either side of -1.
  const exponent = Number(Math.abs(value).toExponential(digits - 1).split("e")[1]);
  return Math.max(0, Math.min(MOST_DECIMALS, digits - 1 - exponent));
}

/** `12.35 ± 0.12`: the error to two digits and the value as far; four digits where there is no error. */
export function figureText(value: number, error: number | null): string {
  const exact = error === null || error === 0 || !Number.isFinite(error);
  const decimals = exact ? decimalsOf(value, DIGITS.value) : decimalsOf(error, DIGITS.error);
  const text = value.toFixed(decimals);
  return exact ? text : `${text} ± ${error.toFixed(decimals)}`;
}
