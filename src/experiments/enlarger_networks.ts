/** The networks that enlarge pictures, by the names that people give, and how each is best trained. */
import type * as tf from "@tensorflow/tfjs";
import { buildEdsr, EDSR_BASELINE, EDSR_COMPACT } from "../../models/edsr.ts";
import { buildEspcn } from "../../models/espcn.ts";
import { buildFsrcnn, FSRCNN } from "../../models/fsrcnn.ts";
import { buildSrcnn } from "../../models/srcnn.ts";
import { buildSrresnet, SRRESNET } from "../../models/srresnet.ts";
import type { Scale } from "../../models/super_resolution_layers.ts";
import type { Rng } from "../core/rng.ts";
import type { PixelLoss } from "../training/enlarger_trainer.ts";

/** What a user may change of a network. null takes the network's own. */
export interface NetworkSize {
  readonly scale: Scale;
  /** Residual blocks; of those networks that have them. */
  readonly blocks: number | null;
  /** Feature maps; of those networks whose files give a choice. */
  readonly channels: number | null;
}

/** A network and its usual training. */
export interface EnlargerNetwork {
  build(size: NetworkSize, rng: Rng): tf.LayersModel;
  /** Whether blocks and channels can be chosen. */
  readonly sizable: boolean;
  readonly loss: PixelLoss;
  readonly learningRate: number;
}

/** `given` where it is, else `own`. */
const sized = (
  own: { blocks: number; channels: number },
  { scale, blocks, channels }: NetworkSize,
) => (
  { scale, blocks: blocks ?? own.blocks, channels: channels ?? own.channels }
);

/** Step sizes and losses as the papers have them, but for the small ones, whose papers trained for days. */
export const enlargerNetworks = {
  "edsr-compact": {
    build: (size, rng) => buildEdsr({ ...EDSR_COMPACT, ...sized(EDSR_COMPACT, size) }, rng),
    sizable: true,
    loss: "l1",
    learningRate: 1e-3,
  },
  "edsr-baseline": {
    build: (size, rng) => buildEdsr({ ...EDSR_BASELINE, ...sized(EDSR_BASELINE, size) }, rng),
    sizable: true,
    loss: "l1", // §3.3
    learningRate: 1e-4, // §4.2
  },
  srresnet: {
    build: (size, rng) => buildSrresnet(sized(SRRESNET, size), rng),
    sizable: true,
    loss: "l2", // §2.2.1
    learningRate: 1e-4, // §3.2
  },
  fsrcnn: {
    build: ({ scale }, rng) => buildFsrcnn({ ...FSRCNN, scale }, rng),
    sizable: false,
    loss: "l2",
    learningRate: 1e-3, // §4.1
  },
  espcn: {
    build: ({ scale }, rng) => buildEspcn({ scale }, rng),
    sizable: false,
    loss: "l2",
    learningRate: 1e-3,
  },
  srcnn: {
    build: ({ scale }, rng) => buildSrcnn({ scale }, rng),
    sizable: false,
    loss: "l2",
    learningRate: 1e-3,
  },
} satisfies Record<string, EnlargerNetwork>;

/** The name of one of `enlargerNetworks`. */
export type EnlargerName = keyof typeof enlargerNetworks;

/** The names, for schemas. */
export const ENLARGER_NAMES = Object.keys(enlargerNetworks) as [EnlargerName, ...EnlargerName[]];
