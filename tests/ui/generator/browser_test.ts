/** Generators in Chromium, on every kind of device: the same pictures as Deno's, and the server when all else fails. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { createApp } from "../../../server/app.ts";
import { serveApp } from "../../../server/listen.ts";
import { toByte } from "../../../src/core/images.ts";
import { latentOfSeed } from "../../../src/core/rng.ts";
import { GeneratorService } from "../../../src/evaluation/service/service.ts";
import { openGenerator } from "../../../src/runs/open_generator.ts";
import { RunStore } from "../../../src/runs/store.ts";
import type { CheckpointRef } from "../../../ui/generator/client.ts";
import type { DeviceChoice } from "../../../ui/generator/device_chain.ts";
import { makeDrawnRun } from "../../server/drawn_run.ts";
import { requirement } from "../../support.ts";
import { buildPage, chromiumLacking, launchChromium, SOFTWARE_WEBGPU } from "../chromium.ts";
import type { PageLab } from "./page_program.ts";

const Z = 12;
const SEEDS = [0, 1, 7, 40, 1000, 2 ** 31, 2 ** 40 + 3];

/** In the page: what `page_program.ts` gives. */
declare const atelier: PageLab;

/** A lab on a port, with what Deno itself draws of the run's only checkpoint. */
class Lab implements AsyncDisposable {
  readonly #folder: string;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    folder: string,
    stack: AsyncDisposableStack,
    readonly url: string,
    readonly browser: Browser,
    readonly checkpoint: CheckpointRef,
    /** RGB of `SEEDS`. */
    readonly expected: Uint8Array,
  ) {
    this.#folder = folder;
    this.#stack = stack;
  }

  static async open(): Promise<Lab> {
    await using stack = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "atelier-runs-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const store = new RunStore(folder);
    await tf.setBackend("cpu");
    const run = await makeDrawnRun(store, { latentDim: Z });
    using stored = store.open(run);
    using generator = await openGenerator(stored, 1);
    const expected = Uint8Array.from((await generator.drawSeeds(SEEDS)).pixels, toByte);
    const page = await buildPage("tests/ui/generator/page_program.ts");
    stack.defer(() => Deno.remove(page, { recursive: true }));
    const settings = { runsDir: folder, cacheDir: folder, backend: "cpu", threads: 1 } as const;
    const drawing = stack.use(new GeneratorService(settings));
    const { url } = stack.use(serveApp(createApp({ runs: store, drawing, page }), 0));
    const browser = await launchChromium([...SOFTWARE_WEBGPU, "--enable-unsafe-swiftshader"]);
    stack.defer(() => browser.close());
    const checkpoint = { run, step: 1, weights: "ema" } as const;
    return new Lab(folder, stack.move(), url, browser, checkpoint, expected);
  }

  /** Opens the page in a window with a memory of its own. */
  async look(see: (page: Page) => Promise<void>, { without = "" } = {}): Promise<void> {
    const context = await this.browser.newContext();
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      if (without) await context.route(`**/${without}`, (route) => route.abort());
      await page.goto(this.url);
      await see(page);
    } finally {
      await context.close();
    }
  }

  /** A run whose generator never was one. */
  async ruin(): Promise<CheckpointRef> {
    const store = new RunStore(this.#folder);
    const run = await makeDrawnRun(store, { latentDim: Z, ruined: true });
    return { run, step: 1, weights: "raw" };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

function choose(page: Page, choice: DeviceChoice): Promise<void> {
  return page.evaluate((wish) => atelier.choose(wish as DeviceChoice), choice as string);
}

function draw(page: Page, checkpoint: CheckpointRef, seeds: number[]) {
  return page.evaluate(({ checkpoint, seeds }) => atelier.draw(checkpoint, seeds), {
    checkpoint,
    seeds,
  });
}

/** The largest difference in 8-bit steps; also whether all is opaque. */
function difference(rgba: readonly number[], rgb: Uint8Array): number {
  assertEquals(rgba.length, rgb.length / 3 * 4);
  let most = 0;
  for (let i = 0; i < rgb.length; i++) {
    most = Math.max(most, Math.abs(rgb[i]! - rgba[Math.floor(i / 3) * 4 + i % 3]!));
  }
  assert(rgba.every((value, i) => i % 4 !== 3 || value === 255));
  return most;
}

async function drawsOn(lab: Lab, kind: Exclude<DeviceChoice, "auto">): Promise<void> {
  await lab.look(async (page) => {
    await choose(page, kind);
    const { checkpoint, expected } = lab;
    const drawn = await draw(page, checkpoint, SEEDS);
    assertEquals(drawn.device?.kind, kind, JSON.stringify(drawn.device));
    assertEquals(drawn.shape, [SEEDS.length, 32, 32]);
    const most = difference(drawn.pixels, expected);
    console.log(`${kind}: ${drawn.device!.name}, within ${most}/255 of Deno`);
    assert(most <= 1, `${kind} differs by ${most}`);
  });
}

async function choosesTheProcessor(lab: Lab): Promise<void> {
  await lab.look(async (page) => {
    assert(await page.evaluate("crossOriginIsolated"), "threads could share no memory");
    await choose(page, "auto");
    const { device } = await draw(page, lab.checkpoint, [1]);
    assertEquals(device?.kind, "wasm");
    assertMatch(device!.passedOver.join("; "), /^webgpu: .* is software; webgl: .* is software$/);
  });
}

async function fallsBackWithoutItsWorker(lab: Lab): Promise<void> {
  await lab.look(async (page) => {
    await choose(page, "auto");
    const drawn = await draw(page, lab.checkpoint, SEEDS);
    assertEquals(drawn.device?.kind, "server");
    assertMatch(drawn.device!.passedOver[0]!, /its program cannot be loaded/);
    assertEquals(difference(drawn.pixels, lab.expected), 0);
  }, { without: "assets/generator.js" });
}

async function outlivesItsGpu(lab: Lab): Promise<void> {
  await lab.look(async (page) => {
    await choose(page, "webgpu");
    const { checkpoint } = lab;
    const before = await draw(page, checkpoint, [1]);
    assertEquals(before.device?.kind, "webgpu");
    const cdp = await lab.browser.newBrowserCDPSession();
    await cdp.send("Browser.crashGpuProcess" as "Browser.close");
    const after = await draw(page, checkpoint, [1]);
    assertEquals(after.device?.kind, "wasm", JSON.stringify(after.device));
    assertMatch(after.device!.passedOver[0]!, /^webgpu: /);
    assert(
      difference(after.pixels, new Uint8Array(before.pixels.filter((_, i) => i % 4 < 3))) <= 1,
    );
  });
}

async function refusesInWords(lab: Lab): Promise<void> {
  const ruined = await lab.ruin();
  await lab.look(async (page) => {
    const refusal = (checkpoint: CheckpointRef) =>
      page.evaluate(({ checkpoint, Z }) => atelier.refusal(checkpoint, Z), { checkpoint, Z });
    for (const choice of ["wasm", "server"] as const) {
      await choose(page, choice);
      const diverged = await refusal(ruined);
      assertEquals([diverged.name, diverged.status], ["Refused", 422]);
      assertMatch(diverged.message, /Cannot draw with these weights: expected finite numbers, got/);
      const missing = await refusal({ ...lab.checkpoint, step: 2 });
      assertEquals([missing.status, missing.device], [404, choice]); // no reason to look for another
      assertMatch(missing.message, /has no checkpoint of step 2$/);
    }
  });
}

async function keepsItsMemoryFlat(lab: Lab): Promise<void> {
  await lab.look(async (page) => {
    const { before, after } = await page.evaluate(
      ({ checkpoint, Z }) => atelier.memory(checkpoint, Z, 200),
      { checkpoint: lab.checkpoint, Z },
    );
    assertEquals(after, before);
    assert(before.tensors > 0);
  });
}

async function namesTheSameLatents(lab: Lab): Promise<void> {
  await lab.look(async (page) => {
    const inPage = await page.evaluate(
      (seeds) => seeds.map((seed) => atelier.latentBits(seed, 100)),
      SEEDS,
    );
    const here = SEEDS.map((seed) => Array.from(new Uint32Array(latentOfSeed(seed, 100).buffer)));
    assertEquals(inPage, here);
  });
}

Deno.test({
  name: "generators in Chromium",
  ...requirement("Chromium", chromiumLacking()),
  async fn(t) {
    await using lab = await Lab.open();
    await t.step("a seed names the same latent, bit by bit", () => namesTheSameLatents(lab));
    for (const kind of ["webgpu", "webgl", "wasm", "server"] as const) {
      await t.step(`${kind} draws what Deno draws`, () => drawsOn(lab, kind));
    }
    await t.step("a GPU in software is passed over", () => choosesTheProcessor(lab));
    await t.step("without its worker the server draws", () => fallsBackWithoutItsWorker(lab));
    await t.step("what cannot be drawn is refused in words", () => refusesInWords(lab));
    await t.step("no tensor is left behind", () => keepsItsMemoryFlat(lab));
    await t.step("a lost GPU hands over to the processor", () => outlivesItsGpu(lab));
  },
});
