/** Measures a run's checkpoints against the data it trains on: what the meter's worker does. */
import { openDataset } from "../../data/open.ts";
import { openDevice } from "../backends/open.ts";
import { DeviceError, probeDevice } from "../backends/probe.ts";
import type { DeviceInfo } from "../core/protocol.ts";
import type { FeatureExtractor } from "../metrics/extractor.ts";
import { assertNamesFit, metricName, needsExtractor, parseMetricList } from "../metrics/names.ts";
import { openExtractor } from "../metrics/open_extractor.ts";
import type { MeterOrder } from "../runs/meter.ts";
import { RunStore } from "../runs/store.ts";
import { datasetSource } from "./dataset_source.ts";
import { Reference } from "./evaluate.ts";
import { openRunSource } from "./run_source.ts";
import type { ImageSource } from "./source.ts";
import { StatisticsCache } from "./statistics_cache.ts";

/** Chooses the pictures, and the samples: seeds from here on. The same in every run, so that runs compare. */
const SEED = 0;
/** Of the processor's cores, what measuring takes: training has the others, and these too when it likes. */
const SHARE_OF_CORES = 1 / 4;

/** Of software GPUs and the stock cpu backend nothing is to be had beside training. */
async function chooseDevice({ backend, software }: DeviceInfo): Promise<DeviceInfo> {
  if (backend === "webgpu" && !software) return await probeDevice("webgpu");
  try {
    return await probeDevice("simd");
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return await probeDevice("cpu");
  }
}

/** A figure of a checkpoint. */
export interface CheckpointFigure {
  readonly name: string;
  readonly value: number;
}

/** Owns extractor and dataset; the reference's statistics are computed once. */
export class CheckpointMeter implements Disposable {
  /** The name of the metric that decides which checkpoint is best. */
  readonly deciding: string;
  readonly #order: MeterOrder;
  readonly #extractor: FeatureExtractor | null;
  readonly #pictures: ImageSource;
  readonly #reference: Reference;

  private constructor(
    order: MeterOrder,
    extractor: FeatureExtractor | null,
    pictures: ImageSource,
    backend: string,
  ) {
    const families = parseMetricList(order.metrics);
    this.#order = order;
    this.#extractor = extractor;
    this.#pictures = pictures;
    this.#reference = new Reference(pictures, {
      extractor,
      backend,
      cache: new StatisticsCache(order.cacheDir),
      families,
      seed: SEED,
    });
    this.deciding = metricName(families[0]!, extractor?.name ?? "none", order.samples);
  }

  /**
   * Opens what measuring takes on a device of this thread. Throws a RangeError for metrics that cannot be
   * had of so many samples or of this data.
   */
  static async open(order: MeterOrder): Promise<CheckpointMeter> {
    const { data, samples } = order;
    const device = await chooseDevice(order.device);
    const threads = Math.max(1, Math.floor(navigator.hardwareConcurrency * SHARE_OF_CORES));
    await openDevice(device, { threads, exactConv: order.exactConv });
    using held = new DisposableStack();
    const extractor = needsExtractor(parseMetricList(order.metrics))
      ? held.use(await openExtractor(order.extractor))
      : null;
    if (extractor !== null) assertNamesFit(order.metrics, extractor.name);
    const dataset = await openDataset(data.spec, {
      size: data.size,
      channels: data.channels as 1 | 3,
      seed: data.seed,
      cacheDir: order.cacheDir,
      threads,
    });
    const choice = { count: samples, seed: SEED, mirror: data.mirror };
    const pictures = held.use(datasetSource(dataset, choice));
    const meter = new CheckpointMeter(order, extractor, pictures, device.backend);
    meter.#reference.assertMeasurable({ label: "the run's samples", count: samples });
    held.move();
    return meter;
  }

  /** Measures a checkpoint. Throws a StorageError where it is not there, and what measuring throws. */
  async measure(run: string, step: number): Promise<readonly CheckpointFigure[]> {
    const { runsDir, samples } = this.#order;
    using source = await openRunSource(new RunStore(runsDir), { run, step }, {
      count: samples,
      firstSeed: SEED,
      weights: "ema",
    });
    const { metrics } = await this.#reference.judge(source);
    return metrics.map(({ name, value }) => ({ name, value }));
  }

  [Symbol.dispose](): void {
    this.#extractor?.[Symbol.dispose]();
    this.#pictures[Symbol.dispose]();
  }
}
