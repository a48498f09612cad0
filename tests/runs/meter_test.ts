import { assert, assertEquals } from "@std/assert";
import {
  type Meter,
  type MeterOrder,
  type MeterReport,
  pause,
  startMeter,
} from "../../src/runs/meter.ts";
import { DECIDING, measured } from "./fake_meter.ts";
import { DEVICE, runScript, thrownBy } from "./fixtures.ts";

const WORKER = new URL("fake_meter_worker.ts", import.meta.url).href;

const ORDER: MeterOrder = {
  runsDir: "runs",
  cacheDir: "cache",
  metrics: "fcd",
  extractor: "fake",
  samples: 10,
  data: { spec: "fake", size: 4, channels: 1, seed: 1, mirror: false },
  device: DEVICE,
  exactConv: false,
};

const start = (samples = 10, module = WORKER) =>
  startMeter(module, { ...ORDER, samples }, new AbortController().signal);

/** What a meter reports, once it does. */
async function reports(meter: Meter): Promise<readonly MeterReport[]> {
  for (;;) {
    const found = meter.poll();
    if (found.length > 0) return found;
    await pause();
  }
}

Deno.test("startMeter() starts a worker that measures one checkpoint after another", async () => {
  using meter = await start();
  assertEquals([meter.deciding, meter.poll()], [DECIDING, []]);
  for (const step of [5, 10]) {
    meter.measure("run", step);
    assertEquals(await reports(meter), [measured(step, step / 2)]);
  }
});

Deno.test("Meter.poll() hears of a checkpoint while its own thread does nothing else", async () => {
  using meter = await start();
  meter.measure("run", 5);
  let found: readonly MeterReport[] = [];
  const began = performance.now();
  while (found.length === 0 && performance.now() - began < 10_000) found = meter.poll();
  assertEquals(found, [measured(5, 2.5)]);
});

Deno.test("startMeter() rejects with what the worker refuses, and with its signal's reason", async () => {
  const refused = await thrownBy(() => start(1));
  assert(refused instanceof RangeError);
  assertEquals(refused.message, "Cannot measure fcd: too few");
  const aborted = AbortSignal.abort(new DOMException("stopped", "AbortError"));
  assertEquals((await thrownBy(() => startMeter(WORKER, ORDER, aborted))).message, "stopped");
});

Deno.test("Meter.poll() reports a worker that breaks down, once", async () => {
  const at = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  // In a process of its own: Deno prints what a worker does not catch, which would look like a failure.
  const { success, stdout, stderr } = await runScript(`
    import { pause, startMeter } from ${at("../../src/runs/meter.ts")};
    const order = ${JSON.stringify(ORDER)};
    const signal = new AbortController().signal;
    const meter = await startMeter(${at("fake_meter_worker.ts")}, order, signal);
    meter.measure("run", 13);
    const heard = [];
    for (let i = 0; i < 100 && heard.length === 0; i++, await pause()) heard.push(...meter.poll());
    heard.push(...meter.poll());
    meter[Symbol.dispose]();
    const missing = await startMeter(${at("no_such_worker.ts")}, order, signal).catch(String);
    console.log(JSON.stringify([heard, missing]));
  `);
  assert(success, new TextDecoder().decode(stderr));
  const [heard, missing] = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(heard.map(({ type }: MeterReport) => type), ["broken"]);
  assert(heard[0].message.includes("thrown in the meter"), heard[0].message);
  assert(missing.startsWith("Error: The worker that measures checkpoints broke down: "), missing);
});
