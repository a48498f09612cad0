/** What the server's thread and the workers that compute for it say to each other. Loads nothing. */
import type { Preparation } from "../../../data/dataset.ts";
import type { EnlargeScale, PictureSize } from "../../core/enlarge_protocol.ts";
import type { NearestPictures, NearPicture } from "../../core/likeness.ts";
import type { BackendName } from "../../core/protocol.ts";
import type { Direction } from "../../latent/directions/direction.ts";
import type { GeneratorWeights } from "../../runs/checkpoint_format.ts";

/** Which generator draws. */
export interface CheckpointRef {
  readonly run: string;
  readonly step: number;
  readonly weights: GeneratorWeights;
  /** Of the generator's file: a resumed run may write another one at the same step. */
  readonly sha256: string;
}

/** What a generator takes and gives: latents [B, Z] in, images [B, H, H, C] out. */
export interface GeneratorShape {
  readonly latentDim: number;
  /** Side of the images, in pixels. */
  readonly size: number;
  readonly channels: number;
}

/** 8-bit images, [B, H, H, C] row-major. */
export interface ImageBytes {
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly count: number;
  readonly size: number;
  readonly channels: number;
}

/** Where runs and prepared data are, and what to compute on. Sent once, before the first order. */
export interface ServiceSettings {
  readonly runsDir: string;
  readonly cacheDir: string;
  /** null takes simd where it works and cpu elsewhere: a GPU may be training. */
  readonly backend: BackendName | null;
  /** 0 takes all cores. */
  readonly threads: number;
}

/** `NearestPictures` before their addresses are known. */
export interface FoundPictures extends Omit<NearestPictures, "neighbours"> {
  readonly neighbours: readonly Omit<NearPicture, "url">[];
}

/** What enlarges: a run's network by its moving average, or bicubic. */
export type EnlargerRef = "bicubic" | Pick<CheckpointRef, "run" | "step" | "sha256">;

/** A picture made ready to be enlarged, and what it was made of where that is the truth. */
export interface ReadyPicture {
  /** PNG, with transparency where the picture has it. */
  readonly low: Uint8Array<ArrayBuffer>;
  readonly size: PictureSize;
  /** PNG and size of the truth, s times as wide and tall as `low`; null where it is not known. */
  readonly truth: { readonly png: Uint8Array<ArrayBuffer>; readonly size: PictureSize } | null;
}

/** What can be ordered, and what comes of it. */
export interface Orders {
  describe: {
    readonly asks: { readonly checkpoint: CheckpointRef };
    readonly gives: GeneratorShape;
  };
  draw: {
    readonly asks: {
      readonly checkpoint: CheckpointRef;
      /** [B, Z] */
      readonly latents: Float32Array<ArrayBuffer>;
    };
    readonly gives: ImageBytes;
  };
  /** One picture of the run's dataset, as the run saw it. */
  picture: {
    readonly asks: { readonly run: string; readonly index: number };
    readonly gives: { readonly png: Uint8Array<ArrayBuffer> };
  };
  /** Training pictures like what is drawn of a latent, [Z]. Works for a while, and says how far it came. */
  neighbours: {
    readonly asks: {
      readonly checkpoint: CheckpointRef;
      readonly latent: Float32Array<ArrayBuffer>;
      readonly count: number;
    };
    readonly gives:
      | { readonly found: FoundPictures }
      | { readonly found: null; readonly preparing: Preparation };
  };
  directions: {
    readonly asks: { readonly run: string; readonly step: number };
    readonly gives: { readonly directions: readonly Direction[] };
  };
  /** Decodes a picture; with `truth` it is the truth, of which a small one is made. null draws one. */
  ready: {
    readonly asks: {
      readonly file: Uint8Array<ArrayBuffer> | null;
      readonly scale: EnlargeScale;
      readonly truth: boolean;
    };
    readonly gives: ReadyPicture;
  };
  enlarge: {
    readonly asks: {
      readonly enlarger: EnlargerRef;
      readonly scale: EnlargeScale;
      readonly low: Uint8Array<ArrayBuffer>;
      /** PNG, or null where it is not known. */
      readonly truth: Uint8Array<ArrayBuffer> | null;
    };
    readonly gives: {
      readonly png: Uint8Array<ArrayBuffer>;
      readonly figures: Readonly<Record<string, number>> | null;
      readonly seconds: number;
    };
  };
}

/** The names of orders. */
export type OrderName = keyof Orders;

/** An order on its way to the worker. */
export type Order = {
  [Name in OrderName]: {
    readonly id: number;
    readonly name: Name;
    readonly asks: Orders[Name]["asks"];
  };
}[OrderName];

/** An order that nobody waits for any more. The worker ends it when it can; it then fails as `stopped`. */
export interface Cancellation {
  readonly cancel: number;
}

/** What the worker says, by the order's id. */
export type Answer =
  | { readonly id: number; readonly type: "done"; readonly gives: Orders[OrderName]["gives"] }
  | { readonly id: number; readonly type: "progress"; readonly progress: Preparation }
  | {
    readonly id: number;
    readonly type: "failed";
    readonly fault: Fault;
    readonly message: string;
  }
  /** Of no order: what a person should know, though nothing failed over it. */
  | { readonly type: "notice"; readonly message: string };

/**
 * Why an order failed: what was asked for is not there; it is there and cannot be used; it is of another
 * kind, or too large; what the run was made of has changed; the device does not work; too much is asked at
 * once; it was called off; the file or program is at fault.
 */
export type Fault =
  | "missing"
  | "unusable"
  | "kind"
  | "large"
  | "changed"
  | "device"
  | "busy"
  | "stopped"
  | "storage"
  | "bug";

/** An order failed, and why. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  constructor(readonly fault: Fault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
