/** The page in Chromium over the real server, for tests of whole pages. */
import { assertEquals } from "@std/assert";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { createApp } from "../../server/app.ts";
import { serveApp, type ServedApp } from "../../server/listen.ts";
import { EnlargingService } from "../../src/evaluation/service/enlarging_service.ts";
import { GeneratorService } from "../../src/evaluation/service/service.ts";
import { RunStore } from "../../src/runs/store.ts";
import { buildPage, launchChromium } from "./chromium.ts";

/** A lab of one folder of runs, drawn on cpu, and a browser to look at it with. */
export class PageLab implements AsyncDisposable {
  readonly runs: RunStore;
  readonly #folder = Deno.makeTempDirSync({ prefix: "atelier-runs-" });
  /** Where the server keeps what it prepares. */
  readonly cacheDir = Deno.makeTempDirSync({ prefix: "atelier-cache-" });
  readonly #drawing: GeneratorService;
  readonly #enlarging: EnlargingService;
  #served: ServedApp;

  private constructor(private readonly page: string, private readonly browser: Browser) {
    this.runs = new RunStore(this.#folder);
    this.#drawing = new GeneratorService(this.#settings());
    this.#enlarging = new EnlargingService(this.#settings());
    this.#served = this.#serve(0);
  }

  /** `args`: flags for the browser. */
  static async open(args: readonly string[] = []): Promise<PageLab> {
    return new PageLab(await buildPage(), await launchChromium(args));
  }

  get url(): string {
    return this.#served.url;
  }

  /** Stops serving, and serves again at the same address when what it returns is called. */
  async hangUp(): Promise<() => void> {
    const { port } = this.#served;
    await this.#served.close();
    return () => this.#served = this.#serve(port);
  }

  /** Opens an address in a window of its own; what the browser complains of fails the test. */
  async look(
    path: string,
    see: (page: Page) => Promise<void>,
    options: BrowserContextOptions & { readonly mayComplain?: boolean } = {},
  ): Promise<void> {
    const { mayComplain = false, ...window } = options;
    const context = await this.browser.newContext({ viewport: WIDE, ...window });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(this.url + path);
      await see(page);
      if (!mayComplain) assertEquals(complaints, []);
    } finally {
      await context.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    this.#drawing.close();
    this.#enlarging.close();
    await this.#served.close();
    for (const folder of [this.#folder, this.cacheDir, this.page]) {
      await Deno.remove(folder, { recursive: true });
    }
  }

  #serve(port: number): ServedApp {
    const services = { drawing: this.#drawing, enlarging: this.#enlarging };
    return serveApp(createApp({ runs: this.runs, ...services, page: this.page }), port);
  }

  #settings() {
    const folders = { runsDir: this.#folder, cacheDir: this.cacheDir };
    return { ...folders, backend: "cpu", threads: 1 } as const;
  }
}

/** A laptop's window, in CSS pixels. */
export const WIDE = { width: 1440, height: 900 };
/** A phone's. */
export const NARROW = { width: 390, height: 844 };

/** Waits for what a locator finds to have a text. */
export async function reads(page: Page, selector: string, text: RegExp): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor();
}

/** CSS pixels by which a page is wider than its window. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
