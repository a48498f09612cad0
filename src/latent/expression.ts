/**
 * Latents in writing: what a seed names, and what was made of it. The page keeps these texts in its
 * addresses, so every picture it shows can be shared. Typed arrays only: the page uses this file, too.
 *
 *     7                                the latent of seed 7
 *     mean(1,5,9)                      the mean of several
 *     arith(1,5,9;2;3,4;0.8)           A − 0.8·B + 0.8·C of three concepts' means; 1 is the paper's
 *     typical(X)                       X at the length √Z that latents have
 *     near(X;0.25;3;0)                 X plus noise of ±0.25: the neighbour number 0 of noise seed 3
 *     move(X;smile:1.2;sefa-1:-0.5)    X moved along directions, by their names
 *     slerp(X;Y;0.35), lerp(X;Y;0.35)  between X and Y
 */
import { latentOfSeed } from "../core/rng.ts";
import { meanLatent, noiseNeighbours, toTypicalLength } from "./arithmetic.ts";
import { type Direction, moveAlong } from "./directions/direction.ts";
import { interpolate, type InterpolationMethod } from "./interpolation.ts";
import { stackLatents, type Vector } from "./latents.ts";

/** What a latent is made of. */
export type LatentExpression =
  | { readonly kind: "seed"; readonly seed: number }
  | { readonly kind: "mean"; readonly of: readonly LatentExpression[] }
  | {
    readonly kind: "arith";
    readonly a: readonly LatentExpression[];
    readonly b: readonly LatentExpression[];
    readonly c: readonly LatentExpression[];
    readonly strength: number;
  }
  | { readonly kind: "typical"; readonly of: LatentExpression }
  | {
    readonly kind: "near";
    readonly of: LatentExpression;
    readonly noise: number;
    readonly seed: number;
    readonly index: number;
  }
  | { readonly kind: "move"; readonly of: LatentExpression; readonly by: readonly Move[] }
  | {
    readonly kind: InterpolationMethod;
    readonly from: LatentExpression;
    readonly to: LatentExpression;
    readonly t: number;
  };

/** A step along a direction, in standard deviations of z. */
export interface Move {
  readonly name: string;
  readonly alpha: number;
}

/** Neighbours that an expression can name, 0 … 63: pages show eight. */
export const MOST_NEIGHBOURS = 64;

/** The expression of a seed. */
export function seedExpression(seed: number): LatentExpression {
  return { kind: "seed", seed };
}

/** A number as briefly as three decimals allow. */
const brief = (value: number) => String(Number(value.toFixed(3)));

/** A direction's name, with what stands for something else in an expression percent-encoded. */
const escaped = (name: string) =>
  encodeURIComponent(name).replace(
    /[()!'*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The text that `parseExpression` reads back; numbers other than seeds keep three decimals. */
export function formatExpression(expression: LatentExpression): string {
  const list = (of: readonly LatentExpression[]) => of.map(formatExpression).join(",");
  switch (expression.kind) {
    case "seed":
      return String(expression.seed);
    case "mean":
      return `mean(${list(expression.of)})`;
    case "arith": {
      const { a, b, c, strength } = expression;
      return `arith(${list(a)};${list(b)};${list(c)};${brief(strength)})`;
    }
    case "typical":
      return `typical(${formatExpression(expression.of)})`;
    case "near": {
      const { of, noise, seed, index } = expression;
      return `near(${formatExpression(of)};${brief(noise)};${seed};${index})`;
    }
    case "move": {
      const moves = expression.by.map(({ name, alpha }) => `;${escaped(name)}:${brief(alpha)}`);
      return `move(${formatExpression(expression.of)}${moves.join("")})`;
    }
    case "slerp":
    case "lerp": {
      const { kind, from, to, t } = expression;
      return `${kind}(${formatExpression(from)};${formatExpression(to)};${brief(t)})`;
    }
    default:
      return expression satisfies never;
  }
}

/** What evaluating an expression takes. */
export interface LatentSpace {
  readonly latentDim: number;
  /** The direction of a name; throws for one that is not known. */
  readonly direction: (name: string) => Direction;
  /** The latent of a seed where it is not `latentOfSeed`'s: a truncated one, say. */
  readonly ofSeed?: (seed: number, latentDim: number) => Vector;
}

/** The latent of an expression, [Z]. Throws what `space.direction` throws. */
export function evaluateExpression(expression: LatentExpression, space: LatentSpace): Vector {
  const evaluate = (of: LatentExpression) => evaluateExpression(of, space);
  const mean = (of: readonly LatentExpression[]) => meanLatent(stackLatents(of.map(evaluate)));
  switch (expression.kind) {
    case "seed":
      return (space.ofSeed ?? latentOfSeed)(expression.seed, space.latentDim);
    case "mean":
      return mean(expression.of);
    case "arith": {
      const [a, b, c] = [mean(expression.a), mean(expression.b), mean(expression.c)];
      return a.map((value, i) => value + expression.strength * (c[i]! - b[i]!));
    }
    case "typical":
      return toTypicalLength(evaluate(expression.of));
    case "near": {
      const { of, noise, seed, index } = expression;
      const z = evaluate(of);
      return noiseNeighbours(z, { count: index + 1, seed, noise }).values.slice(index * z.length);
    }
    case "move":
      return expression.by.reduce<Vector>(
        (z, { name, alpha }) => moveAlong(z, space.direction(name), alpha),
        evaluate(expression.of),
      );
    case "slerp":
    case "lerp":
      return interpolate(
        expression.kind,
        evaluate(expression.from),
        evaluate(expression.to),
        expression.t,
      );
    default:
      return expression satisfies never;
  }
}
