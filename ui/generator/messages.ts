/** What the page and the worker that draws for it say to each other. */
import type { DrawnImages, GeneratorShape } from "./device.ts";

/** What a browser can draw on. */
export type BrowserKind = "webgpu" | "webgl" | "wasm";

/** Sent once, before the first order. */
export interface WorkerSettings {
  /** Tried in this order; the first that works is taken. */
  readonly kinds: readonly BrowserKind[];
  /** The kind that was asked for by name: taken even where it is no GPU, but runs on the processor. */
  readonly byName: BrowserKind | null;
  /** Folder of the kernels and of the program of their threads, ending in "/". */
  readonly assets: string;
}

/** A checkpoint as the worker opens it: the address of its model.json. */
export interface ModelAddress {
  readonly model: string;
}

/** What can be ordered, and what comes of it. */
export interface Orders {
  describe: { readonly asks: ModelAddress; readonly gives: GeneratorShape };
  draw: {
    readonly asks: ModelAddress & {
      /** [count, Z] */
      readonly latents: Float32Array<ArrayBuffer>;
      readonly count: number;
    };
    readonly gives: DrawnImages;
  };
  /** Opens the network, for later. */
  prepare: { readonly asks: ModelAddress; readonly gives: null };
  /** Of the device: tensors that live, and bytes in them. */
  memory: {
    readonly asks: null;
    readonly gives: { readonly tensors: number; readonly bytes: number };
  };
}
export type OrderName = keyof Orders;

/** An order on its way to the worker. */
export type Order = {
  [Name in OrderName]: {
    readonly id: number;
    readonly name: Name;
    readonly asks: Orders[Name]["asks"];
  };
}[OrderName];

/** Why an order failed: the server refused or is silent, the network cannot draw, or the device is at fault. */
export type Failure =
  | { readonly fault: "refused"; readonly status: number; readonly message: string }
  | { readonly fault: "unreachable" }
  | { readonly fault: "device"; readonly message: string };

/** What the worker says. */
export type Answer =
  | {
    readonly type: "opened";
    readonly kind: BrowserKind;
    /** What a person calls the device. */
    readonly name: string;
    /** What was tried before, and why it was not taken: `webgpu: this browser has none`. */
    readonly passedOver: readonly string[];
  }
  | { readonly type: "none"; readonly passedOver: readonly string[] }
  | { readonly type: "lost"; readonly message: string }
  | { readonly type: "done"; readonly id: number; readonly gives: Orders[OrderName]["gives"] }
  | { readonly type: "failed"; readonly id: number; readonly failure: Failure };
