/** Stands in the place of the page's program: lets tests in Chromium use the page's own way of drawing. */
import { BrowserDevice } from "../../../ui/generator/browser_device.ts";
import {
  type CheckpointRef,
  createGeneratorClient,
  type DeviceChoice,
  type GeneratorClient,
} from "../../../ui/generator/client.ts";
import type { Device } from "../../../ui/generator/device.ts";
import { ServerDevice } from "../../../ui/generator/server_device.ts";
import { latentOfSeed } from "../../../ui/lab.ts";
import type { Refused } from "../../../ui/transport.ts";

let client: GeneratorClient;

function latentsOf(seeds: readonly number[], latentDim: number): Float32Array {
  const latents = new Float32Array(seeds.length * latentDim);
  seeds.forEach((seed, i) => latents.set(latentOfSeed(seed, latentDim), i * latentDim));
  return latents;
}

async function openDevice(kind: Device["kind"]): Promise<Device | string> {
  if (kind === "server") return new ServerDevice();
  const { device, passedOver } = await BrowserDevice.open([kind], kind);
  return device ?? passedOver.join("; ");
}

/** What scripts that tests evaluate find as `atelier`. Plain data goes in and comes out. */
const atelier = {
  /** From now on another client draws, of a reader whose wish is remembered. */
  choose(choice: DeviceChoice): void {
    const memory = { getItem: () => JSON.stringify(choice), setItem: () => {} };
    client = createGeneratorClient(memory);
  },

  /** The words of a latent's bits. */
  latentBits: (seed: number, latentDim: number): number[] =>
    Array.from(new Uint32Array(latentOfSeed(seed, latentDim).buffer)),

  async draw(checkpoint: CheckpointRef, seeds: readonly number[]) {
    const { latentDim, size } = await client.describe(checkpoint);
    const images = await client.draw(checkpoint, latentsOf(seeds, latentDim), seeds.length);
    const pixels = Array.from(images.pixels);
    return { pixels, shape: [images.count, images.size, size], device: client.device.value };
  },

  /** How drawing fails. */
  async refusal(checkpoint: CheckpointRef, latentDim: number) {
    const drawing = client.draw(checkpoint, new Float32Array(latentDim), 1);
    const { name, status, message } = await drawing.then(
      () => ({ name: "none", status: 200, message: "it was drawn" }),
      (error) => error as Refused,
    );
    return { name, status, message, device: client.device.value?.kind };
  },

  /** What lives on wasm after the first and after `turns` more drawings. */
  async memory(checkpoint: CheckpointRef, latentDim: number, turns: number) {
    const { device } = await BrowserDevice.open(["wasm"], null);
    const browser = device as BrowserDevice;
    const latents = latentsOf([3], latentDim);
    await browser.draw(checkpoint, latents, 1);
    const before = await browser.memory();
    for (let turn = 0; turn < turns; turn++) await browser.draw(checkpoint, latents, 1);
    const after = await browser.memory();
    browser.close();
    return { before, after };
  },

  /** Times opening, the first image, and drawings of each count, for at most some seconds each. */
  async time(kind: Device["kind"], checkpoint: CheckpointRef, counts: readonly number[]) {
    const start = performance.now();
    const device = await openDevice(kind);
    if (typeof device === "string") return device;
    const openMs = performance.now() - start;
    const { signal } = new AbortController();
    const { latentDim } = await device.describe(checkpoint);
    const draw = async (seeds: readonly number[]) => {
      const latents = latentsOf(seeds, latentDim);
      const before = performance.now();
      const { pixels } = await device.draw(checkpoint, latents, seeds.length, signal);
      return { ms: performance.now() - before, pixels };
    };
    const { pixels } = await draw([0]);
    const firstMs = performance.now() - start;
    const medians: number[] = [];
    for (const count of counts) {
      const seeds = Array.from({ length: count }, (_, seed) => seed);
      await draw(seeds); // compiles
      const times: number[] = [];
      const began = performance.now();
      while (times.length < 3 || (times.length < 100 && performance.now() - began < 3000)) {
        times.push((await draw(seeds)).ms);
      }
      medians.push(times.sort((a, b) => a - b)[times.length >> 1]!);
    }
    device.close();
    return { name: device.name, openMs, firstMs, medians, pixels: Array.from(pixels) };
  },

  /** Asks for a picture at every animation frame, as a slider does, and returns how many came a second. */
  async slide(checkpoint: CheckpointRef, count: number, seconds: number): Promise<number> {
    const { latentDim } = await client.describe(checkpoint);
    await client.draw(checkpoint, latentsOf([0], latentDim), 1); // compiles
    const until = performance.now() + 1000 * seconds;
    let shown = 0;
    for (let frame = 0; performance.now() < until; frame++) {
      await new Promise(requestAnimationFrame);
      const latents = latentsOf(Array.from({ length: count }, (_, i) => frame + i), latentDim);
      const drawing = client.draw(checkpoint, latents, count, { lane: "slider" });
      drawing.then(() => shown++, () => {}); // dropped: a newer frame took its place
    }
    return shown / seconds;
  },
};

/** Its type, for scripts. */
export type PageLab = typeof atelier;

Object.assign(globalThis, { atelier });
