/** Which device draws, and what happens when one fails: with devices that are none. */
import { assertEquals, assertRejects } from "@std/assert";
import { createGeneratorClient } from "../../../ui/generator/client.ts";
import {
  type CheckpointRef,
  type Device,
  DeviceFailure,
  type DrawnImages,
} from "../../../ui/generator/device.ts";
import type { BrowserKind } from "../../../ui/generator/messages.ts";
import { Refused } from "../../../ui/transport.ts";

const CHECKPOINT: CheckpointRef = { run: "run", step: 1, weights: "ema" };
const LATENTS = new Float32Array(4);

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Draws images whose pixels say nothing; `error` is what every call fails with. */
class FakeDevice implements Device {
  closed = false;
  error: Error | null = null;
  readonly prepared: number[] = [];

  constructor(readonly kind: Device["kind"]) {}

  get name(): string {
    return `a ${this.kind}`;
  }

  describe() {
    return this.#answer({ latentDim: 4, size: 1, channels: 1 });
  }

  draw(): Promise<DrawnImages> {
    return this.#answer({ pixels: new Uint8ClampedArray(4), count: 1, size: 1 });
  }

  prepare({ step }: CheckpointRef): Promise<void> {
    this.prepared.push(step);
    return this.#answer(undefined);
  }

  close(): void {
    this.closed = true;
  }

  #answer<T>(value: T): Promise<T> {
    const closed = this.closed ? new DeviceFailure(this.kind, "it was closed") : null;
    const error = this.error ?? closed;
    return error ? Promise.reject(error) : Promise.resolve(value);
  }
}

/** A browser where `working` can be opened, and what it remembers. */
class FakeBrowser {
  readonly asked: string[] = [];
  readonly server = new FakeDevice("server");
  readonly opened: FakeDevice[] = [];
  readonly memory = new Map<string, string>();

  constructor(public working: readonly BrowserKind[]) {}

  client() {
    const { memory } = this;
    return createGeneratorClient({
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
    }, {
      server: this.server,
      openBrowser: async (kinds, byName) => {
        this.asked.push(`${kinds.join(" ")}, by name ${byName}`);
        const taken = kinds.find((kind) => this.working.includes(kind));
        const before = kinds.slice(0, taken ? kinds.indexOf(taken) : kinds.length);
        const device = taken ? new FakeDevice(taken) : null;
        if (device) this.opened.push(device);
        await turn();
        return { device, passedOver: before.map((kind) => `${kind}: none here`) };
      },
    });
  }
}

Deno.test("a client takes the first device that works, and opens none before it is asked", async () => {
  const browser = new FakeBrowser(["webgl", "wasm"]);
  const client = browser.client();
  assertEquals([browser.asked, client.device.value], [[], null]);
  await client.draw(CHECKPOINT, LATENTS, 1);
  await client.draw(CHECKPOINT, LATENTS, 1);
  assertEquals(browser.asked, ["webgpu webgl wasm, by name null"]);
  const passedOver = ["webgpu: none here"];
  assertEquals(client.device.value, { kind: "webgl", name: "a webgl", passedOver });
  client.close();
  await turn();
  assertEquals(browser.opened[0]!.closed, true);
});

Deno.test("a device that fails hands the drawing on, and is not tried again", async () => {
  const browser = new FakeBrowser(["webgl", "wasm"]);
  const client = browser.client();
  await client.draw(CHECKPOINT, LATENTS, 1);
  browser.opened[0]!.error = new DeviceFailure("webgl", "the context was lost");
  await client.draw(CHECKPOINT, LATENTS, 1);
  assertEquals(browser.asked[1], "webgpu wasm, by name null");
  assertEquals(client.device.value?.kind, "wasm");
  assertEquals(browser.opened[0]!.closed, true);
  browser.working = [];
  browser.opened[1]!.error = new DeviceFailure("wasm", "out of memory");
  await client.draw(CHECKPOINT, LATENTS, 1);
  assertEquals(client.device.value, {
    kind: "server",
    name: "a server",
    passedOver: ["webgl: the context was lost", "wasm: out of memory", "webgpu: none here"],
  });
});

Deno.test("a refusal is the checkpoint's, not the device's", async () => {
  const browser = new FakeBrowser(["wasm"]);
  const client = browser.client();
  await client.describe(CHECKPOINT);
  browser.opened[0]!.error = new Refused(422, "NaN");
  await assertRejects(() => client.draw(CHECKPOINT, LATENTS, 1), Refused, "NaN");
  assertEquals([browser.asked.length, client.device.value?.kind], [1, "wasm"]);
});

Deno.test("a choice is remembered, goes first, and gives what failed another chance", async () => {
  const browser = new FakeBrowser(["webgpu", "wasm"]);
  const client = browser.client();
  client.choice.value = "wasm";
  await client.draw(CHECKPOINT, LATENTS, 1);
  assertEquals(browser.asked, ["wasm webgpu webgl, by name wasm"]);
  assertEquals(browser.client().choice.value, "wasm");
  browser.opened[0]!.error = new DeviceFailure("wasm", "broken");
  await client.draw(CHECKPOINT, LATENTS, 1);
  assertEquals(client.device.value?.kind, "webgpu");

  client.choice.value = "server";
  assertEquals(client.device.value, null);
  await client.draw(CHECKPOINT, LATENTS, 1);
  assertEquals(client.device.value, { kind: "server", name: "a server", passedOver: [] });
  client.choice.value = "auto";
  await client.draw(CHECKPOINT, LATENTS, 1);
  assertEquals(browser.asked.at(-1), "webgpu webgl wasm, by name null");
  browser.memory.set("atelier.generator-device", '"abacus"');
  assertEquals(browser.client().choice.value, "auto");
});

Deno.test("a choice made while a device is being opened leaves that one closed", async () => {
  const browser = new FakeBrowser(["webgpu", "wasm"]);
  const client = browser.client();
  const drawing = client.draw(CHECKPOINT, LATENTS, 1);
  while (browser.opened.length === 0) await Promise.resolve();
  client.choice.value = "wasm";
  await drawing;
  assertEquals(client.device.value?.kind, "wasm");
  const states = browser.opened.map(({ kind, closed }) => [kind, closed]);
  assertEquals(states, [["webgpu", true], ["wasm", false]]);
});

Deno.test("prepare() opens one after another, and forgets what a newer call leaves out", async () => {
  const browser = new FakeBrowser(["wasm"]);
  const client = browser.client();
  await client.describe(CHECKPOINT);
  const at = (step: number) => ({ ...CHECKPOINT, step });
  client.prepare([at(2), at(3), at(4)]);
  client.prepare([at(5), at(6)]);
  await turn();
  assertEquals(browser.opened[0]!.prepared, [2, 5, 6]);
});
