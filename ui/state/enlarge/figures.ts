/** How results compare with the truth, beside each other. Pure. */
import type { EnlargeFigures } from "../../../src/core/enlarge_protocol.ts";
import type { Better } from "../../../src/core/protocol.ts";
import { formatScalar } from "../../format.ts";
import { bestAmong } from "../compare/metrics.ts";

/** One figure of every result. */
export interface FigureComparison {
  /** Says its protocol: `psnr-y-crop4`. */
  readonly name: string;
  /** null for a figure that the page knows nothing of. */
  readonly better: Better | null;
  /** One a result; null where it is not known. Infinite where a result equals the truth. */
  readonly values: readonly (number | null)[];
  /** Places of the best. */
  readonly best: readonly number[];
}

function betterOf(name: string): Better | null {
  if (/^(psnr|ssim)-/.test(name)) return "higher";
  return /^(perceptual|texture)-/.test(name) ? "lower" : null;
}

/** Every figure that any result has; null for a result without. */
export function compareFigures(
  results: readonly (EnlargeFigures | null)[],
): readonly FigureComparison[] {
  const names = new Set(results.flatMap((figures) => Object.keys(figures ?? {})));
  return [...names].map((name) => {
    const better = betterOf(name);
    const values = results.map((figures) => {
      const value = figures?.[name];
      return value === undefined ? null : value ?? Infinity; // JSON has no number for it
    });
    const finite = values.map((value) => value === Infinity ? Number.MAX_VALUE : value);
    return { name, better, values, best: bestAmong(finite, better) };
  });
}

/** A figure as the field prints it: `28.43 dB`, never broken over two lines; `0.8109`, `0.0148`. */
export function formatFigure(name: string, value: number): string {
  if (name.startsWith("psnr-")) {
    return value === Infinity ? "∞\u00a0dB" : `${value.toFixed(2)}\u00a0dB`;
  }
  return betterOf(name) === null ? formatScalar(value) : value.toFixed(4);
}
