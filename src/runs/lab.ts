/** The lab's own parts for a session. Loads TensorFlow.js: for the worker, not for the main thread. */
import * as tf from "@tensorflow/tfjs";
import { openDataset } from "../../data/open.ts";
import { openDevice } from "../backends/open.ts";
import { probeDevice } from "../backends/probe.ts";
import { experiments } from "../experiments/registry.ts";
import type { SessionParts } from "./session.ts";
import { ATELIER_VERSION } from "./version.ts";

/** The real lab: its devices, datasets and experiments. */
export const labParts: SessionParts = {
  probeDevice: (choice) => probeDevice(choice),
  openDevice,
  openDataset,
  experiments,
  versions: { atelier: ATELIER_VERSION, deno: Deno.version.deno, tfjs: tf.version.tfjs },
};
