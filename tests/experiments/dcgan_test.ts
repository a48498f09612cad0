import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { ImageBatch } from "../../src/core/images.ts";
import type { DatasetInfo, DeviceInfo } from "../../src/core/protocol.ts";
import { dcgan, DcganSettings } from "../../src/experiments/dcgan.ts";
import type { TrainingData } from "../../src/experiments/experiment.ts";

await tf.setBackend("cpu");

const CPU: DeviceInfo = { backend: "cpu", name: "processor", software: false, reason: "" };
const SIMD: DeviceInfo = { ...CPU, backend: "simd" };
const GPU: DeviceInfo = { ...CPU, backend: "webgpu" };
const SOFTWARE_GPU: DeviceInfo = { ...GPU, software: true };

const INFO: DatasetInfo = {
  name: "test",
  length: 100,
  size: 32,
  channels: 1,
  fingerprint: "",
  attributes: [],
  skipped: [],
};

/** Images of that many channels; building asks for no batch of them. */
function dataOf(channels: number): TrainingData<ImageBatch> {
  const next = (): never => {
    throw new Error("no batch is drawn");
  };
  const batches = { cursor: 0, seek() {}, next };
  return { info: { ...INFO, channels }, batches, [Symbol.dispose]() {} };
}

Deno.test("dcgan.resolve() takes the paper's network on a GPU and a small one elsewhere", () => {
  const essence = (device: DeviceInfo) => {
    const { size, filters, batch, latentDim, learningRate, beta1 } = dcgan.resolve({}, device);
    return { size, filters, batch, latentDim, learningRate, beta1 };
  };
  const paper = { latentDim: 100, beta1: 0.5 };
  assertEquals(essence(GPU), { size: 64, filters: 64, batch: 64, learningRate: 2e-4, ...paper });
  const [software, simd, cpu] = [SOFTWARE_GPU, SIMD, CPU].map(essence);
  assertEquals(simd, { size: 64, filters: 16, batch: 16, learningRate: 8e-4, ...paper });
  assertEquals(software, { size: 32, filters: 16, batch: 16, learningRate: 8e-4, ...paper });
  assertEquals(cpu, { size: 32, filters: 8, batch: 8, learningRate: 1e-3, ...paper });
});

Deno.test("dcgan.resolve() takes a learning rate for the filters given, unless it is given too", () => {
  const rate = (given: object) => dcgan.resolve(given, CPU).learningRate;
  assertEquals(rate({ filters: 64 }), 2e-4);
  assertEquals(rate({ filters: 128 }), 1e-4);
  assertEquals(rate({ filters: 1 }), 1e-3);
  assertEquals(rate({ filters: 64, learningRate: 3e-4 }), 3e-4);
});

Deno.test("DcganSettings fills nothing in, and keeps each setting's description", () => {
  assertEquals(DcganSettings.parse({ steps: 3 }), { steps: 3 });
  for (const [name, field] of Object.entries(DcganSettings.shape)) {
    assert(field.description, `"${name}" has no description`);
  }
});

Deno.test("dcgan.resolve() keeps what is given, and what it gives parses again", () => {
  const given = { steps: 30, size: 64, channels: 1, labelSmoothing: 0.1, seed: 7 };
  const config = dcgan.resolve(given, CPU);
  assertEquals({ ...config, ...given }, config);
  assertEquals(dcgan.parseConfig(JSON.parse(JSON.stringify(config))), config);
});

Deno.test("dcgan.resolve() lists every fault with what came and what was expected", () => {
  assertThrows(
    () => dcgan.resolve({ filtres: 3, size: 48, batch: 1 }, CPU),
    RangeError,
    'Cannot train a DCGAN: "size": invalid option: expected one of 32|64|128, got 48; ' +
      '"batch": too small: expected number to be >=2, got 1; ' +
      'unknown setting "filtres" (did you mean "filters"?)',
  );
  assertThrows(() => dcgan.resolve("fast", CPU), RangeError, "expected object, received string");
});

Deno.test("dcgan.parseConfig() says what a record lacks", () => {
  const { steps: _, ...record } = dcgan.resolve({}, CPU);
  assertThrows(() => dcgan.parseConfig(record), RangeError, '"steps" is missing');
});

Deno.test("dcgan.resume() changes what is given, if it may, and nothing else", () => {
  const recorded = dcgan.resolve({ steps: 30, mirror: true, keepCheckpoints: 9 }, CPU);
  assertEquals(dcgan.resume(recorded, { steps: 60, mirror: true }), { ...recorded, steps: 60 });
  assertEquals(dcgan.resume(recorded, {}), recorded);
  assertEquals(dcgan.resume(recorded, { data: "folder:moved" }).data, "folder:moved");
  assertThrows(
    () => dcgan.resume(recorded, { filters: 9, seed: 2, steps: 60 }),
    RangeError,
    'a resumed run cannot change "seed" from 1 to 2, "filters" from 8 to 9. It can change data, steps,',
  );
  assertThrows(
    () => dcgan.resume(recorded, { exactConv: true }),
    RangeError,
    'a resumed run cannot change "exactConv" from false to true',
  );
});

Deno.test("dcgan.build() takes the channels of the settings, or else of the dataset", () => {
  const config = dcgan.resolve({ filters: 1, latentDim: 2 }, CPU);
  const parameters = (channels: 1 | 3 | null, ofData: number) => {
    const trainer = dcgan.build({ ...config, channels }, dataOf(ofData));
    trainer.dispose();
    return trainer.parameters.discriminator;
  };
  const grey = parameters(null, 1);
  assertEquals(parameters(1, 3), grey);
  assertEquals(parameters(null, 3), grey! + 2 * 4 * 4);
  assertThrows(
    () => dcgan.build(config, dataOf(4)),
    RangeError,
    'Cannot train a DCGAN on "test": expected 1 or 3 channels, got 4',
  );
});

Deno.test("dcgan.parseConfig() takes records from before there were metrics, and resuming measures", () => {
  const { metrics: _, metricSamples: __, metricExtractor: ___, ...older } = dcgan.resolve({}, SIMD);
  const config = dcgan.parseConfig(older);
  assertEquals([config.metrics, dcgan.metering!(config, INFO)], [null, null]);
  assertEquals(dcgan.resume(config, { metrics: "kid,fcd" }).metrics, "kid,fcd");
});

Deno.test("dcgan.metering() has samples compared with the pictures as they are trained on", () => {
  const given = { data: "folder:faces", size: 32, mirror: true, seed: 7, metrics: "fcd" } as const;
  assertEquals(dcgan.metering!(dcgan.resolve({ ...given, metricSamples: 500 }, GPU), INFO), {
    metrics: "fcd",
    extractor: "lab",
    samples: 500,
    data: { spec: "folder:faces", size: 32, channels: 1, seed: 7, mirror: true },
  });
  assertEquals(
    assertThrows(() => dcgan.resolve({ metrics: "fcd,kd" }, GPU), RangeError).message,
    'Cannot train a DCGAN: "metrics": "kd" is no metric; did you mean kid? Expected some of fcd, ' +
      "kid, precision, recall, density, coverage, score, swd, ms-ssim, nearest, memorisation, with " +
      'commas between, got "fcd,kd"',
  );
});
