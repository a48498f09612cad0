/**
 * The one door by which the lab's own code comes into the page, other than its types: mathematics on
 * typed arrays. Nothing that comes through it may import TensorFlow.js; `ui/generator/model.ts`, which
 * a worker loads, is the door for that.
 */
export { ENLARGE_SCALES, isEnlarger } from "../src/core/enlarge_protocol.ts";
export { latentOfSeed } from "../src/core/rng.ts";
export { type Address, formatAddress, parseAddress } from "../src/latent/address.ts";
export { NEIGHBOUR_NOISE } from "../src/latent/arithmetic.ts";
export {
  type Direction,
  DIRECTION_KINDS,
  type DirectionKind,
} from "../src/latent/directions/direction.ts";
export {
  evaluateExpression,
  formatExpression,
  type LatentExpression,
  type LatentSpace,
  type Move,
  seedExpression,
} from "../src/latent/expression.ts";
export { INTERPOLATION_METHODS, type InterpolationMethod } from "../src/latent/interpolation.ts";
export { latentsOfSeeds, normOf, stackLatents, type Vector } from "../src/latent/latents.ts";
export { truncatedLatent, type Truncation } from "../src/latent/truncation.ts";
export { parseExpression, parseExpressions } from "../src/latent/parse_expression.ts";
