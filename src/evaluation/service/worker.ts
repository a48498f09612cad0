/** The worker that draws and enlarges for the server. It opens its device at its start, and answers orders as they come. */
import * as tf from "@tensorflow/tfjs";
import type { Preparation } from "../../../data/dataset.ts";
import { DeviceError } from "../../backends/probe.ts";
import type { DeviceInfo } from "../../core/protocol.ts";
import type { FeatureExtractor } from "../../metrics/extractor.ts";
import { openLabExtractor } from "../../metrics/lab/lab_extractor.ts";
import { PixelExtractor } from "../../metrics/pixel_extractor.ts";
import { knownDirections } from "../../runs/known_directions.ts";
import { RunStore } from "../../runs/store.ts";
import { StorageError } from "../../runs/storage_error.ts";
import { openPerceptual } from "../perceptual.ts";
import { StatisticsCache } from "../statistics_cache.ts";
import { Enlarging, type OpenMeasure, type Watch } from "./enlarging.ts";
import { Generators, openServiceDevice } from "./generators.ts";
import {
  type Answer,
  type Cancellation,
  type Fault,
  type Order,
  type Orders,
  ServiceError,
  type ServiceSettings,
} from "./messages.ts";
import { Likeness } from "./likeness.ts";
import { readyPicture } from "./ready_picture.ts";
import { TrainingPictures } from "./training_pictures.ts";

type Gives = Orders[Order["name"]]["gives"];

const scope = self as unknown as {
  onmessage: (event: MessageEvent<ServiceSettings>) => void;
  postMessage(answer: Answer, transfer?: Transferable[]): void;
};

/** Tells the person at the terminal what went wrong and mended itself. */
const notify = (message: string) => scope.postMessage({ type: "notice", message });

/** The lab's extractor; pixels on cpu, which takes seconds for a picture, and where it cannot be opened. */
async function openExtractor(): Promise<FeatureExtractor> {
  if (tf.getBackend() === "cpu") return new PixelExtractor();
  try {
    return await openLabExtractor();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    notify(
      `Training pictures are compared by pixels: the lab's extractor cannot be opened. ${why}`,
    );
    return new PixelExtractor();
  }
}

/** The lab's perceptual distance; null on cpu, which takes seconds for it, and where it cannot be opened. */
async function openMeasure(): Promise<OpenMeasure | null> {
  if (tf.getBackend() === "cpu") return null;
  try {
    return await openPerceptual("lab");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    notify(`Enlarged pictures get no perceptual distance: it cannot be opened. ${why}`);
    return null;
  }
}

class Service {
  readonly #device: Promise<DeviceInfo>;
  readonly #generators: Generators;
  readonly #pictures: TrainingPictures;
  readonly #likeness: Likeness;
  readonly #enlarging: Enlarging;
  readonly #store: RunStore;

  constructor(settings: ServiceSettings) {
    const store = this.#store = new RunStore(settings.runsDir);
    this.#device = openServiceDevice(settings);
    this.#device.catch(() => {}); // whoever orders a drawing is told
    this.#generators = new Generators(store);
    this.#enlarging = new Enlarging(store, openMeasure);
    this.#pictures = new TrainingPictures(store, settings.cacheDir);
    this.#likeness = new Likeness(store, this.#pictures, {
      openExtractor,
      cache: new StatisticsCache(settings.cacheDir, notify),
      backend: () => tf.getBackend(),
    });
  }

  async obey({ name, asks }: Order, watch: Watch): Promise<Gives> {
    switch (name) {
      case "describe":
        await this.#device;
        return await this.#generators.describe(asks.checkpoint);
      case "draw":
        await this.#device;
        return await this.#generators.draw(asks.checkpoint, asks.latents);
      case "picture":
        return { png: await this.#pictures.png(asks.run, asks.index, watch.onProgress) };
      case "neighbours":
        await this.#device;
        return await this.#neighbours(asks);
      case "directions": {
        using run = this.#store.open(asks.run);
        return { directions: await knownDirections(run, asks.step) };
      }
      case "ready":
        return await readyPicture(asks);
      case "enlarge":
        await this.#device;
        return await this.#enlarging.enlarge(asks, watch);
      default:
        return name satisfies never;
    }
  }

  #neighbours({ checkpoint, latent, count }: Orders["neighbours"]["asks"]) {
    const draw = () => this.#generators.images(checkpoint, latent);
    return this.#likeness.nearest(checkpoint.run, count, draw);
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof ServiceError) return error.fault;
  if (error instanceof DeviceError) return "device";
  return error instanceof StorageError ? "storage" : "bug";
}

/** Buffers that go over without a copy. */
function movable(gives: Gives): Transferable[] {
  return Object.values(gives).flatMap((value) => ArrayBuffer.isView(value) ? [value.buffer] : []);
}

scope.onmessage = ({ data }) => {
  const service = new Service(data);
  const underWay = new Map<number, AbortController>();
  self.onmessage = async ({ data: order }: MessageEvent<Order | Cancellation>) => {
    if ("cancel" in order) return underWay.get(order.cancel)?.abort();
    const { id } = order;
    const stop = new AbortController();
    underWay.set(id, stop);
    try {
      const onProgress = (progress: Preparation) =>
        scope.postMessage({ id, type: "progress", progress });
      const gives = await service.obey(order, { onProgress, signal: stop.signal });
      scope.postMessage({ id, type: "done", gives }, movable(gives));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const fault = stop.signal.aborted ? "stopped" : faultOf(error);
      scope.postMessage({ id, type: "failed", fault, message });
    } finally {
      underWay.delete(id);
    }
  };
};
